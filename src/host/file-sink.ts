/** Files that take the output of workers. Uses `node:fs`. */
import { closeSync, fstatSync } from 'node:fs';
import { dirname } from 'node:path';
import { isOneprocpoolError, OneprocpoolError } from '../errors.ts';
import { errorCodeOf, hintForWriteError, reasonForWriteError } from '../text/write-errors.ts';
import { createByteSink } from './byte-sink.ts';
import { createDescriptorWriter } from './descriptor-writer.ts';
import { makeDirectories } from './make-directories.ts';
import { openWithoutWaiting, type OpenedFile } from './open-for-writing.ts';
import type { ByteSink } from './ports.ts';

function open(path: string, mode: 'w' | 'a'): OpenedFile {
  try {
    if (mode === 'w') makeDirectories(dirname(path));
    return openWithoutWaiting(path, mode);
  } catch (error) {
    if (isOneprocpoolError(error)) throw error;
    const code = errorCodeOf(error);
    throw new OneprocpoolError('OUTPUT_UNWRITABLE', `cannot write ${path}: ${reasonForWriteError(code)}`, {
      hint: hintForWriteError(code),
      cause: error,
    });
  }
}

/** Creates or empties the file, and the directories above it. Throws OUTPUT_UNWRITABLE. */
export function createFile(path: string): void {
  const { descriptor, isFifo } = open(path, 'w');
  // A FIFO stays open until the end of the run: its reader would take the close for the end of the output.
  if (!isFifo) closeSync(descriptor);
}

/**
 * Everything goes to the end of the file, whoever else writes there. A file that somebody has removed in the meantime is
 * made again, with its directory: what goes into a file without a name is lost. Throws OUTPUT_UNWRITABLE.
 */
export function openFileSink(path: string): ByteSink {
  const opened = open(path, 'a');
  let { descriptor } = opened;
  const current = (): number => {
    if (opened.isRegular && fstatSync(descriptor).nlink === 0) {
      makeDirectories(dirname(path));
      const again = openWithoutWaiting(path, 'a').descriptor;
      closeSync(descriptor);
      descriptor = again;
    }
    return descriptor;
  };
  return createByteSink(createDescriptorWriter(current));
}
