/**
 * What is known about the CPUs this process may use, and the budget that follows from it. Types only.
 * `null` in these types is part of the JSON contract: it means "none" or "unknown", never zero.
 */
import type { Finding } from '../finding.ts';

export type CgroupVersion = 'v1' | 'v2' | 'hybrid';

/** CPU share that an outer launcher gave us. */
export interface OuterLimit {
  /** CPUs, at least 1. */
  readonly cpus: number;
  /** The variable it came from, for example `ONEPROCPOOL_THREADS`. */
  readonly source: string;
}

/** CPU share that a batch scheduler told this process. */
export interface SchedulerLimit {
  /** Whole CPUs on this host, at least 1. */
  readonly cpus: number;
  /** `Slurm`, `Grid Engine`, `PBS`, `LSF`, `PJM` or `HTCondor`. */
  readonly scheduler: string;
  /** The variables it came from, for example `SLURM_CPUS_PER_TASK`. */
  readonly source: string;
}

/** This process's part of the CPUs that the local ranks of an MPI, Slurm or torchrun launcher share. */
export interface LauncherLimit {
  /** Whole CPUs, at least 1. */
  readonly cpus: number;
  /** The variable that holds the number of ranks, for example `LOCAL_WORLD_SIZE`. */
  readonly source: string;
  /** Ranks on this host, at least 2. */
  readonly localSize: number;
  /** This process's rank among them, from 0; `null` = unknown. */
  readonly localRank: number | null;
  /** What all of them share, in CPUs, unrounded. */
  readonly sharedCpus: number;
}

/** A NUMA node with the allowed CPUs on it, ascending. */
export interface NumaNode {
  readonly node: number;
  readonly cpus: readonly number[];
}

/** The `limits` part of `plan --json`. */
export interface CpuLimits {
  /** Tightest CFS quota over our cgroup and every visible ancestor, in CPUs, unrounded; `null` = none. */
  readonly quotaCpus: number | null;
  /** `hybrid`: the cpu controller is in v1 and a cgroup2 mount is visible too; `null`: no cpu controller seen. */
  readonly cgroupVersion: CgroupVersion | null;
  /** Path of the file that holds the tightest quota; `null` without a quota. */
  readonly quotaSource: string | null;
  /** CPU numbers of the affinity mask (cpuset included), ascending; `null` = unknown. */
  readonly allowedCpus: readonly number[] | null;
  /** Physical cores among the allowed CPUs; `null` = unknown. */
  readonly physicalCores: number | null;
  readonly outer: OuterLimit | null;
  /** Absent where no scheduler tells a share. */
  readonly scheduler?: SchedulerLimit;
  /** Absent where no launcher started siblings, or what they share is not known. */
  readonly launcher?: LauncherLimit;
  /** The nodes of the allowed CPUs; absent where there is one only, or none is told. */
  readonly numaNodes?: readonly NumaNode[];
  /** Tightest memory limit of the cgroups in bytes; `null` = none. */
  readonly memoryBytes: number | null;
}

/** `CpuLimits` with what was noticed while reading them and what later steps need. */
export interface CpuLimitsReading extends CpuLimits {
  /** CPUs that are online on the machine (what a library without a limit would take); `null` = unknown. */
  readonly onlineCpus: number | null;
  /** `thread_siblings` groups of the allowed CPUs, ascending by first CPU; empty when unknown. For pinning. */
  readonly coreGroups: readonly (readonly number[])[];
  /** Allowed CPUs by package, for pinning; absent unless asked for, empty when unknown. */
  readonly packages?: readonly (readonly number[])[];
  readonly findings: readonly Finding[];
}

export type Rounding = 'floor' | 'nearest' | 'ceil';

export type LimitName =
  'cgroup-quota' | 'affinity' | 'physical-cores' | 'scheduler' | 'outer-launcher' | 'outer' | 'user' | 'unknown';

/** The `budget` part of `plan --json`: how many CPUs we plan with and what decided it. */
export interface CpuBudget {
  /** Whole CPUs, at least 1. */
  readonly cpus: number;
  /** The smallest limit before rounding and before `--reserve`, in CPUs; 1 when nothing tells a number. */
  readonly exact: number;
  readonly decidedBy: LimitName;
  readonly rounding: Rounding;
  /** CPUs held back by `--reserve`. */
  readonly reserved: number;
}
