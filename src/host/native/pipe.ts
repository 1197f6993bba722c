/** Pipes, both ends closed on exec. Uses the C library. */
import { readSync, writeSync } from 'node:fs';
import { ptr } from 'bun:ffi';
import { libc } from './libc.ts';

const O_CLOEXEC = 0o2000000;

/** Throws EMFILE. */
export function openPipe(flags = 0): { readonly readEnd: number; readonly writeEnd: number } {
  const ends = new Int32Array(2);
  if (libc().pipe2(ptr(ends), O_CLOEXEC | flags) !== 0)
    throw Object.assign(new Error('too many open files'), { code: 'EMFILE' });
  return { readEnd: ends[0] ?? -1, writeEnd: ends[1] ?? -1 };
}

const O_NONBLOCK = 0o4000;

/** One that nobody reads as long as we live; a line that finds no room empties it. */
export function openHeldPipe(): { readonly readEnd: number; readonly tell: (line: string) => boolean } {
  const { readEnd, writeEnd } = openPipe(O_NONBLOCK);
  const empty = (): void => {
    const room = Buffer.alloc(4096);
    try {
      while (readSync(readEnd, room) > 0);
    } catch {
      // EAGAIN: nothing is left in it.
    }
  };
  return {
    readEnd,
    tell(line) {
      try {
        writeSync(writeEnd, line);
        return true;
      } catch {
        empty();
        return false;
      }
    },
  };
}
