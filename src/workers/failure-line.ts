/** The one line that says which worker failed, how, and what becomes of the others. Pure. */
import type { WorkerExit } from '../host/ports.ts';

/** `exited with status 3`, `was killed by SIGKILL`, `could not be started`. */
export function describeExit(exit: WorkerExit): string {
  if (exit.kind === 'exited') return `exited with status ${exit.status}`;
  return exit.kind === 'signaled' ? `was killed by ${exit.signal}` : 'could not be started';
}

/**
 * @param othersCount workers that have not exited for good.
 * @param isStopping they are being stopped because of this failure.
 */
export function failureLine(
  { index, exit }: { readonly index: number; readonly exit: WorkerExit },
  othersCount: number,
  isStopping: boolean,
): string {
  const failure = `worker ${index} ${describeExit(exit)}`;
  if (othersCount === 0) return `${failure}\n`;
  if (isStopping) return `${failure}; stopping the other ${othersCount === 1 ? 'worker' : `${othersCount} workers`}\n`;
  return `${failure}; ${othersCount === 1 ? '1 worker is' : `${othersCount} workers are`} still running\n`;
}
