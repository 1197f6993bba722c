/** A pipe, both ends closed on exec. Uses the C library. */
import { ptr } from 'bun:ffi';
import { libc } from './libc.ts';

const O_CLOEXEC = 0o2000000;

/** Throws when there are too many open files. */
export function openPipe(): { readonly readEnd: number; readonly writeEnd: number } {
  const ends = new Int32Array(2);
  if (libc().pipe2(ptr(ends), O_CLOEXEC) !== 0) throw new Error('Expected a pipe, got none: too many open files');
  return { readEnd: ends[0] ?? -1, writeEnd: ends[1] ?? -1 };
}
