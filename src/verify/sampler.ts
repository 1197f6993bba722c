/**
 * Measures the demand of all workers while they run, at a cost of some 0.2 % of one CPU.
 *
 * A pass reads the tree and the counters of each process (one file per process). Once a second or more
 * seldom a window ends: then processes that made progress are read thread by thread, as far as the budget
 * reaches. Between passes, processes with more busy threads than their share are looked at for bursts.
 * All reads are synchronous and go through FilePort, time through ClockPort.
 */
import type { ClockPort, FilePort, ProcessPort } from '../host/ports.ts';
import type { LibraryPreset } from '../presets/preset.ts';
import { exceeds, MIN_WINDOW_MS } from './demand.ts';
import type { ProcessEvidence, SamplingResult, TreeEvidence } from './measurement.ts';
import { readPageSize } from './page-size.ts';
import { accuse, evidenceOf, inspect, type ProcessRecord, suspicionOf, wantsInspection } from './process-record.ts';
import { countRunnable } from './process-snapshot.ts';
import { createTreeReader, type ProcessTreeMethod } from './process-tree.ts';
import { parseSchedStat, TICKS_PER_SECOND } from './procfs.ts';
import { countReads, createReadBudget } from './read-budget.ts';
import { createReapedTime } from './reaped-time.ts';
import { createSamplingSchedule } from './sampling-schedule.ts';
import { createStateWindow, type StateWindow } from './state-window.ts';
import type { TreeProcess } from './tree-members.ts';
import {
  closeWindow,
  createWorkerWatch,
  summarize,
  treeEvidence,
  updateProcesses,
  type WorkerWatch,
} from './worker-watch.ts';

/** The counters are settled when a window ends a little early because a timer did. */
const WINDOW_SLACK_MS = 5;
/** Reading the maps of a process costs about as much as so many counters. */
const INSPECTION_READS = 30;
const INSPECTIONS_PER_PASS = 4;
const MAX_LOOKED_THREADS = 64;
/** A tree that used less of a CPU than this since the last pass is calm. */
const CALM_CPUS = 0.01;

export interface SamplerDeps {
  readonly files: FilePort;
  readonly clock: ClockPort;
  /** Called once, when the first process has run for a while; a failure only costs the names of libraries. */
  readonly loadPresets: () => Promise<readonly LibraryPreset[]>;
  /** Needed where there is no procfs, or for `pidtree`. */
  readonly processes?: ProcessPort | undefined;
  readonly processTree?: ProcessTreeMethod;
}

export interface Sampler {
  /** Right after the start of the worker. `variables`: the controls it was given; they are looked up when something is found. */
  addWorker(index: number, pid: number, limitThreads: number, variables?: readonly string[]): void;
  start(): void;
  /** At once when the worker was reaped, so that its CPU time is booked and its pid is not mistaken for another's. */
  onWorkerExit(index: number): void;
  /** One pass now, outside the schedule. */
  sampleNow(): void;
  stop(): SamplingResult;
}

function chooseMethod(files: FilePort): SamplingResult['method'] {
  const own = parseSchedStat(files.readText('/proc/self/schedstat') ?? '');
  if (own !== undefined && own.runNs > 0) return 'schedstat';
  return files.exists('/proc/self/stat') ? 'states' : 'none';
}

export function createSampler(deps: SamplerDeps): Sampler {
  const { clock } = deps;
  const { files, count } = countReads(deps.files);
  const startNs = clock.nowNs();
  const nowMs = (): number => Number(clock.nowNs() - startNs) / 1e6;
  const method = chooseMethod(files);
  const pageBytes = readPageSize(files);
  const tree = createTreeReader({ files, processes: deps.processes, method: deps.processTree ?? 'auto' });
  const budget = createReadBudget(nowMs());
  const schedule = createSamplingSchedule();
  const reapedTime = createReapedTime(files);
  const watches = new Map<number, WorkerWatch>();
  const stateWindows = new Map<number, StateWindow>();
  const roots = new Map<number, number>();
  let presets: readonly LibraryPreset[] | undefined;
  let presetsAsked = false;
  let members: readonly TreeProcess[] = [];
  let passReads = 0;
  let lastPassMs = 0;
  let lastTicks = 0;
  let nextPassAtMs = 0;
  let nextLookAtMs = 0;
  let cancelTimer: (() => void) | undefined;
  let running = false;

  const askForPresets = (): void => {
    if (presetsAsked) return;
    presetsAsked = true;
    deps.loadPresets().then(
      (loaded) => (presets = loaded),
      () => (presets = []),
    );
  };

  const inspectSome = (watch: WorkerWatch): number => {
    let inspected = 0;
    for (const record of watch.live.values()) {
      if (inspected >= INSPECTIONS_PER_PASS) break;
      if (presets === undefined || !wantsInspection(record)) continue;
      inspect(files, record, presets, watch.variables);
      inspected++;
    }
    return inspected;
  };

  /** Processes whose threads could together make bursts that the mean hides. */
  const burstCandidates = (atMs: number): ProcessRecord[] =>
    [...watches.values()]
      .flatMap((watch) => [...watch.live.values()])
      .filter(
        ({ demand, limitThreads, bursts, evidence }) =>
          evidence === undefined &&
          demand.activeThreads.length > limitThreads + 1 &&
          !exceeds(demand.cpus, limitThreads) &&
          bursts.wantsLook(atMs),
      );

  const look = (): void => {
    const atMs = nowMs();
    if (method === 'states') {
      for (const watch of watches.values()) stateWindows.get(watch.index)?.look(watch);
      return;
    }
    for (const record of burstCandidates(atMs)) {
      const threads = record.demand.activeThreads.slice(0, MAX_LOOKED_THREADS);
      const highest = record.bursts.book(countRunnable(files, record.pid, threads), atMs);
      const { threadCount } = record.stat;
      if (highest !== undefined) accuse(record, { kind: 'bursts', demandCpus: highest, windowSeconds: 0, threadCount });
    }
  };

  const pass = (): void => {
    const startMs = nowMs();
    const startReads = count();
    members = tree.read();
    let grown = false;
    let inspections = 0;
    let ticks = 0;
    for (const watch of watches.values()) {
      const alive = members.filter(({ worker }) => worker === watch.index);
      if (updateProcesses(watch, alive, pageBytes)) grown = true;
      ticks += watch.account.totalTicks();
    }
    passReads = count() - startReads;
    for (const watch of watches.values()) {
      if (watch.live.size === 0) continue;
      if (method === 'states') stateWindows.get(watch.index)?.closeWhenLongEnough(watch, nowMs());
      else if (method === 'schedstat' && nowMs() - watch.windowOpenedMs >= MIN_WINDOW_MS - WINDOW_SLACK_MS) {
        const affordable = budget.affordableReads(nowMs()) - (count() - startReads);
        closeWindow(watch, files, affordable, nowMs);
      }
      inspections += inspectSome(watch);
    }
    askForPresets();
    const endMs = nowMs();
    budget.spend(count() - startReads + inspections * INSPECTION_READS, endMs - startMs, endMs);
    const cpus = (ticks - lastTicks) / TICKS_PER_SECOND / Math.max(0.001, (startMs - lastPassMs) / 1000);
    schedule.passed({ grown, calm: cpus < CALM_CPUS });
    lastPassMs = startMs;
    lastTicks = ticks;
  };

  const plan = (): void => {
    cancelTimer?.();
    cancelTimer = undefined;
    const atMs = nowMs();
    if (!running || watches.size === 0) return;
    const looks = method === 'states' ? members.length : burstCandidates(atMs).length;
    const dueMs = looks > 0 ? Math.min(nextPassAtMs, nextLookAtMs) : nextPassAtMs;
    cancelTimer = clock.after(Math.max(1, dueMs - atMs), wake);
  };

  const wake = (): void => {
    const atMs = nowMs();
    if (atMs >= nextPassAtMs - 1) {
      pass();
      const endMs = nowMs();
      nextPassAtMs = endMs + Math.max(schedule.passMs, budget.waitMs(passReads, endMs));
    } else {
      const startReads = count();
      look();
      const endMs = nowMs();
      const reads = count() - startReads;
      budget.spend(reads, endMs - atMs, endMs);
      nextLookAtMs = endMs + Math.max(schedule.nextLookMs(), budget.waitMs(reads, endMs));
    }
    plan();
  };

  return {
    addWorker(index, pid, limitThreads, variables = []) {
      const atMs = nowMs();
      tree.addRoot(index, pid);
      roots.set(index, pid);
      if (!watches.has(index)) {
        watches.set(index, createWorkerWatch(index, limitThreads, variables, atMs));
        stateWindows.set(index, createStateWindow(files));
      }
      schedule.restart();
      nextPassAtMs = atMs + schedule.passMs;
      plan();
    },
    start() {
      running = true;
      plan();
    },
    onWorkerExit(index) {
      const pid = roots.get(index);
      const watch = watches.get(index);
      if (pid === undefined || watch === undefined) return;
      const running = [...roots].flatMap(([worker, root]) => {
        const account = watches.get(worker)?.account;
        return account === undefined ? [] : [{ pid: root, account }];
      });
      const settled = reapedTime.settle({ pid, account: watch.account }, running);
      for (const [worker, root] of roots) {
        if (!settled.some((each) => each.pid === root)) continue;
        roots.delete(worker);
        tree.removeRoot(root);
      }
    },
    sampleNow: pass,
    stop() {
      running = false;
      cancelTimer?.();
      const processes: ProcessEvidence[] = [];
      const trees: TreeEvidence[] = [];
      let windowCount = 0;
      for (const watch of watches.values()) {
        windowCount += watch.windowCount;
        for (const record of [...watch.ended, ...watch.live.values()]) {
          const evidence = record.evidence ?? suspicionOf(record, presets ?? [], watch.variables);
          if (evidence !== undefined) processes.push(evidenceOf(record, evidence));
        }
        const evidence = treeEvidence(watch);
        if (evidence !== undefined) trees.push(evidence);
      }
      const workers = new Map([...watches].map(([index, watch]) => [index, summarize(watch)]));
      return { method, windowCount, workers, processes, trees };
    },
  };
}
