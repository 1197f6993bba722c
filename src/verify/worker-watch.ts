/**
 * One worker under measurement: its processes, windows of at least a second one after the other, and the
 * sums for the report. Reads go through FilePort.
 */
import type { FilePort } from '../host/ports.ts';
import { createCpuAccount, type CpuAccount } from './cpu-account.ts';
import { demandBetween, exceeds, treeDemand } from './demand.ts';
import type { ProcessEvidence, TreeEvidence, WorkerMeasurement } from './measurement.ts';
import { accuse, createRecord, evidenceOf, measurementOf, type ProcessRecord } from './process-record.ts';
import { readSnapshot } from './process-snapshot.ts';
import { TICKS_PER_SECOND } from './procfs.ts';
import type { TreeProcess } from './tree-members.ts';

const MAX_REPORTED = 20;
/** Ended processes kept for the report before the least interesting are dropped. */
const MAX_ENDED = 200;
const MAX_TREE_PROCESSES = 4;
/** Below this a process takes no part in what the tree demands. */
const NOTABLE_CPUS = 0.05;

export interface WorkerWatch {
  readonly index: number;
  readonly limitThreads: number;
  /** Variables that the worker was started with because of us. */
  readonly variables: readonly string[];
  readonly account: CpuAccount;
  readonly live: Map<string, ProcessRecord>;
  ended: ProcessRecord[];
  windowOpenedMs: number;
  windowOpenedTicks: number;
  windowCount: number;
  measuredMs: number;
  demandMs: number;
  peakDemandCpus: number;
  peakThreadCount: number;
  peakRssBytes: number;
  /** The window in which the whole tree was furthest above its share. */
  tree: TreeExcess | undefined;
}

interface TreeExcess {
  readonly demandCpus: number;
  readonly windowSeconds: number;
  readonly processCount: number;
  /** Highest demand first. */
  readonly parts: readonly { readonly record: ProcessRecord; readonly cpus: number }[];
}

export function createWorkerWatch(
  index: number,
  limitThreads: number,
  variables: readonly string[],
  nowMs: number,
): WorkerWatch {
  return {
    index,
    limitThreads,
    variables,
    account: createCpuAccount(),
    live: new Map(),
    ended: [],
    windowOpenedMs: nowMs,
    windowOpenedTicks: 0,
    windowCount: 0,
    measuredMs: 0,
    demandMs: 0,
    peakDemandCpus: 0,
    peakThreadCount: 0,
    peakRssBytes: 0,
    tree: undefined,
  };
}

const interest = (record: ProcessRecord): number =>
  (record.evidence === undefined ? 0 : 1000) +
  (record.attribution?.pools.length ? 100 : 0) +
  record.peakDemandCpus;
const byInterest = (a: ProcessRecord, b: ProcessRecord): number => interest(b) - interest(a);

/** Takes in the processes that are alive now; tells whether there are new ones. */
export function updateProcesses(watch: WorkerWatch, alive: readonly TreeProcess[], pageBytes: number): boolean {
  let grown = false;
  let threads = 0;
  let pages = 0;
  const seen = new Set<string>();
  for (const process of alive) {
    const { key, stat } = process;
    seen.add(key);
    threads += stat.threadCount;
    pages += stat.residentPages;
    const record = watch.live.get(key);
    if (record === undefined) {
      grown = true;
      watch.live.set(key, createRecord(process, watch.limitThreads, watch.windowOpenedMs));
    } else {
      record.stat = stat;
      record.peakThreadCount = Math.max(record.peakThreadCount, stat.threadCount);
    }
  }
  for (const [key, record] of watch.live) {
    if (seen.has(key)) continue;
    watch.live.delete(key);
    watch.ended.push(record);
  }
  if (watch.ended.length > MAX_ENDED) watch.ended = watch.ended.sort(byInterest).slice(0, MAX_ENDED / 2);
  watch.account.update(alive.map(({ stat }) => stat));
  watch.peakThreadCount = Math.max(watch.peakThreadCount, threads);
  watch.peakRssBytes = Math.max(watch.peakRssBytes, pages * pageBytes);
  return grown;
}

/** Without CPU time since the last snapshot none of its threads ran: the old counters are still true. */
export function isIdle({ stat, snapshot }: ProcessRecord): boolean {
  return stat.ownTicks === snapshot.ownTicks && stat.state !== 'R';
}

/** Which processes to read thread by thread: those that can be above their share first, then the longest unread. */
export function chooseComplete(records: readonly ProcessRecord[], affordableReads: number): Set<ProcessRecord> {
  const suspicion = (record: ProcessRecord): number => (record.stat.threadCount > record.limitThreads ? 1 : 0);
  const order = [...records].sort((a, b) => suspicion(b) - suspicion(a) || a.lastCompleteMs - b.lastCompleteMs);
  const chosen = new Set<ProcessRecord>();
  let left = affordableReads;
  for (const record of order) {
    left -= record.stat.threadCount + 1;
    if (left < 0 && chosen.size > 0) break;
    chosen.add(record);
  }
  return chosen;
}

/** Ends the window that is open and begins the next one with the same readings. */
export function closeWindow(
  watch: WorkerWatch,
  files: FilePort,
  affordableReads: number,
  clockMs: () => number,
): void {
  const busy = new Set([...watch.live.values()].filter((record) => !isIdle(record)));
  const threaded = [...busy].filter(({ stat }) => stat.threadCount > 1);
  const complete = chooseComplete(threaded, affordableReads - busy.size);
  let liveCpus = 0;
  let liveTicks = 0;
  for (const record of watch.live.values()) {
    const before = record.snapshot;
    record.windows++;
    const after = busy.has(record)
      ? readSnapshot(files, record.stat, complete.has(record), clockMs())
      : { ...before, atMs: clockMs() };
    if (after === undefined) continue;
    record.demand = demandBetween(before, after);
    record.snapshot = after;
    if (record.demand.complete) record.lastCompleteMs = after.atMs;
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
  bookTree(watch, treeDemand(liveCpus, ticks - watch.windowOpenedTicks, liveTicks, spanMs), spanMs);
  watch.windowOpenedMs = nowMs;
  watch.windowOpenedTicks = ticks;
}

/** Takes the demand of the whole tree over a window into the sums. */
export function bookTree(watch: WorkerWatch, cpus: number, spanMs: number): void {
  watch.windowCount++;
  watch.measuredMs += spanMs;
  watch.demandMs += cpus * spanMs;
  watch.peakDemandCpus = Math.max(watch.peakDemandCpus, cpus);
  if (!exceeds(cpus, watch.limitThreads) || cpus <= (watch.tree?.demandCpus ?? 0)) return;
  const parts = [...watch.live.values()]
    .filter(({ demand }) => demand.cpus > NOTABLE_CPUS)
    .map((record) => ({ record, cpus: record.demand.cpus }))
    .sort((a, b) => b.cpus - a.cpus);
  watch.tree = {
    demandCpus: cpus,
    windowSeconds: spanMs / 1000,
    processCount: parts.length,
    parts: parts.slice(0, MAX_TREE_PROCESSES),
  };
  for (const { record } of watch.tree.parts) record.suspect = true;
}

/** Evidence against the tree as a whole; `undefined` when it stayed within its share. */
export function treeEvidence(watch: WorkerWatch): TreeEvidence | undefined {
  if (watch.tree === undefined) return undefined;
  const { parts, ...excess } = watch.tree;
  const processes = parts.map(({ record, cpus }): ProcessEvidence => {
    const { windowSeconds } = excess;
    return evidenceOf(record, { kind: 'demand', demandCpus: cpus, windowSeconds, threadCount: record.peakThreadCount });
  });
  return { worker: watch.index, limitThreads: watch.limitThreads, ...excess, processes };
}

export function summarize(watch: WorkerWatch): WorkerMeasurement {
  const records = [...watch.ended, ...watch.live.values()].sort(byInterest);
  const measured = watch.windowCount > 0;
  return {
    cpuSeconds: watch.account.totalTicks() / TICKS_PER_SECOND,
    peakRssBytes: watch.peakRssBytes,
    meanDemandCpus: measured ? watch.demandMs / watch.measuredMs : null,
    peakDemandCpus: measured ? watch.peakDemandCpus : null,
    peakThreadCount: watch.peakThreadCount,
    processes: records.slice(0, MAX_REPORTED).map(measurementOf),
  };
}
