/** The status of an ended process as the kernel tells it. Pure. */
import { constants } from 'node:os';
import type { WorkerExit } from './ports.ts';

const FIRST_REAL_TIME = 34;

/** @param status as wait4(2) gives it for a process that has ended (man-pages 6.9). */
export function exitOfStatus(status: number): WorkerExit {
  const signalNumber = status & 0x7f;
  if (signalNumber === 0) return { kind: 'exited', status: (status >> 8) & 0xff };
  const known = Object.entries(constants.signals).find(([, number]) => number === signalNumber)?.[0];
  const unnamed =
    signalNumber < FIRST_REAL_TIME ? `signal ${signalNumber}` : `SIGRTMIN+${signalNumber - FIRST_REAL_TIME}`;
  return { kind: 'signaled', signal: known ?? unnamed, signalNumber };
}
