/** Files that take the output of workers. Uses `node:fs`. */
import { closeSync, mkdirSync, openSync } from 'node:fs';
import { dirname } from 'node:path';
import { OneprocpoolError } from '../errors.ts';
import { createByteSink } from './byte-sink.ts';
import { createDescriptorWriter } from './descriptor-writer.ts';
import type { ByteSink } from './ports.ts';
import { hintForWriteError } from './writer.ts';

function open(path: string, flags: 'w' | 'a'): number {
  try {
    if (flags === 'w') mkdirSync(dirname(path), { recursive: true });
    return openSync(path, flags);
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? 'unknown error';
    throw new OneprocpoolError('OUTPUT_UNWRITABLE', `Expected to write ${JSON.stringify(path)}, got ${code}`, {
      hint: hintForWriteError(code),
      cause: error,
    });
  }
}

/** Creates or empties the file, and the directories above it. Throws OUTPUT_UNWRITABLE. */
export function createFile(path: string): void {
  closeSync(open(path, 'w'));
}

/** Everything goes to the end of the file, whoever else writes there. Throws OUTPUT_UNWRITABLE. */
export function openFileSink(path: string): ByteSink {
  const descriptor = open(path, 'a');
  return createByteSink(createDescriptorWriter(descriptor));
}
