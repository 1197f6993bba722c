/**
 * Opens files for writing without waiting. open(2) of a FIFO waits until somebody reads it, and no signal is handled
 * meanwhile. Uses `node:fs`.
 */
import { closeSync, constants, fstatSync, openSync } from 'node:fs';

const { O_APPEND, O_CREAT, O_NOCTTY, O_NONBLOCK, O_RDONLY, O_TRUNC, O_WRONLY } = constants;
/** A FIFO that nobody reads gives ENXIO. Source: fifo(7), man-pages 6.9. */
const WITHOUT_WAITING = O_WRONLY | O_NONBLOCK | O_NOCTTY;

export interface OpenedFile {
  readonly descriptor: number;
  readonly isRegular: boolean;
  readonly isFifo: boolean;
}

/**
 * Creates the file where there is none. `w` empties it, `a` writes to its end. A FIFO or device takes only as much as it
 * has room for, and answers EAGAIN. Throws the error of the system.
 */
export function openWithoutWaiting(path: string, mode: 'w' | 'a'): OpenedFile {
  const descriptor = openSync(path, WITHOUT_WAITING | O_CREAT | (mode === 'w' ? O_TRUNC : O_APPEND), 0o666);
  const stats = fstatSync(descriptor);
  return { descriptor, isRegular: stats.isFile(), isFifo: stats.isFIFO() };
}

/** The end of a file, to be handed to a process, which expects that a FIFO or device makes it wait for room. */
export function openForProcess(path: string): number {
  const { descriptor, isRegular, isFifo } = openWithoutWaiting(path, 'a');
  if (isRegular) return descriptor;
  // Somebody reads it at this moment; with a reader of our own this does not wait even if that one goes away.
  const reader = isFifo ? openSync(path, O_RDONLY | O_NONBLOCK) : undefined;
  try {
    return openSync(path, O_WRONLY | O_APPEND | O_NOCTTY);
  } finally {
    closeSync(descriptor);
    if (reader !== undefined) closeSync(reader);
  }
}
