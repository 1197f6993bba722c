/**
 * Demand: the average number of threads that were running or waiting for a CPU. Pure.
 *
 *     D = sum over threads of d(runNs + waitNs) / dt
 *
 * A computing thread is always one of both, so D does not depend on how busy the machine is, on steal or on
 * throttling; CPU time does. Every figure here is a lower bound: what was not seen is not counted.
 */
import { type SchedStat, TICKS_PER_SECOND } from './procfs.ts';

/** Tolerance on top of the share: helper wake-ups and rounding of the counters, in CPUs. */
export const DEMAND_TOLERANCE_CPUS = 0.25;

/** How long a window has to be before its demand may decide anything, in milliseconds. */
export const MIN_WINDOW_MS = 1000;

/** A thread that ran this long in a window is part of a pool, not a mere wake-up. */
const ACTIVE_THREAD_NS = 1e6;

/** The two parts of CPU ticks are rounded down separately, at both ends. */
const TICK_ERROR_NS = 2e7;
const TICK_NS = 1e9 / TICKS_PER_SECOND;

/** Counters of one process at one moment. */
export interface ProcessSnapshot {
  /** Monotonic, in milliseconds. */
  readonly atMs: number;
  /** CPU time of all threads, ended ones included. */
  readonly ownTicks: number;
  /** By thread id. */
  readonly threads: ReadonlyMap<number, SchedStat>;
  /** All threads are in `threads`, so one that is new in the next snapshot counts from 0. */
  readonly complete: boolean;
}

export interface ProcessDemand {
  /** In CPUs, at least 0. */
  readonly cpus: number;
  /** Threads that ran for more than a millisecond, by id. */
  readonly activeThreads: readonly number[];
  /** CPU time of threads that came and went unseen, per time: how long these had to wait is not known. */
  readonly unseenCpus: number;
  /** `false`: only some threads were read, so `cpus` may be too low. */
  readonly complete: boolean;
}

export const NO_DEMAND: ProcessDemand = { cpus: 0, activeThreads: [], unseenCpus: 0, complete: false };

/** A process as it was before it was started. */
export function emptySnapshot(atMs: number): ProcessSnapshot {
  return { atMs, ownTicks: 0, threads: new Map(), complete: true };
}

/** Demand of one process between two snapshots; 0 when no time has passed. */
export function demandBetween(before: ProcessSnapshot, after: ProcessSnapshot): ProcessDemand {
  const spanNs = (after.atMs - before.atMs) * 1e6;
  const activeThreads: number[] = [];
  if (!(spanNs > 0)) return NO_DEMAND;
  let runnableNs = 0;
  let runSeenNs = 0;
  for (const [tid, now] of after.threads) {
    const then = before.threads.get(tid);
    if (then === undefined && !before.complete) continue;
    const runNs = Math.max(0, now.runNs - (then?.runNs ?? 0));
    const waitNs = Math.max(0, now.waitNs - (then?.waitNs ?? 0));
    // The kernel books a long wait when it ends, all at once; a thread cannot be more than runnable all the time.
    runnableNs += Math.min(spanNs, runNs + waitNs);
    runSeenNs += Math.min(spanNs, runNs);
    if (runNs > ACTIVE_THREAD_NS) activeThreads.push(tid);
  }
  // Threads that were born and died in between left no counters, but their CPU time is in that of the process.
  const unseenNs = Math.max(0, (after.ownTicks - before.ownTicks) * TICK_NS - runSeenNs - TICK_ERROR_NS);
  const complete = before.complete && after.complete;
  return { cpus: (runnableNs + unseenNs) / spanNs, activeThreads, unseenCpus: unseenNs / spanNs, complete };
}

/**
 * Demand of a tree: that of its live processes, and the CPU time of children that ended in between.
 * `treeTicks` is the growth of the CPU time of the whole tree, `liveTicks` the part of the live processes.
 */
export function treeDemand(liveCpus: number, treeTicks: number, liveTicks: number, spanMs: number): number {
  if (!(spanMs > 0)) return 0;
  return liveCpus + Math.max(0, treeTicks - liveTicks) / TICKS_PER_SECOND / (spanMs / 1000);
}

export function exceeds(demandCpus: number, limitThreads: number): boolean {
  return demandCpus > limitThreads + DEMAND_TOLERANCE_CPUS;
}

/** The most frequent value, the smallest of several; 0 for none. */
export function modeOf(values: readonly number[]): number {
  const counts = new Map<number, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  let mode = 0;
  let best = 0;
  for (const [value, count] of counts) {
    if (count > best || (count === best && value < mode)) [mode, best] = [value, count];
  }
  return mode;
}
