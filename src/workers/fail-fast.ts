/**
 * What follows from the failure of a worker: one line that says so, and the end of the others, unless somebody
 * had asked for it. Uses the ports for processes and the clock.
 */
import type { ClockPort, ProcessPort } from '../host/ports.ts';
import { isDeathBy, isFailure } from './exit-status.ts';
import { failureLine } from './failure-line.ts';
import type { Shutdown } from './shutdown.ts';
import { HANDLED_SIGNALS, type HandledSignal } from './signal-policy.ts';
import type { StopCause } from './stop-cause.ts';
import type { WorkerAttempt } from './worker.ts';

const SIGKILL = 9;

export interface FailFast {
  /** To be called when a worker has exited for good. */
  react(index: number, attempt: WorkerAttempt): Promise<void>;
}

export function createFailFast(input: {
  readonly clock: ClockPort;
  readonly processes: ProcessPort;
  readonly shutdown: Shutdown;
  readonly stopCause: StopCause;
  /** Whether a failure stops the others. */
  readonly failFast: boolean;
  readonly workers: readonly unknown[];
  readonly successStatuses: readonly number[];
  readonly stopSignal: NodeJS.Signals;
  readonly requestTimeoutMs: number | null;
  readonly say: (text: string) => void;
  /** PIDs of the workers that run now. */
  readonly runningPids: () => number[];
  /** Workers that have not exited for good. */
  readonly remainingCount: () => number;
}): FailFast {
  const { clock, shutdown, stopCause, runningPids } = input;

  function tell(pids: readonly number[]): void {
    const running = runningPids();
    for (const pid of pids) if (running.includes(pid)) input.processes.signal(pid, input.stopSignal);
  }

  function stopOthers(): void {
    const others = runningPids();
    shutdown.begin();
    tell(others);
  }

  /** The others have had the signal and may be saving their work. Who goes on is told when half of the time is over. */
  function stopAsAsked(signal: HandledSignal): void {
    if (shutdown.requestedBy !== null) return;
    const others = runningPids();
    shutdown.request(signal);
    if (input.requestTimeoutMs === null) return;
    clock.after(input.requestTimeoutMs / 2, () => {
      tell(others);
    });
  }

  return {
    async react(index, attempt) {
      const { exit } = attempt;
      // Of a single one the exit status says all.
      if (input.workers.length === 1 || !isFailure(exit, input.successStatuses)) return;
      const asked = exit.kind === 'not-started' ? null : await stopCause.of(attempt);
      if (asked !== null) {
        // Nobody has to be told of a death that he has asked for, and SIGKILL has a finding of its own.
        const isOwnKill = isDeathBy(exit, SIGKILL) && shutdown.remainingMs() === 0;
        if (!isOwnKill && !isDeathBy(exit, HANDLED_SIGNALS[asked]))
          input.say(failureLine({ index, exit }, input.remainingCount(), false));
        stopAsAsked(asked);
      } else if (!shutdown.isBegun) {
        input.say(failureLine({ index, exit }, input.remainingCount(), input.failFast));
        if (input.failFast) stopOthers();
      }
    },
  };
}
