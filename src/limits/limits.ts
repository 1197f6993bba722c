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
  /** Tightest memory limit of the cgroups in bytes; `null` = none. */
  readonly memoryBytes: number | null;
}

/** `CpuLimits` with what was noticed while reading them and what later steps need. */
export interface CpuLimitsReading extends CpuLimits {
  /** CPUs that are online on the machine (what a library without a limit would take); `null` = unknown. */
  readonly onlineCpus: number | null;
  /** `thread_siblings` groups of the allowed CPUs, ascending by first CPU; empty when unknown. For pinning. */
  readonly coreGroups: readonly (readonly number[])[];
  readonly findings: readonly Finding[];
}

export type Rounding = 'floor' | 'nearest' | 'ceil';

export type LimitName = 'cgroup-quota' | 'affinity' | 'physical-cores' | 'outer' | 'user' | 'unknown';

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
