/** Files that take the output of workers. Uses `node:fs`. */
import { closeSync, existsSync, mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { OneprocpoolError } from '../errors.ts';
import { createByteSink } from './byte-sink.ts';
import { createDescriptorWriter } from './descriptor-writer.ts';
import { openWithoutWaiting, type OpenedFile } from './open-for-writing.ts';
import type { ByteSink } from './ports.ts';
import { hintForWriteError, reasonForWriteError } from './write-errors.ts';

/**
 * With all above it. The `recursive` of Node tries for ever where a directory that is there answers ENOENT: one that
 * was removed, or /proc. Source: https://github.com/nodejs/node/blob/v20.20.2/src/node_file.cc (`MKDirpSync`).
 */
function makeDirectories(path: string): void {
  try {
    mkdirSync(path);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    // If it is no directory, opening the file will tell.
    if (code === 'EEXIST') return;
    if (code !== 'ENOENT' || existsSync(dirname(path))) throw error;
    makeDirectories(dirname(path));
    mkdirSync(path);
  }
}

function open(path: string, mode: 'w' | 'a'): OpenedFile {
  try {
    if (mode === 'w') makeDirectories(dirname(path));
    return openWithoutWaiting(path, mode);
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? 'unknown error';
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

/** Everything goes to the end of the file, whoever else writes there. Throws OUTPUT_UNWRITABLE. */
export function openFileSink(path: string): ByteSink {
  const { descriptor } = open(path, 'a');
  return createByteSink(createDescriptorWriter(descriptor));
}
