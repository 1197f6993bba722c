/**
 * Whether somebody had asked for the exit of a worker, so that its failure is no reason to stop the others.
 * Uses the clock.
 */
import type { ClockPort } from '../host/ports.ts';
import { isDeathBy } from './exit-status.ts';
import type { Interruption } from './interruption.ts';
import type { Shutdown } from './shutdown.ts';
import { HANDLED_SIGNALS, type HandledSignal } from './signal-policy.ts';
import type { WorkerAttempt } from './worker.ts';

/**
 * A signal to the whole process group, or to every process of a systemd unit, reaches one process after the
 * other: a worker may have died of it before oneprocpool gets its own.
 */
const LAG_MS = 20;

const DEADLY = ['SIGTERM', 'SIGINT', 'SIGQUIT', 'SIGHUP'] as const satisfies readonly HandledSignal[];

export interface StopCause {
  /** SIGHUP was passed on. Servers take it as "read your configuration again", so it is a request only for who dies of it. */
  noteHangUp(): void;
  /** The signal that asked for this exit; `null` when the worker exited by itself. */
  of(attempt: Pick<WorkerAttempt, 'exit' | 'startedNs' | 'endedNs'>): Promise<HandledSignal | null>;
}

export function createStopCause(input: {
  readonly clock: ClockPort;
  readonly interruption: Interruption;
  readonly shutdown: Pick<Shutdown, 'requestedBy'>;
}): StopCause {
  const { clock, interruption } = input;
  const requestedBy = (): HandledSignal | null => input.shutdown.requestedBy;
  let hangUpNs: bigint | null = null;
  return {
    noteHangUp() {
      hangUpNs = clock.nowNs();
    },
    async of({ exit, startedNs, endedNs }) {
      const known = requestedBy() ?? (await interruption.cause(exit, endedNs));
      if (known !== null) return known;
      const deadly = DEADLY.find((signal) => isDeathBy(exit, HANDLED_SIGNALS[signal]));
      if (deadly === undefined) return null;
      await clock.sleep(LAG_MS);
      const late = requestedBy();
      if (late !== null) return late;
      return deadly === 'SIGHUP' && hangUpNs !== null && hangUpNs >= startedNs ? deadly : null;
    },
  };
}
