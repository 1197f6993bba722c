/**
 * Reads the counters of the threads of one process at one moment. Through FilePort.
 */
import type { FilePort } from '../host/ports.ts';
import type { ProcessSnapshot } from './demand.ts';
import { type ProcessStat, readSchedStat, readThreadIds, readThreadState, type SchedStat } from './procfs.ts';

/**
 * All threads when `everyThread`, else the main thread alone (one read). `undefined` when the process is
 * gone or the kernel keeps no such figures.
 */
export function readSnapshot(
  files: FilePort,
  stat: ProcessStat,
  everyThread: boolean,
  nowMs: number,
): ProcessSnapshot | undefined {
  const threads = new Map<number, SchedStat>();
  const ids = everyThread && stat.threadCount > 1 ? readThreadIds(files, stat.pid) : [stat.pid];
  for (const tid of ids) {
    const times = readSchedStat(files, stat.pid, tid);
    if (times !== undefined) threads.set(tid, times);
  }
  if (threads.size === 0) return undefined;
  return { atMs: nowMs, ownTicks: stat.ownTicks, threads, complete: everyThread || stat.threadCount <= 1 };
}

/** How many of the threads are running or waiting for a CPU right now. */
export function countRunnable(files: FilePort, pid: number, threads: readonly number[]): number {
  let runnable = 0;
  for (const tid of threads) if (readThreadState(files, pid, tid) === 'R') runnable++;
  return runnable;
}
