/**
 * Measures the demand of all workers while they run, at a cost of some 0.2 % of one CPU: decides when the
 * measurer passes and looks, and what that may cost. All reads are synchronous and go through FilePort,
 * time goes through ClockPort.
 */
import type { ClockPort, FilePort, ProcessPort } from '../host/ports.ts';
import type { LibraryPreset } from '../presets/preset.ts';
import type { SamplingResult } from './measurement.ts';
import { createTreeReader, type ProcessTreeMethod } from './process-tree.ts';
import { countReads, createReadBudget } from './read-budget.ts';
import { createReapedTime } from './reaped-time.ts';
import { createSamplingSchedule } from './sampling-schedule.ts';
import { createTreeMeasurer } from './tree-measurer.ts';
import { createWorkerWatch } from './worker-watch.ts';

/** Reading the maps of a process costs about as much as so many counters; of one with hundreds of libraries more. */
const INSPECTION_READS = 30;
/** The longest wait for reads that were too dear. */
const MAX_SAVING_MS = 2000;

export interface SamplerDeps {
  readonly files: FilePort;
  readonly clock: ClockPort;
  /** Called once, when a worker has run for a moment; a failure only costs the names of libraries. */
  readonly loadPresets: () => Promise<readonly LibraryPreset[]>;
  /** Needed for `pidtree`, and for `auto` where there is no procfs. */
  readonly processes?: ProcessPort | undefined;
  readonly processTree?: ProcessTreeMethod | undefined;
}

export interface Sampler {
  /**
   * At once after the start of the worker. `limitThreads` is its share; `variables` are the names of the
   * controls it was given, which are looked up in its processes. A worker that is started again adds up.
   */
  addWorker(index: number, pid: number, limitThreads: number, variables?: readonly string[]): void;
  start(): void;
  /** At once when the worker was reaped: books its CPU time, and its pid may soon be another's. */
  onWorkerExit(index: number): void;
  /** The processes last seen in the trees, by pid and start time in clock ticks: also those that nothing else leads to. */
  seenProcesses(): readonly { readonly pid: number; readonly startTicks: number }[];
  /** Ends the sampling; a second call gives the same result. */
  stop(): SamplingResult;
}

export function createSampler(deps: SamplerDeps): Sampler {
  const { clock } = deps;
  const { files, count } = countReads(deps.files);
  const startNs = clock.nowNs();
  const nowMs = (): number => Number(clock.nowNs() - startNs) / 1e6;
  const tree = createTreeReader({ files, processes: deps.processes, method: deps.processTree ?? 'auto' });
  const measurer = createTreeMeasurer(files, tree, nowMs);
  const budget = createReadBudget(nowMs());
  const schedule = createSamplingSchedule();
  const reapedTime = createReapedTime(files, () => [...measurer.watches.values()].map(({ account }) => account));
  const roots = new Map<number, number>();
  let presets: readonly LibraryPreset[] | undefined;
  let presetsAsked = false;
  let nextPassAtMs = 0;
  let nextLookAtMs = 0;
  let cancelTimer: (() => void) | undefined;
  let running = false;

  const askForPresets = (): void => {
    if (presetsAsked) return;
    presetsAsked = true;
    deps.loadPresets().then(
      (loaded) => (presets = loaded),
      // Without presets only the names of libraries are missing; the command must not suffer from it.
      () => (presets = []),
    );
  };

  /** After the counters, on which the proof rests: names come out of what they leave. */
  const inspect = (known: readonly LibraryPreset[]): void => {
    const startCpuMs = clock.cpuMs();
    const inspections = measurer.inspect(known, Math.floor(budget.affordableReads(nowMs()) / INSPECTION_READS));
    if (inspections > 0) budget.charge(inspections * INSPECTION_READS, clock.cpuMs() - startCpuMs, nowMs());
  };

  const pass = (): void => {
    const startMs = nowMs();
    const startCpuMs = clock.cpuMs();
    const startReads = count();
    const seen = measurer.pass(budget.affordableReads(startMs));
    budget.spend(count() - startReads, clock.cpuMs() - startCpuMs, nowMs());
    askForPresets();
    if (presets !== undefined) inspect(presets);
    const endMs = nowMs();
    schedule.passed(startMs, seen);
    const wantedMs = Math.min(endMs + schedule.passMs, Math.max(seen.punctualAtMs, endMs + 1));
    // A pass that cannot pay for the threads of any process would see main threads only, time after time.
    const savingMs =
      wantedMs < seen.punctualAtMs ? Math.min(MAX_SAVING_MS, budget.waitMs(seen.completeReads, endMs)) : 0;
    nextPassAtMs = Math.max(wantedMs, endMs + budget.waitMs(0, endMs), endMs + savingMs);
  };

  const look = (): void => {
    const startCpuMs = clock.cpuMs();
    const startReads = count();
    measurer.look();
    const endMs = nowMs();
    budget.spend(count() - startReads, clock.cpuMs() - startCpuMs, endMs);
    nextLookAtMs = endMs + Math.max(schedule.nextLookMs(), budget.waitMs(0, endMs));
  };

  const plan = (): void => {
    cancelTimer?.();
    cancelTimer = undefined;
    if (!running || measurer.watches.size === 0) return;
    const dueMs = measurer.wantsLook() ? Math.min(nextPassAtMs, nextLookAtMs) : nextPassAtMs;
    cancelTimer = clock.after(Math.max(1, dueMs - nowMs()), () => {
      if (nowMs() >= nextPassAtMs - 1) pass();
      else look();
      plan();
    });
  };

  return {
    addWorker(index, pid, limitThreads, variables = []) {
      const atMs = nowMs();
      tree.addRoot(index, pid);
      roots.set(index, pid);
      const watch = measurer.watches.get(index);
      if (watch === undefined) {
        measurer.watches.set(index, createWorkerWatch(index, limitThreads, variables, atMs));
      } else {
        watch.limitThreads = limitThreads;
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
      const account = measurer.watches.get(index)?.account;
      if (pid === undefined || account === undefined) return;
      const others = [...roots].flatMap(([worker, root]) => {
        const otherAccount = measurer.watches.get(worker)?.account;
        return otherAccount === undefined ? [] : [{ pid: root, account: otherAccount }];
      });
      const settled = new Set(reapedTime.settle({ pid, account }, others).map((root) => root.pid));
      for (const [worker, root] of roots) {
        if (!settled.has(root)) continue;
        roots.delete(worker);
        tree.removeRoot(root);
      }
    },
    seenProcesses: () => tree.known().map(({ stat }) => ({ pid: stat.pid, startTicks: stat.startTicks })),
    stop() {
      running = false;
      cancelTimer?.();
      return measurer.result(presets);
    },
  };
}
