/**
 * Windows of a worker, one after the other, each at least a second long: at the end of one the counters of
 * its processes are read, and the demand of each and of the whole tree follows. Reads go through FilePort.
 */
import type { FilePort } from '../host/ports.ts';
import { demandBetween, exceeds, NO_DEMAND, treeDemand } from './demand.ts';
import { accuse, type ProcessRecord } from './process-record.ts';
import { readSnapshot } from './process-snapshot.ts';
import type { WorkerWatch } from './worker-watch.ts';

const MAX_TREE_PROCESSES = 4;
/** Below this a process takes no part in what the tree demands. */
const NOTABLE_CPUS = 0.05;
/** From here on a process may have a pool at work; one that only hands out the work is below. */
const BUSY_CPUS = 0.25;

/** Without CPU time since the last snapshot none of its threads ran: the old counters are still true. */
export function isIdle({ stat, snapshot }: ProcessRecord): boolean {
  return stat.ownTicks === snapshot.ownTicks && stat.state !== 'R';
}

/**
 * Which processes to read thread by thread: those that are known to be busy before those that are not, among them
 * those that can be above their share alone first, then the longest unread. One may be larger than what is affordable, as long as anything is.
 */
export function chooseComplete(records: readonly ProcessRecord[], affordableReads: number): Set<ProcessRecord> {
  const suspicion = ({ demand, stat, limitThreads }: ProcessRecord): number =>
    (demand.cpus > BUSY_CPUS ? 2 : 0) + (stat.threadCount > limitThreads ? 1 : 0);
  const order = [...records].sort((a, b) => suspicion(b) - suspicion(a) || a.lastCompleteMs - b.lastCompleteMs);
  const chosen = new Set<ProcessRecord>();
  if (affordableReads <= 0) return chosen;
  let left = affordableReads;
  for (const record of order) {
    left -= record.stat.threadCount + 1;
    if (left < 0 && chosen.size > 0) break;
    chosen.add(record);
  }
  return chosen;
}

/** Reads for all threads of all processes that were not idle in the last window. */
export function readsOfAll(watch: WorkerWatch): number {
  let reads = 0;
  for (const { demand, stat } of watch.live.values()) if (demand.cpus > 0) reads += stat.threadCount + 2;
  return reads;
}

/**
 * Ends the window that is open and begins the next one with the same readings. Returns how many files were
 * read for it.
 */
export function closeWindow(
  watch: WorkerWatch,
  files: FilePort,
  affordableReads: number,
  clockMs: () => number,
): number {
  const busy = new Set([...watch.live.values()].filter((record) => !isIdle(record)));
  const threaded = [...busy].filter(({ stat }) => stat.threadCount > 1);
  const complete = chooseComplete(threaded, affordableReads - busy.size);
  let reads = busy.size;
  for (const { stat } of complete) reads += stat.threadCount;
  let liveCpus = 0;
  let liveTicks = 0;
  for (const record of watch.live.values()) {
    const before = record.snapshot;
    record.windows++;
    // Its window goes on: what it does from now on is averaged over all the time since it was read.
    if (!record.fresh) {
      record.demand = NO_DEMAND;
      continue;
    }
    const after = busy.has(record)
      ? readSnapshot(files, record.stat, complete.has(record), clockMs())
      : { ...before, atMs: clockMs() };
    if (after === undefined) continue;
    record.demand = demandBetween(before, after);
    record.snapshot = after;
    if (record.demand.complete) watch.lastCompleteMs = record.lastCompleteMs = after.atMs;
    const { cpus } = record.demand;
    liveCpus += cpus;
    liveTicks += after.ownTicks - before.ownTicks;
    record.peakDemandCpus = Math.max(record.peakDemandCpus, cpus);
    if (exceeds(cpus, watch.limitThreads)) {
      const windowSeconds = (after.atMs - before.atMs) / 1000;
      accuse(record, { kind: 'demand', demandCpus: cpus, windowSeconds, threadCount: record.stat.threadCount });
    }
  }
  const nowMs = clockMs();
  const spanMs = nowMs - watch.windowOpenedMs;
  const ticks = watch.account.totalTicks();
  const cpus = treeDemand(liveCpus, ticks - watch.windowOpenedTicks, liveTicks, spanMs);
  bookTree(watch, cpus, cpus - liveCpus, spanMs);
  watch.windowOpenedMs = nowMs;
  watch.windowOpenedTicks = ticks;
  return reads;
}

/** Takes the demand of the whole tree over the window that is open into the sums; `endedCpus` is the part of ended processes. */
export function bookTree(watch: WorkerWatch, cpus: number, endedCpus: number, spanMs: number): void {
  watch.windowCount++;
  watch.measuredMs += spanMs;
  watch.demandMs += cpus * spanMs;
  watch.peakDemandCpus = Math.max(watch.peakDemandCpus, cpus);
  watch.timeline.add(watch.windowOpenedMs, watch.windowOpenedMs + spanMs, cpus);
  const isAbove = exceeds(cpus, watch.limitThreads);
  watch.excessTicks = isAbove ? watch.excessTicks + watch.account.totalTicks() - watch.windowOpenedTicks : 0;
  watch.mostExcessTicks = Math.max(watch.mostExcessTicks, watch.excessTicks);
  if (!isAbove || cpus <= (watch.tree?.demandCpus ?? 0)) return;
  const parts = [...watch.live.values()]
    .filter(({ demand }) => demand.cpus > NOTABLE_CPUS)
    .map((record) => ({ record, cpus: record.demand.cpus }))
    .sort((a, b) => b.cpus - a.cpus);
  watch.tree = {
    demandCpus: cpus,
    windowSeconds: spanMs / 1000,
    processCount: parts.length,
    endedCpus,
    parts: parts.slice(0, MAX_TREE_PROCESSES),
  };
  for (const { record, cpus: part } of watch.tree.parts) {
    if (part > BUSY_CPUS && !record.attribution?.pools.length) record.suspect = true;
  }
}
