/**
 * What the sampler measures and what the verdict says about it. Types only.
 */
import type { Finding } from '../finding.ts';

/** A thread pool recognised in a process by a mapped library or by its thread names. */
export interface PoolSighting {
  readonly presetId: string;
  readonly name: string;
  /** Base name of the mapped file or the thread name that told it. */
  readonly evidence: string;
}

export interface ProcessMeasurement {
  readonly pid: number;
  /** Command line, cut at 200 characters; the kernel's short name when it has none. */
  readonly command: string;
  /** Highest mean number of runnable threads over a window of at least one second, in CPUs. */
  readonly peakDemandCpus: number;
  readonly peakThreadCount: number;
  readonly pools: readonly PoolSighting[];
}

/** Demand of a worker with all its descendants over one window, or over several in a long run. */
export interface DemandPoint {
  /** Since the sampling began, which is when the first worker is started. */
  readonly fromSeconds: number;
  readonly toSeconds: number;
  readonly demandCpus: number;
  /** Of the window with the highest demand among those taken together. */
  readonly peakDemandCpus: number;
}

/** One worker with all its descendants. */
export interface WorkerMeasurement {
  /** User and system time of the whole tree, ended processes included. */
  readonly cpuSeconds: number;
  /** Highest sum of resident memory over the tree seen at a sample; pages that are shared count for each process. */
  readonly peakRssBytes: number;
  /** Mean number of runnable threads over the life of the worker, in CPUs; `null` = too short to tell. */
  readonly meanDemandCpus: number | null;
  readonly peakDemandCpus: number | null;
  /** Highest number of threads of the whole tree seen at a sample. */
  readonly peakThreadCount: number;
  /** In the order of time, at most 120; a gap is a time in which nothing was measured. */
  readonly timeline: readonly DemandPoint[];
  /** At most 20: those with pools and those with the highest demand first. */
  readonly processes: readonly ProcessMeasurement[];
}

/** A process that was found above its share, as it was at that moment. */
export interface ProcessEvidence {
  readonly worker: number;
  readonly pid: number;
  readonly command: string;
  /**
   * `demand`: above its share over a window. `bursts`: often more threads at once than its share, although
   * seldom enough to stay within it on average. `variables`: within its share, but a pool of it was started
   * without our variables.
   */
  readonly kind: 'demand' | 'bursts' | 'variables';
  /** Over the window; for `bursts` the highest number of threads at once. */
  readonly demandCpus: number;
  readonly windowSeconds: number;
  readonly limitThreads: number;
  readonly threadCount: number;
  readonly pools: readonly PoolSighting[];
  /** Controls in its own environment as it was started; `null` = absent. The whole is `null` when it cannot be read. */
  readonly variables: Readonly<Record<string, string | null>> | null;
}

/** A worker whose processes were above its share together, each of them within it. */
export interface TreeEvidence {
  readonly worker: number;
  readonly demandCpus: number;
  readonly windowSeconds: number;
  readonly limitThreads: number;
  /** The processes with the highest demand in that window, highest first. */
  readonly processes: readonly ProcessEvidence[];
  /** How many processes took part that were alive at the end of the window. */
  readonly processCount: number;
  /** CPU time of those that ended in it, per time; how long these had to wait is not known. */
  readonly endedCpus: number;
}

/** What the sampler hands to `judge`. */
export interface SamplingResult {
  /** `states`: the kernel has no `schedstat`, demand is the most frequent number of runnable threads. */
  readonly method: 'schedstat' | 'states' | 'none';
  /** Windows that were long enough to judge, over all workers. */
  readonly windowCount: number;
  /** By worker index. */
  readonly workers: ReadonlyMap<number, WorkerMeasurement>;
  readonly processes: readonly ProcessEvidence[];
  readonly trees: readonly TreeEvidence[];
}

/** Difference of `cpu.stat` over the run, at the level that holds the quota. */
export interface ThrottlingDelta {
  readonly source: string;
  readonly periods: number;
  readonly throttledPeriods: number;
  readonly throttledSeconds: number;
}

/** `unknown`: nothing ran long enough to be measured, or the kernel does not tell. */
export interface Verdict {
  readonly outcome: 'within' | 'exceeded' | 'unknown';
  readonly findings: readonly Finding[];
}
