/**
 * One worker under measurement: its processes and the sums for the report. Pure.
 */
import { createCpuAccount, type CpuAccount } from './cpu-account.ts';
import type { ProcessEvidence, TreeEvidence, WorkerMeasurement } from './measurement.ts';
import { exceeds } from './demand.ts';
import { createRecord, evidenceOf, measurementOf, type ProcessRecord } from './process-record.ts';
import { TICKS_PER_SECOND } from './procfs.ts';
import { createTimeline, type Timeline } from './timeline.ts';
import type { TreeProcess } from './tree-members.ts';

/**
 * CPU time for each thread of the share that a tree of processes with one busy thread each has to take while it is
 * above its share: when a pool starts, its processes and those that start them import their libraries at once, and
 * that is over before the work begins. It is counted in CPU time, because it lasts longer on a busy machine.
 */
const STARTING_SECONDS = 2;
const MAX_REPORTED = 20;
/** Ended processes kept for the report before the least interesting are dropped. */
const MAX_ENDED = 200;

export interface WorkerWatch {
  readonly index: number;
  /** Another one when the worker was started again under other limits. */
  limitThreads: number;
  /** Variables that the worker was started with because of us. */
  readonly variables: readonly string[];
  readonly account: CpuAccount;
  readonly live: Map<string, ProcessRecord>;
  ended: ProcessRecord[];
  windowOpenedMs: number;
  windowOpenedTicks: number;
  windowCount: number;
  /** When one of its processes was last read thread by thread at both ends of a window. */
  lastCompleteMs: number;
  measuredMs: number;
  demandMs: number;
  peakDemandCpus: number;
  readonly timeline: Timeline;
  peakThreadCount: number;
  peakRssBytes: number;
  /** The window in which the whole tree was furthest above its share. */
  tree: TreeExcess | undefined;
  /** CPU time of the whole tree since it is above its share without a break, and the most in such a time. */
  excessTicks: number;
  mostExcessTicks: number;
}

interface TreeExcess {
  readonly demandCpus: number;
  readonly windowSeconds: number;
  readonly processCount: number;
  readonly endedCpus: number;
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
    lastCompleteMs: nowMs,
    measuredMs: 0,
    demandMs: 0,
    peakDemandCpus: 0,
    timeline: createTimeline(),
    peakThreadCount: 0,
    peakRssBytes: 0,
    tree: undefined,
    excessTicks: 0,
    mostExcessTicks: 0,
  };
}

const interest = (record: ProcessRecord): number =>
  (record.evidence === undefined ? 0 : 1000) + (record.attribution?.pools.length ? 100 : 0) + record.peakDemandCpus;
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
      record.fresh = record.stat !== stat;
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

/** Evidence against the tree as a whole; `undefined` when it stayed within its share. */
export function treeEvidence(watch: WorkerWatch): TreeEvidence | undefined {
  if (watch.tree === undefined) return undefined;
  const isThreaded = watch.tree.parts.some(({ cpus }) => exceeds(cpus, 1));
  const starting = STARTING_SECONDS * TICKS_PER_SECOND * watch.limitThreads;
  if (!isThreaded && watch.mostExcessTicks < starting) return undefined;
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
    timeline: watch.timeline.points(),
    processes: records.slice(0, MAX_REPORTED).map(measurementOf),
  };
}
