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

/** One worker with all its descendants. */
export interface WorkerMeasurement {
  readonly cpuSeconds: number;
  readonly peakRssBytes: number;
  /** Mean number of runnable threads over the life of the worker, in CPUs; `null` = too short to tell. */
  readonly meanDemandCpus: number | null;
  readonly peakDemandCpus: number | null;
  readonly peakThreadCount: number;
  readonly processes: readonly ProcessMeasurement[];
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
