/**
 * Processes that compute and never sleep: more of them than the share are above it whatever the quota leaves them, and
 * however busy the machine is. Reads go through FilePort.
 *
 * A process that still loads its libraries computes too. Its memory grows, so its time begins when that ends.
 */
import type { FilePort } from '../host/ports.ts';
import type { ProcessRecord } from './process-record.ts';
import { readSleepsOfRunnable, type SchedStat } from './procfs.ts';

/** Two windows, and timers may come a little early. */
const LONG_MS = 1900;
/** A quota stretches a short piece of work: less CPU time than this may be one. In ticks. */
const LONG_TICKS = 2;
/** The kernel books memory in portions of up to 64 pages. */
const GROWTH_PAGES = 64;
/** More would cost too much, and say no more. */
const MOST_PROCESSES = 32;

/** Since when a thread has neither slept nor its process grown. */
export interface Stretch {
  readonly sinceMs: number;
  readonly sinceTicks: number;
  readonly tid: number;
  readonly sleeps: number;
  readonly pages: number;
}

/** With the most CPU time so far: the main thread of some programs only waits for it. */
function busiestThread(threads: ReadonlyMap<number, SchedStat>): number | undefined {
  let busiest: number | undefined;
  let mostNs = 0;
  for (const [tid, { runNs }] of threads) if (runNs > mostNs) [busiest, mostNs] = [tid, runNs];
  return busiest;
}

/** At the end of a window: how many of these have computed without a pause for two seconds. */
export function countUninterrupted(records: Iterable<ProcessRecord>, files: FilePort): number {
  let count = 0;
  let looks = 0;
  for (const record of records) {
    const { fresh, pid, snapshot, stat, stretch } = record;
    // Not all threads were read where that was too expensive; the one that is known is looked at nevertheless.
    const tid = fresh && looks < MOST_PROCESSES ? (stretch?.tid ?? busiestThread(snapshot.threads)) : undefined;
    if (tid !== undefined) looks++;
    const sleeps = tid === undefined ? undefined : readSleepsOfRunnable(files, pid, tid);
    if (tid === undefined || sleeps === undefined) {
      record.stretch = undefined;
      continue;
    }
    const { ownTicks, residentPages: pages } = stat;
    if (stretch?.sleeps !== sleeps || pages > stretch.pages + GROWTH_PAGES) {
      record.stretch = { sinceMs: snapshot.atMs, sinceTicks: ownTicks, tid, sleeps, pages };
    } else if (snapshot.atMs - stretch.sinceMs >= LONG_MS && ownTicks - stretch.sinceTicks >= LONG_TICKS) count++;
  }
  return count;
}
