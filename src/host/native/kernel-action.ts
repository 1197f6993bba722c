/**
 * What the kernel does with a signal, past the C library: musl keeps 34 for itself and refuses it, but needs it only for
 * changes of user and group, which we leave to others. Uses the C library.
 * Source: https://git.musl-libc.org/cgit/musl/tree/src/signal/sigaction.c?h=v1.2.5
 */
import { ptr } from 'bun:ffi';
import { libc } from './libc.ts';

const RT_SIGACTION = process.arch === 'arm64' ? 134 : 13;
/** Handler, flags, restorer, mask: as x64 and arm64 have it in the kernel. */
const WORDS = 4;
const MASK_BYTES = 8;

/** `signal` gets the handler of `other`, with its flags. */
export function copyAction(other: number, signal: number): void {
  const action = new BigUint64Array(WORDS);
  libc().syscall(RT_SIGACTION, other, null, ptr(action), MASK_BYTES);
  libc().syscall(RT_SIGACTION, signal, ptr(action), null, MASK_BYTES);
}

/** `handler`: SIG_DFL (0) or SIG_IGN (1). */
export function setPlainAction(signal: number, handler: bigint): void {
  libc().syscall(RT_SIGACTION, signal, ptr(BigUint64Array.of(handler, 0n, 0n, 0n)), null, MASK_BYTES);
}
