/**
 * The three ways of the experiment to use several CPUs, and what one measured run of them is. Types and data.
 */
import type { Pool } from '../plan/plan.ts';

export type SetupId = 'one' | 'threads' | 'processes';

export interface Setup {
  readonly id: SetupId;
  /** What the program itself starts; `{pool}` is its number of threads or processes. */
  readonly label: string;
  /** `--pool` when oneprocpool starts it. */
  readonly pool: Pool;
}

export const SETUPS: readonly Setup[] = [
  { id: 'one', label: 'one process, only the library has a pool', pool: 'auto' },
  { id: 'threads', label: 'the application has a pool of {pool} threads', pool: 'app' },
  { id: 'processes', label: 'the application has a pool of {pool} processes', pool: 'app' },
];

export type VariantId = 'bare' | 'launched';

/** One run of a setup. */
export interface Trial {
  /** From the start of the first process to the end of the last one, the launcher's own included. */
  readonly wallSeconds: number;
  /** User and system time of everything that was started, the launcher's own included. */
  readonly cpuSeconds: number;
  /** Most threads seen at once in the program (not in the launcher); `null` = not measured. */
  readonly peakThreads: number | null;
  /**
   * Highest mean number of threads that wanted a CPU over a second, or over the whole of a shorter run, in
   * CPUs; `null` = not measured.
   */
  readonly peakDemandCpus: number | null;
}

/** A program that can do the same work in each of the setups. */
export interface Workload {
  readonly kind: 'numpy' | 'esbuild' | 'libuv';
  /** Library and version, for example `NumPy 2.4.6 (libopenblas64.so)`, and what runs it. */
  readonly library: string;
  /** Units of work that keep the CPUs busy for about a second. */
  readonly units: number;
  /** What one unit is, in the plural: `products of 200 x 200 matrices`. */
  readonly unitName: string;
  /** Why it is not NumPy; `null` when it is. */
  readonly standsIn: string | null;
  readonly setups: readonly SetupId[];
  /** Threads or processes in the application's pool: what the program itself takes for the number of CPUs. */
  readonly poolSize: number;
  /** Options of oneprocpool that this library needs. */
  readonly launcherOptions: readonly string[];
  /** Command that does so many units of work; it prints `{"pid":N}` as its first line. */
  command(setup: SetupId, units: number): readonly string[];
}
