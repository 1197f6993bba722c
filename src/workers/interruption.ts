/**
 * Whether Ctrl-C at our terminal ended the run. Uses the clock.
 */
import type { ClockPort, WorkerExit } from '../host/ports.ts';

/** The kernel sends the terminal's SIGINT to one process after the other: a worker may be gone before we get ours. */
const LAG_MS = 20;

export interface Interruption {
  /** The terminal sent SIGINT to us and to the workers. */
  noteCtrlC(): void;
  /** Whether the run's first failure is the death by that SIGINT. */
  ended(failure: WorkerExit | undefined): Promise<boolean>;
}

export function createInterruption(clock: ClockPort): Interruption {
  let hasArrived = false;
  return {
    noteCtrlC() {
      hasArrived = true;
    },
    async ended(failure) {
      if (failure?.kind !== 'signaled' || failure.signal !== 'SIGINT') return false;
      if (!hasArrived) await clock.sleep(LAG_MS);
      return hasArrived;
    },
  };
}
