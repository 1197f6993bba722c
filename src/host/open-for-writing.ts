/**
 * Opens files for writing without waiting. open(2) of a FIFO waits until somebody reads it, and no signal is handled
 * meanwhile. Uses `node:fs`.
 */
import { closeSync, constants, fstatSync, openSync } from 'node:fs';
import { dirname } from 'node:path';
import { makeDirectories } from './make-directories.ts';
import { findWriteTarget } from './write-target.ts';

const { O_APPEND, O_CREAT, O_NOCTTY, O_NOFOLLOW, O_NONBLOCK, O_RDONLY, O_TRUNC, O_WRONLY } = constants;
/** A FIFO that nobody reads gives ENXIO. Source: fifo(7), man-pages 6.9. */
const WITHOUT_WAITING = O_WRONLY | O_NONBLOCK | O_NOCTTY;

export interface OpenedFile {
  readonly descriptor: number;
  readonly isRegular: boolean;
  readonly isFifo: boolean;
}

/** What the user's own links lead to, opened without following any other. Throws as findWriteTarget. */
function resolveLinks(path: string, flags: number): { readonly place: string; readonly flags: number } {
  const target = findWriteTarget(path);
  // What /dev/stdout leads to was written before, and is not to be emptied.
  if (target.kind === 'descriptor') return { place: path, flags: flags & ~O_TRUNC };
  return { place: target.path, flags: flags | O_NOFOLLOW };
}

/**
 * Creates the file where there is none. `w` empties it, `a` writes to its end. A FIFO or device takes only as much as it
 * has room for, and answers EAGAIN. Throws the error of the system, REPORT_UNWRITABLE for a link of another user.
 */
export function openWithoutWaiting(path: string, mode: 'w' | 'a'): OpenedFile {
  const { place, flags } = resolveLinks(path, mode === 'w' ? O_TRUNC : O_APPEND);
  const descriptor = openSync(place, WITHOUT_WAITING | O_CREAT | flags, 0o666);
  const stats = fstatSync(descriptor);
  return { descriptor, isRegular: stats.isFile(), isFifo: stats.isFIFO() };
}

/**
 * The end of a file, to be handed to a process, which expects that a FIFO or device makes it wait for room. Makes the
 * directory again where somebody has removed it. Throws as openWithoutWaiting.
 */
export function openForProcess(path: string): number {
  makeDirectories(dirname(path));
  const { descriptor, isRegular, isFifo } = openWithoutWaiting(path, 'a');
  if (isRegular) return descriptor;
  // Somebody reads it at this moment; with a reader of its own this does not wait even if that one goes away.
  const reader = isFifo ? openSync(path, O_RDONLY | O_NONBLOCK) : undefined;
  try {
    return openSync(path, O_WRONLY | O_APPEND | O_NOCTTY);
  } finally {
    closeSync(descriptor);
    if (reader !== undefined) closeSync(reader);
  }
}
