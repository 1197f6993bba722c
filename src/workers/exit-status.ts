/** From the end of a worker to an exit status, and from all ends to the one that counts. Pure. */
import { EXIT_STATUS, OneprocpoolError, type ErrorCode } from '../errors.ts';
import type { WorkerExit } from '../host/ports.ts';

type NotStarted = Extract<WorkerExit, { kind: 'not-started' }>;

const CODE_OF_REASON: Readonly<Record<NotStarted['reason'], ErrorCode>> = {
  'not-found': 'COMMAND_NOT_FOUND',
  'not-executable': 'COMMAND_NOT_EXECUTABLE',
  failed: 'SPAWN_FAILED',
};

/** 0 to 255: the worker's own status; 128 + n when signal n ended it; 125, 126 or 127 when it was not started. */
export function exitStatusOf(exit: WorkerExit): number {
  if (exit.kind === 'exited') return exit.status;
  if (exit.kind === 'signaled') return 128 + exit.signalNumber;
  return EXIT_STATUS[CODE_OF_REASON[exit.reason]];
}

/** The error to show for a worker that was not started. */
export function errorOf(exit: NotStarted): OneprocpoolError {
  return new OneprocpoolError(CODE_OF_REASON[exit.reason], exit.message);
}

/** Whether the worker ended otherwise than with status 0, or with one of those that count as success too. */
export function isFailure(exit: WorkerExit, successStatuses: readonly number[]): boolean {
  if (exit.kind === 'not-started') return true;
  const status = exitStatusOf(exit);
  return status !== 0 && !successStatuses.includes(status);
}

/** Whether the worker died of this signal, or exited as a shell does whose command died of it. */
export function isDeathBy(exit: WorkerExit, signalNumber: number): boolean {
  return exit.kind !== 'not-started' && exitStatusOf(exit) === 128 + signalNumber;
}

/** Status of the whole run: that of the first worker that failed, in the order of their ends; 0 when none did. */
export function groupStatus(firstFailure: { readonly exit: WorkerExit } | null): number {
  return firstFailure === null ? 0 : exitStatusOf(firstFailure.exit);
}
