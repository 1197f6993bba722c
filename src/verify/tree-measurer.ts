/**
 * Measures the trees of all workers when it is told to; when that is, the sampler decides.
 *
 * A pass reads the tree and the counters of each process (one file per process). Once a window is a second
 * old it ends: then processes that made progress are read thread by thread, as far as the budget reaches.
 * A look in between counts the runnable threads of processes that may run in bursts.
 * Reads go through FilePort.
 */
import type { FilePort } from '../host/ports.ts';
import type { LibraryPreset } from '../presets/preset.ts';
import { closeWindow, readsOfAll } from './demand-window.ts';
import { exceeds, MIN_WINDOW_MS } from './demand.ts';
import type { ProcessEvidence, SamplingResult, TreeEvidence } from './measurement.ts';
import { readPageSize } from './page-size.ts';
import { accuse, evidenceOf, inspect, type ProcessRecord, suspicionOf, wantsInspection } from './process-record.ts';
import { countRunnable } from './process-snapshot.ts';
import type { TreeReader } from './process-tree.ts';
import { parseSchedStat, readThreadIds, TICKS_PER_SECOND } from './procfs.ts';
import { createStateWindow, type StateWindow } from './state-window.ts';
import type { TreeProcess } from './tree-members.ts';
import { summarize, treeEvidence, updateProcesses, type WorkerWatch } from './worker-watch.ts';

/** A timer may come a little early. */
const WINDOW_SLACK_MS = 5;
/** The first windows end on time: a job of two or three seconds has no others. */
const PUNCTUAL_WINDOWS = 3;
/** As long as they can be paid; one always can. */
const INSPECTIONS_AT_ONCE = 4;
/** Those that evidence was found against do not wait: they may end. */
const SUSPECTS_AT_ONCE = 12;
const MAX_LOOKED_THREADS = 64;
const CHURN_CPUS = 0.1;

export interface PassResult {
  /** There are processes that were not there before. */
  readonly grown: boolean;
  /** CPU time of all trees so far, in seconds. */
  readonly cpuSeconds: number;
  /** File reads that it takes to read every busy process thread by thread. */
  readonly completeReads: number;
  /** When the next pass must not be late, on the clock of `nowMs`; `Infinity` when any time is fine. */
  readonly punctualAtMs: number;
}

export interface TreeMeasurer {
  readonly watches: Map<number, WorkerWatch>;
  /** `affordableReads` bounds what is read thread by thread. */
  pass(affordableReads: number): PassResult;
  /** Looks which libraries are in processes that it is time for; returns in how many. Not all may be `affordable`. */
  inspect(presets: readonly LibraryPreset[], affordable: number): number;
  /** Whether looks are wanted now. */
  wantsLook(): boolean;
  look(): void;
  result(presets: readonly LibraryPreset[] | undefined): SamplingResult;
}

function chooseMethod(files: FilePort): SamplingResult['method'] {
  const own = parseSchedStat(files.readText('/proc/self/schedstat') ?? '');
  if (own !== undefined && own.runNs > 0) return 'schedstat';
  return files.exists('/proc/self/stat') ? 'states' : 'none';
}

function groupByWorker(members: readonly TreeProcess[]): Map<number, TreeProcess[]> {
  const groups = new Map<number, TreeProcess[]>();
  for (const member of members) {
    const group = groups.get(member.worker);
    if (group === undefined) groups.set(member.worker, [member]);
    else group.push(member);
  }
  return groups;
}

/** Its threads live shorter than a window: those of the last one are not those of now. */
function isChurning({ demand }: ProcessRecord): boolean {
  return demand.complete && demand.unseenCpus > CHURN_CPUS;
}

export function createTreeMeasurer(files: FilePort, tree: TreeReader, nowMs: () => number): TreeMeasurer {
  const method = chooseMethod(files);
  const pageBytes = readPageSize(files);
  const watches = new Map<number, WorkerWatch>();
  const stateWindows = new Map<WorkerWatch, StateWindow>();

  const stateWindowOf = (watch: WorkerWatch): StateWindow => {
    const window = stateWindows.get(watch) ?? createStateWindow(files);
    stateWindows.set(watch, window);
    return window;
  };

  const burstCandidates = (): ProcessRecord[] => {
    const atMs = nowMs();
    const found: ProcessRecord[] = [];
    for (const { live, limitThreads } of watches.values()) {
      for (const record of live.values()) {
        const { demand, evidence, bursts } = record;
        if (evidence !== undefined || exceeds(demand.cpus, limitThreads)) continue;
        const crowded = demand.activeThreads.length > limitThreads + 1 || isChurning(record);
        if (crowded && bursts.wantsLook(atMs)) found.push(record);
      }
    }
    return found;
  };

  return {
    watches,
    pass(affordableReads) {
      const members = groupByWorker(tree.read());
      let [grown, cpuSeconds, completeReads, punctualAtMs] = [false, 0, 0, Number.POSITIVE_INFINITY];
      let readsLeft = affordableReads;
      // Where not all can be paid, the worker that had to wait longest comes first.
      const order = [...watches.values()].sort((a, b) => a.lastCompleteMs - b.lastCompleteMs);
      for (const watch of order) {
        if (updateProcesses(watch, members.get(watch.index) ?? [], pageBytes)) grown = true;
        cpuSeconds += watch.account.totalTicks() / TICKS_PER_SECOND;
        if (watch.live.size === 0) continue;
        const old = nowMs() - watch.windowOpenedMs >= MIN_WINDOW_MS - WINDOW_SLACK_MS;
        if (method === 'states') stateWindowOf(watch).closeWhenLongEnough(watch, nowMs());
        else if (method === 'schedstat' && old) readsLeft -= closeWindow(watch, files, readsLeft, nowMs);
        completeReads += readsOfAll(watch);
        const calm = watch.account.totalTicks() === watch.windowOpenedTicks;
        if (watch.windowCount < PUNCTUAL_WINDOWS && (!calm || watch.windowCount === 0)) {
          punctualAtMs = Math.min(punctualAtMs, watch.windowOpenedMs + MIN_WINDOW_MS);
        }
      }
      return { grown, cpuSeconds, completeReads, punctualAtMs };
    },
    inspect(presets, affordable) {
      const most = Math.max(1, Math.min(INSPECTIONS_AT_ONCE, affordable));
      let inspections = 0;
      for (const watch of watches.values()) {
        for (const record of watch.live.values()) {
          if (inspections >= (record.suspect ? SUSPECTS_AT_ONCE : most) || !wantsInspection(record)) continue;
          inspect(files, record, presets, watch.variables);
          inspections++;
        }
      }
      return inspections;
    },
    wantsLook() {
      if (method === 'states') return [...watches.values()].some(({ live }) => live.size > 0);
      return burstCandidates().length > 0;
    },
    look() {
      if (method === 'states') {
        for (const watch of watches.values()) if (watch.live.size > 0) stateWindowOf(watch).look(watch);
        return;
      }
      for (const record of burstCandidates()) {
        const ids = isChurning(record) ? readThreadIds(files, record.pid) : record.demand.activeThreads;
        const threads = ids.slice(-MAX_LOOKED_THREADS);
        const highest = record.bursts.book(countRunnable(files, record.pid, threads), nowMs());
        const { threadCount } = record.stat;
        if (highest === undefined) continue;
        accuse(record, { kind: 'bursts', demandCpus: highest, windowSeconds: 0, threadCount });
      }
    },
    result(presets = []) {
      const processes: ProcessEvidence[] = [];
      const trees: TreeEvidence[] = [];
      let windowCount = 0;
      for (const watch of watches.values()) {
        windowCount += watch.windowCount;
        for (const record of [...watch.ended, ...watch.live.values()]) {
          const evidence = record.evidence ?? suspicionOf(record, presets, watch.variables);
          if (evidence !== undefined) processes.push(evidenceOf(record, evidence));
        }
        const excess = treeEvidence(watch);
        if (excess !== undefined) trees.push(excess);
      }
      const workers = new Map([...watches].map(([index, watch]) => [index, summarize(watch)]));
      return { method, windowCount, workers, processes, trees };
    },
  };
}
