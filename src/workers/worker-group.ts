/**
 * Starts the workers, stays with them, and leaves nothing of them behind. Uses the ports for spawning,
 * processes, signals, files (procfs) and the clock.
 *
 *   starting --all started--> running --last worker ended--> sweeping --no process left--> flushing --> done
 *       |                        |                              ^
 *       +----- stop ------> stopping --last worker ended--------+
 *
 * A worker that ends may be started again while the group is running; only its last end is its end.
 * stop: a signal that ends the run, or (fail-fast) the first failure. In `stopping` nothing is started any
 * more, and what has not ended after the grace period, if there is one (shutdown.ts), is killed.
 */
import type { Finding } from '../finding.ts';
import type { WorkerExit } from '../host/ports.ts';
import { createDescendantFinder, type DescendantFinder } from './descendants.ts';
import { createTreeEnder } from './end-tree.ts';
import { isFailure } from './exit-status.ts';
import { createFailFast, type FailFast } from './fail-fast.ts';
import type { GroupInput } from './group-input.ts';
import {
  exitWithoutStart,
  NO_ATTEMPTS,
  statusOfRun,
  withAttempt,
  type AttemptLog,
  type GroupResult,
} from './group-result.ts';
import type { GroupWitness } from './group-witness.ts';
import { createInterruption, hearTerminal, type Interruption, type TerminalSignal } from './interruption.ts';
import { createKilling, type Killing } from './killing.ts';
import { createLeftoverWait, type LeftoverWait } from './leftovers.ts';
import { createOwnTerminal, type OwnTerminal } from './own-terminal.ts';
import { createRestarts, type Restarts } from './restarts.ts';
import { createShutdown, type Shutdown } from './shutdown.ts';
import { relaySignals } from './signal-relay.ts';
import { createStopCause, type StopCause } from './stop-cause.ts';
import type { Watchdog } from './watchdog.ts';
import type { OutputEnd } from './worker-output.ts';
import { requestOf } from './worker-request.ts';
import { exitsOf, indicesByPid, remainingCount, runningPids } from './worker-states.ts';
import type { WorkerAttempt, WorkerSpec, WorkerState } from './worker.ts';

/** Helper processes beside the workers. */
interface Helpers {
  readonly watchdog: Watchdog;
  readonly witness: GroupWitness;
}

/** One group; see run-workers.ts for the way in. */
export class WorkerGroup {
  readonly #input: GroupInput;
  readonly #states: WorkerState[];
  readonly #ends: Promise<void>[] = [];
  readonly #mark: string;
  readonly #watchdog: Watchdog;
  readonly #witness: GroupWitness;
  readonly #finder: DescendantFinder;
  readonly #shutdown: Shutdown;
  readonly #restarts: Restarts;
  readonly #attempts: AttemptLog[];
  #isFlushing = false;
  #firstFailure: GroupResult['firstFailure'] = null;
  readonly #killing: Killing;
  readonly #leftovers: LeftoverWait;
  readonly #terminal: OwnTerminal;
  readonly #interruption: Interruption;
  readonly #stopCause: StopCause;
  readonly #failFast: FailFast;
  #isAbandoned = false;
  #stopRelaying = (): void => undefined;

  constructor(input: GroupInput, mark: string, { watchdog, witness }: Helpers) {
    const { files, clock, processes, ownPid, adopterPid } = input;
    this.#input = input;
    this.#watchdog = watchdog;
    this.#witness = witness;
    this.#terminal = createOwnTerminal(files);
    this.#interruption = createInterruption({ ...input, terminal: this.#terminal });
    this.#states = input.workers.map(() => ({ phase: 'waiting' }));
    this.#mark = mark;
    const heir = adopterPid === null ? {} : { heirPid: adopterPid };
    const reap = adopterPid === ownPid ? input.spawner.reap : undefined;
    this.#finder = createDescendantFinder({
      ...input,
      mark,
      strangers: () => [...watchdog.pids(), ...witness.pids()],
      ...heir,
      ...(reap && { reap }),
    });
    const treeEnder = createTreeEnder({ finder: this.#finder, processes, clock, files, onFound: watchdog.watchFound });
    this.#killing = createKilling(treeEnder, input.say);
    this.#leftovers = createLeftoverWait({ ...input, treeEnder });
    this.#restarts = createRestarts({ ...input, ...input.restarts, runMark: this.#mark, ...heir });
    this.#attempts = input.workers.map(() => NO_ATTEMPTS);
    this.#shutdown = createShutdown({
      ...input,
      onBegin: () => this.#restarts.stop(),
      onKill: (afterMs) => this.#kill(afterMs),
    });
    const shutdown = this.#shutdown;
    this.#stopCause = createStopCause({ clock, interruption: this.#interruption, shutdown });
    this.#failFast = createFailFast({
      ...input,
      shutdown,
      stopCause: this.#stopCause,
      runningPids: () => this.#runningPids(),
      remainingCount: () => remainingCount(this.#states),
    });
  }

  async run(): Promise<GroupResult> {
    const { signals, inherited } = this.#input;
    const stopRelaying = relaySignals({
      ...this.#input,
      terminal: this.#terminal,
      witness: this.#witness,
      ignoredSignals: inherited.ignoredSignals,
      isInit: this.#input.adopterPid === 1,
      runningPids: () => this.#runningPids(),
      leftoverPids: () => this.#leftovers.pids(),
      onEndRequest: (signal) => this.#shutdown.request(signal),
      onHangUp: () => this.#stopCause.noteHangUp(),
      onCtrlC: () => {
        this.#onTerminal('SIGINT');
      },
    });
    const stopHearing = hearTerminal(signals, this.#terminal, (signal) => {
      this.#onTerminal(signal);
    });
    this.#stopRelaying = () => {
      stopRelaying();
      stopHearing();
    };
    for (const spec of this.#input.workers) await this.#start(spec);
    await Promise.all(this.#ends);
    const findings = [...(await this.#killing.done()), ...(await this.#endLeftovers())];
    this.#isFlushing = true;
    // A reader may be slow, but whoever asks us to end does not wait for it.
    const output = await this.#input.output.finish(() => this.#shutdown.requestedBy !== null);
    this.#shutdown.close();
    return this.#result(findings, output, await this.#interruption.ended(this.#firstFailure?.exit));
  }

  /** Kills what there is, without asking; starts nothing more. */
  async abandon(): Promise<void> {
    this.#isAbandoned = true;
    this.#shutdown.begin();
    this.#shutdown.close();
    this.#kill(0);
    await this.#killing.done();
  }

  /** Whoever waits for a restart cannot take the signal; to the others the terminal has sent it. */
  #onTerminal(signal: TerminalSignal): void {
    this.#interruption.note(signal);
    if (signal === 'SIGINT') this.#leftovers.interrupt();
    const hasCalledOff = this.#restarts.callOff();
    // They decide whether it ends the run.
    if (this.#runningPids().length > 0) return;
    if (hasCalledOff && signal === 'SIGINT') this.#interruption.noteRunEnded();
    if (hasCalledOff || this.#isFlushing) this.#shutdown.request(signal);
  }

  async #start(spec: WorkerSpec): Promise<void> {
    if (this.#shutdown.isBegun) this.#end(spec.index, exitWithoutStart(this.#shutdown.requestedBy));
    else this.#ends.push(this.#follow(spec.index, await this.#launch(spec)));
  }

  /** From attempt to attempt until the worker is not started again. */
  async #follow(index: number, first: { readonly ended: Promise<WorkerAttempt> }): Promise<void> {
    for (let launched = first; ;) {
      const attempt = await launched.ended;
      this.#states[index] = { phase: 'waiting' };
      this.#attempts[index] = withAttempt(this.#attempts[index] ?? NO_ATTEMPTS, attempt);
      this.#input.onEnded?.(index, attempt.exit);
      const spec = (await this.#mayRestart(attempt)) ? await this.#restarts.next(index, attempt) : null;
      if (spec === null) {
        this.#end(index, attempt.exit);
        await this.#failFast.react(index, attempt);
        return;
      }
      launched = await this.#launch(spec);
    }
  }

  async #mayRestart(attempt: WorkerAttempt): Promise<boolean> {
    if (this.#input.restarts.policy.when === 'never' || this.#shutdown.isBegun || this.#input.output.isGone)
      return false;
    return (await this.#stopCause.of(attempt)) === null;
  }

  /** Wrapped, because a promise for a promise would wait for the end. */
  async #launch(spec: WorkerSpec): Promise<{ readonly ended: Promise<WorkerAttempt> }> {
    const { clock, processes, spawner, output, restarts, onStarted } = this.#input;
    const { index } = spec;
    const startedNs = clock.nowNs();
    const { pid = null, exit, ...streams } = await spawner.spawn(requestOf(spec, this.#mark, this.#input));
    const ended = exit.then((ending) => ({ pid, exit: ending, startedNs, endedNs: clock.nowNs() }));
    if (pid === null) return { ended };
    this.#states[index] = { phase: 'running', pid };
    this.#watchdog.watch(index, pid);
    this.#finder.addWorker(pid);
    if (restarts.policy.when !== 'never') this.#restarts.started(index, pid);
    output.attach(index, streams);
    onStarted?.(index, pid);
    // A request that came while it was being started has not reached it.
    if (this.#isAbandoned) processes.signal(pid, 'SIGKILL');
    else if (this.#shutdown.isBegun) processes.signal(pid, this.#shutdown.requestedBy ?? this.#input.stopSignal);
    return { ended };
  }

  #end(index: number, exit: WorkerExit): void {
    this.#states[index] = { phase: 'ended', exit };
    if (isFailure(exit, this.#input.successStatuses)) this.#firstFailure ??= { index, exit };
  }

  #runningPids(): number[] {
    return runningPids(this.#states);
  }

  #kill(afterMs: number): void {
    this.#finder.addKnown(this.#input.seenProcesses?.() ?? []);
    const signal = this.#shutdown.requestedBy ?? this.#input.stopSignal;
    this.#killing.kill(indicesByPid(this.#states), afterMs, signal);
  }

  async #endLeftovers(): Promise<readonly Finding[]> {
    this.#finder.addKnown(this.#input.seenProcesses?.() ?? []);
    const remainingMs = this.#shutdown.remainingMs();
    this.#shutdown.close();
    return this.#leftovers.end({ hasSucceeded: this.#firstFailure === null, remainingMs });
  }

  #result(findings: readonly Finding[], output: OutputEnd, interrupted: boolean): GroupResult {
    return {
      exits: exitsOf(this.#states),
      attempts: this.#attempts,
      firstFailure: this.#firstFailure,
      status: statusOfRun(
        { firstFailure: this.#firstFailure, interrupted },
        output,
        exitWithoutStart(this.#shutdown.requestedBy),
      ),
      findings: [...this.#restarts.findings, ...findings, ...output.findings],
      interrupted,
      isLineOpen: output.isLineOpen,
      release: this.#stopRelaying,
    };
  }
}
