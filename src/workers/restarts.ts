/**
 * Starts workers again: decides, ends what the last attempt left behind, waits, and asks for a new plan.
 * Uses the ports for the clock, processes and files (procfs).
 */
import type { Finding } from '../finding.ts';
import type { ClockPort, FilePort, ProcessPort, WorkerExit } from '../host/ports.ts';
import { createDescendantFinder, type DescendantFinder } from './descendants.ts';
import { createTreeEnder } from './end-tree.ts';
import { describeExit } from './failure-line.ts';
import { decideRestart, NO_RESTARTS, type RestartHistory, type RestartPolicy } from './restart-policy.ts';
import { markOfWorker } from './run-mark.ts';
import { killedLine } from './stop-findings.ts';
import type { WorkerAttempt, WorkerSpec } from './worker.ts';

/** What the caller decides about restarts. */
export interface RestartInput {
  readonly policy: RestartPolicy;
  /** The worker as it is to be started now, after the limits were read again. Throws when it must not start. */
  readonly planAgain: (index: number) => WorkerSpec;
  /** From 0 to 1, each time another. */
  readonly chance: () => number;
}

export interface Restarts {
  /** To be called at each start, so that its descendants can be told from those of other workers. */
  started(index: number, pid: number): void;
  /** Resolves after the wait to what is to be started; `null` when it is not started again. */
  next(index: number, attempt: WorkerAttempt): Promise<WorkerSpec | null>;
  /** Who waits now is not started again, and answered at once. Returns whether anybody waited. */
  callOff(): boolean;
  /** The same for all from now on. */
  stop(): void;
  readonly findings: readonly Finding[];
}

/** A restart that was decided and has not come yet. */
interface Pending {
  isCalledOff: boolean;
  /** Ends the wait. */
  finish: () => void;
}

export function createRestarts(
  input: RestartInput & {
    /** One line for the user. */
    readonly say: (text: string) => void;
    readonly runMark: string;
    /** Whose child an orphan becomes; absent: init. */
    readonly heirPid?: number;
    readonly ownPid: number;
    readonly stopSignal: NodeJS.Signals;
    readonly stopTimeoutMs: number;
    readonly clock: ClockPort;
    readonly files: FilePort;
    readonly processes: ProcessPort;
  },
): Restarts {
  const { clock, files, processes, ownPid, policy } = input;
  const histories = new Map<number, RestartHistory>();
  const finders = new Map<number, DescendantFinder>();
  const pending = new Set<Pending>();
  const findings: Finding[] = [];
  let isOver = false;

  function finderOf(index: number): DescendantFinder {
    const finder =
      finders.get(index) ??
      createDescendantFinder({
        files,
        clock,
        ownPid,
        adopterPid: null,
        mark: markOfWorker(input.runMark, index),
        isLate: true,
        ...(input.heirPid !== undefined && { heirPid: input.heirPid }),
      });
    finders.set(index, finder);
    return finder;
  }

  function wait(delayMs: number, entry: Pending): Promise<void> {
    return new Promise((resolve) => {
      const cancel = clock.after(delayMs, resolve, true);
      entry.finish = () => {
        cancel();
        resolve();
      };
    });
  }

  function callOff(): boolean {
    for (const entry of pending) {
      entry.isCalledOff = true;
      entry.finish();
    }
    return pending.size > 0;
  }

  function planAgain(index: number): WorkerSpec | null {
    try {
      return input.planAgain(index);
    } catch (error) {
      const message = `Worker ${index} was not started again: ${error instanceof Error ? error.message : String(error)}`;
      findings.push({ code: 'RESTART_REFUSED', severity: 'warning', message });
      return null;
    }
  }

  return {
    started(index, pid) {
      finderOf(index).addWorker(pid);
    },
    async next(index, { exit, startedNs, endedNs }) {
      if (isOver) return null;
      const history = histories.get(index) ?? NO_RESTARTS;
      const [ranMs, nowMs] = [Number(endedNs - startedNs) / 1e6, Number(endedNs) / 1e6];
      const decision = decideRestart(policy, { exit, history, ranMs, nowMs }, input.chance());
      if (decision.kind === 'exhausted') findings.push(exhausted(index, exit, policy.maxRestarts));
      if (decision.kind !== 'restart') return null;
      histories.set(index, decision.history);
      const seconds = (decision.delayMs / 1000).toFixed(1);
      input.say(`worker ${index} ${describeExit(exit)}; restarting in ${seconds} s\n`);
      const entry: Pending = { isCalledOff: false, finish: () => undefined };
      pending.add(entry);
      // What it left behind would hold its ports and use the CPUs of its successor.
      const { stopSignal, stopTimeoutMs } = input;
      const ender = createTreeEnder({ finder: finderOf(index), processes, clock, files });
      const { killed } = await ender.end(stopSignal, stopTimeoutMs);
      if (killed.length > 0) input.say(killedLine(index, killed, stopTimeoutMs, stopSignal));
      if (!entry.isCalledOff) await wait(decision.delayMs, entry);
      pending.delete(entry);
      return entry.isCalledOff ? null : planAgain(index);
    },
    callOff,
    stop() {
      isOver = true;
      callOff();
    },
    findings,
  };
}

function exhausted(index: number, exit: WorkerExit, maxRestarts: number): Finding {
  return {
    code: 'RESTARTS_EXHAUSTED',
    severity: 'warning',
    message: `Worker ${index} ${describeExit(exit)} and is not started again: ${maxRestarts} ${maxRestarts === 1 ? 'restart' : 'restarts'} within 10 minutes is the limit`,
    hint: 'look at its output for the cause; `--max-restarts` allows more',
  };
}
