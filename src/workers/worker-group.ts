/**
 * Starts the workers, stays with them, and leaves nothing of them behind. Uses the ports for spawning,
 * processes, signals, files (procfs) and the clock.
 *
 *   starting --all started--> running --last worker ended--> sweeping --no process left--> done
 *       |                        |                              ^
 *       +----- stop ------> stopping --last worker ended--------+
 *
 * stop: a signal that ends the run, or (fail-fast) the first failure. In `stopping` nothing is started any
 * more, and what has not ended after the grace period, or at the second signal, is killed.
 */
import type { Finding } from '../finding.ts';
import type {
  ClockPort,
  FilePort,
  ProcessPort,
  SignalPort,
  SpawnPort,
  SpawnRequest,
  WorkerExit,
} from '../host/ports.ts';
import { createDescendantFinder, type DescendantFinder, type ProcessIdentity } from './descendants.ts';
import { createTreeEnder, sweepFindings, type SweepResult, type TreeEnder } from './end-tree.ts';
import { groupStatus, isFailure } from './exit-status.ts';
import { createRunMark, markEnvironment } from './run-mark.ts';
import { createInterruption, type Interruption } from './interruption.ts';
import { createShutdown, type Shutdown } from './shutdown.ts';
import { HANDLED_SIGNALS } from './signal-policy.ts';
import { relaySignals } from './signal-relay.ts';
import type { InheritedState } from './shim-handover.ts';
import { throughTrampoline } from './trampoline.ts';
import { startWatchdog } from './watchdog.ts';
import type { WorkerSpec, WorkerState } from './worker.ts';

export interface GroupInput {
  readonly workers: readonly WorkerSpec[];
  /** The first failure stops the others. */
  readonly failFast: boolean;
  /** What we send when we stop the workers by ourselves. */
  readonly stopSignal: NodeJS.Signals;
  readonly stopTimeoutMs: number;
  readonly ownPid: number;
  /** PID that adopts the orphans of the workers, when nothing else can be its child: PID 1 if that is ours; or `null`. */
  readonly adopterPid: number | null;
  readonly inherited: InheritedState;
  readonly spawner: SpawnPort;
  readonly processes: ProcessPort;
  readonly signals: SignalPort;
  readonly files: FilePort;
  readonly clock: ClockPort;
  readonly onStarted?: (index: number, pid: number) => void;
  readonly onEnded?: (index: number, exit: WorkerExit) => void;
  /** Processes of the tree that the sampler has seen, asked for before what is left is ended. */
  readonly seenProcesses?: () => Iterable<ProcessIdentity>;
}

/** Times of `ClockPort.nowNs`. */
export interface WorkerRun {
  readonly pid: number;
  readonly startedNs: bigint;
  readonly endedNs: bigint;
}

export interface GroupResult {
  /** By worker index, as `runs`. */
  readonly exits: readonly WorkerExit[];
  /** `null` for a worker that was never started. */
  readonly runs: readonly (WorkerRun | null)[];
  readonly firstFailure: { readonly index: number; readonly exit: WorkerExit } | null;
  /** Exit status of the run, 0 to 255. */
  readonly status: number;
  readonly findings: readonly Finding[];
  /**
   * Ctrl-C at our terminal ended the run. After `release` we should die of SIGINT ourselves: only then does a
   * shell end its loop too. Source: https://www.cons.org/cracauer/sigint.html
   */
  readonly interrupted: boolean;
  /**
   * Gives the signals back to their default action. Until then one that comes too late to matter has no
   * effect; afterwards it would replace the exit status of a run that is over.
   */
  readonly release: () => void;
}

/**
 * Runs all workers to their end. Never rejects for what a worker does; a defect of ours, wherever it shows
 * meanwhile, kills the workers with all they started before this rejects with it.
 */
export async function runWorkers(input: GroupInput): Promise<GroupResult> {
  const mark = createRunMark(input.ownPid, input.clock.nowNs());
  const group = new WorkerGroup(input, mark);
  const watchdog = await startWatchdog({ ...input, mark, path: input.workers[0]?.env['PATH'] });
  let stopListening = (): void => undefined;
  const defect = new Promise<never>((_, reject) => {
    stopListening = input.signals.listenForDefects(reject);
  });
  try {
    const result = await Promise.race([group.run(), defect]);
    return { ...result, findings: [...watchdog.findings, ...result.findings] };
  } catch (error) {
    await group.abandon();
    throw error;
  } finally {
    stopListening();
    watchdog.dismiss();
  }
}

class WorkerGroup {
  readonly #input: GroupInput;
  readonly #states: WorkerState[];
  readonly #ends: Promise<void>[] = [];
  readonly #mark: string;
  readonly #finder: DescendantFinder;
  readonly #treeEnder: TreeEnder;
  readonly #shutdown: Shutdown;
  #firstFailure: GroupResult['firstFailure'] = null;
  #killing: Promise<unknown> = Promise.resolve();
  readonly #interruption: Interruption;
  #isAbandoned = false;
  #stopRelaying = (): void => undefined;

  constructor(input: GroupInput, mark: string) {
    const { files, clock, processes, ownPid, adopterPid } = input;
    this.#input = input;
    this.#interruption = createInterruption(clock);
    this.#states = input.workers.map(() => ({ phase: 'waiting' }));
    this.#mark = mark;
    this.#finder = createDescendantFinder({ files, clock, ownPid, adopterPid, mark });
    this.#treeEnder = createTreeEnder({ finder: this.#finder, processes, clock });
    this.#shutdown = createShutdown({ clock, graceMs: input.stopTimeoutMs, onKill: () => this.#kill() });
  }

  async run(): Promise<GroupResult> {
    const { signals, processes, files, ownPid, inherited } = this.#input;
    this.#stopRelaying = relaySignals({
      signals,
      processes,
      files,
      ownPid,
      ignoredSignals: inherited.ignoredSignals,
      runningPids: () => this.#runningPids(),
      onEndRequest: (signal) => this.#shutdown.request(signal),
      onCtrlC: this.#interruption.noteCtrlC,
    });
    for (const spec of this.#input.workers) await this.#start(spec);
    await Promise.all(this.#ends);
    const sweep = await this.#sweep();
    this.#shutdown.close();
    return this.#result(sweep, await this.#interruption.ended(this.#firstFailure?.exit));
  }

  /** Kills what there is, without asking; starts nothing more. */
  async abandon(): Promise<void> {
    this.#isAbandoned = true;
    this.#shutdown.begin();
    this.#shutdown.close();
    this.#kill();
    await this.#killing;
  }

  async #start(spec: WorkerSpec): Promise<void> {
    const { clock, processes, spawner, onStarted } = this.#input;
    if (this.#shutdown.isBegun) {
      this.#end(spec.index, this.#exitWithoutStart(), null);
      return;
    }
    const startedNs = clock.nowNs();
    const { pid, exit } = await spawner.spawn(this.#request(spec));
    if (pid === undefined) {
      this.#end(spec.index, await exit, null);
      return;
    }
    this.#states[spec.index] = { phase: 'running', pid, startedNs };
    this.#finder.addWorker(pid);
    this.#ends.push(exit.then((ended) => this.#end(spec.index, ended, { pid, startedNs, endedNs: clock.nowNs() })));
    onStarted?.(spec.index, pid);
    // A request that came while it was being started has not reached it.
    if (this.#isAbandoned) processes.signal(pid, 'SIGKILL');
    else if (this.#shutdown.requestedBy !== null) processes.signal(pid, this.#shutdown.requestedBy);
  }

  #request(spec: WorkerSpec): SpawnRequest {
    const env = markEnvironment(spec.env, this.#mark);
    return {
      ...throughTrampoline(spec, env, this.#input.inherited),
      commandFile: spec.file,
      descriptors: this.#input.inherited.descriptors,
      env,
      // One reader: with several, each line of the input would go to whoever is faster.
      stdin: spec.index === 0 ? 'inherit' : 'ignore',
      stdout: 'inherit',
      stderr: 'inherit',
      // The same session and process group, with or without a terminal: Ctrl-C, Ctrl-Z, /dev/tty and the
      // shell's job control work as they do without us.
      newSession: false,
    };
  }

  #end(index: number, exit: WorkerExit, run: WorkerRun | null): void {
    this.#states[index] = { phase: 'ended', exit, run };
    this.#input.onEnded?.(index, exit);
    if (!isFailure(exit)) return;
    this.#firstFailure ??= { index, exit };
    if (!this.#input.failFast || this.#shutdown.isBegun) return;
    this.#shutdown.begin();
    for (const pid of this.#runningPids()) this.#input.processes.signal(pid, this.#input.stopSignal);
  }

  #exitWithoutStart(): WorkerExit {
    const signal = this.#shutdown.requestedBy;
    return signal === null
      ? { kind: 'not-started', reason: 'failed', message: 'another worker had failed before' }
      : { kind: 'signaled', signal, signalNumber: HANDLED_SIGNALS[signal] };
  }

  #runningPids(): number[] {
    return this.#states.flatMap((state) => (state.phase === 'running' ? [state.pid] : []));
  }

  #kill(): void {
    this.#treeEnder.hurry();
    this.#finder.addKnown(this.#input.seenProcesses?.() ?? []);
    this.#killing = this.#treeEnder.end('SIGKILL', 0);
  }

  async #sweep(): Promise<SweepResult> {
    await this.#killing;
    this.#finder.addKnown(this.#input.seenProcesses?.() ?? []);
    return this.#treeEnder.end(this.#input.stopSignal, this.#shutdown.remainingMs());
  }

  #result(sweep: SweepResult, interrupted: boolean): GroupResult {
    const ended = this.#states.map((state) => {
      if (state.phase !== 'ended') throw new Error(`Expected every worker to have ended, found one ${state.phase}`);
      return state;
    });
    return {
      exits: ended.map(({ exit }) => exit),
      runs: ended.map(({ run }) => run),
      firstFailure: this.#firstFailure,
      status: groupStatus(this.#firstFailure),
      findings: sweepFindings(sweep),
      interrupted,
      release: this.#stopRelaying,
    };
  }
}
