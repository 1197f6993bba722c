/**
 * Gives a process that we start, or become, what we had at our own start. Uses the C library.
 */
import { readdirSync } from 'node:fs';
import { ptr } from 'bun:ffi';
import type { EntryNotes, Limit } from './entry-notes.ts';
import { setPlainAction } from './kernel-action.ts';
import { libc, signalSet } from './libc.ts';

const RLIMIT_STACK = 3;
const RLIMIT_NOFILE = 7;
const F_SETFD = 2;
const SIG_IGN = 1n;
export const SIG_BLOCK = 0;
export const SIG_UNBLOCK = 1;
export const SIG_SETMASK = 2;
/** Those for which bun has handlers of its own; SIGPWR (30) stops its threads and must stay. Of signal(7). */
const CAUGHT_BY_BUN = [4, 5, 6, 7, 8, 11, 31];
/** Numbers of the signals that anybody can set; the C library keeps 32 and 33. */
export const ALL_SIGNALS = Array.from({ length: 64 }, (_, index) => index + 1).filter((n) => n !== 32 && n !== 33);
/** Bytes of an affinity mask: for 8192 CPUs. */
const CPU_SET_BYTES = 1024;

function setLimit(resource: number, { soft, hard }: Limit): Limit {
  const [before, wanted] = [new BigUint64Array(2), BigUint64Array.of(soft, hard)];
  libc().prlimit(0, resource, ptr(wanted), ptr(before));
  return { soft: before[0] ?? 0n, hard: before[1] ?? 0n };
}

export function setIgnored(signal: number, isIgnored: boolean): void {
  // `struct sigaction` begins with the handler in every C library; the rest is zero.
  const action = new BigUint64Array(32);
  action[0] = isIgnored ? SIG_IGN : 0n;
  if (libc().sigaction(signal, ptr(action), null) !== 0) setPlainAction(signal, action[0]);
}

/** Runs `start` with the limits that we had; they are ours again afterwards. */
export function withOriginalLimits<Result>(notes: EntryNotes, start: () => Result): Result {
  const openFiles = setLimit(RLIMIT_NOFILE, notes.openFiles);
  const stack = setLimit(RLIMIT_STACK, notes.stack);
  try {
    return start();
  } finally {
    setLimit(RLIMIT_NOFILE, openFiles);
    setLimit(RLIMIT_STACK, stack);
  }
}

/** Runs `start` bound to these CPUs: what is started inherits it before its first instruction. */
export function onCpus<Result>(cpus: readonly number[] | undefined, start: () => Result): Result {
  if (cpus === undefined) return start();
  const [before, wanted] = [Buffer.alloc(CPU_SET_BYTES), Buffer.alloc(CPU_SET_BYTES)];
  for (const cpu of cpus) wanted[cpu >> 3] = (wanted[cpu >> 3] ?? 0) | (1 << (cpu & 7));
  libc().sched_getaffinity(0, CPU_SET_BYTES, ptr(before));
  libc().sched_setaffinity(0, CPU_SET_BYTES, ptr(wanted));
  try {
    return start();
  } finally {
    libc().sched_setaffinity(0, CPU_SET_BYTES, ptr(before));
  }
}

/** bun has marked the descriptors that we were given to be closed in its children. */
function keepDescriptors(notes: EntryNotes): void {
  for (const name of readdirSync('/proc/self/fd')) {
    const descriptor = Number(name);
    // bun's own have the lowest free numbers.
    if (descriptor >= 3 && (descriptor >= 256 || notes.isOpen(descriptor))) libc().fcntl(descriptor, F_SETFD, 0);
  }
}

let isPrepared = false;

/** What can be set right for good, once. */
export function prepareInheritance(notes: EntryNotes): void {
  if (isPrepared) return;
  isPrepared = true;
  if (notes.removedDirectory !== undefined) libc().fchdir(notes.removedDirectory);
  for (const signal of CAUGHT_BY_BUN) if (hasSignal(notes.ignored, signal)) setIgnored(signal, true);
  try {
    keepDescriptors(notes);
  } catch {
    // Without /proc there are no numbers to go through but these.
    for (let descriptor = 3; descriptor < 256; descriptor += 1) {
      if (notes.isOpen(descriptor)) libc().fcntl(descriptor, F_SETFD, 0);
    }
  }
}

export function hasSignal(mask: bigint, signal: number): boolean {
  return ((mask >> BigInt(signal - 1)) & 1n) === 1n;
}

/** Of this thread; the others never hear anything. */
export function changeMask(how: number, mask: bigint): void {
  libc().pthread_sigmask(how, ptr(signalSet(mask)), null);
}
