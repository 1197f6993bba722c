/**
 * The C library of this process, for what JavaScript cannot do. The one user of `bun:ffi`; Linux, glibc or musl.
 */
import { dlopen, ptr, read } from 'bun:ffi';
import { OneprocpoolError } from '../../errors.ts';
import { encodeExactly, hasOtherBytes } from '../../text/exact-bytes.ts';

const SIGNATURES = {
  _exit: { args: ['int'], returns: 'void' },
  __errno_location: { args: [], returns: 'ptr' },
  execve: { args: ['ptr', 'ptr', 'ptr'], returns: 'int' },
  fchdir: { args: ['int'], returns: 'int' },
  fcntl: { args: ['int', 'int', 'int'], returns: 'int' },
  getauxval: { args: ['u64'], returns: 'ptr' },
  kill: { args: ['int', 'int'], returns: 'int' },
  pipe2: { args: ['ptr', 'int'], returns: 'int' },
  posix_spawn: { args: ['ptr', 'ptr', 'ptr', 'ptr', 'ptr', 'ptr'], returns: 'int' },
  posix_spawn_file_actions_addclose: { args: ['ptr', 'int'], returns: 'int' },
  posix_spawn_file_actions_adddup2: { args: ['ptr', 'int', 'int'], returns: 'int' },
  posix_spawn_file_actions_addopen: { args: ['ptr', 'int', 'ptr', 'int', 'int'], returns: 'int' },
  posix_spawn_file_actions_destroy: { args: ['ptr'], returns: 'int' },
  posix_spawn_file_actions_init: { args: ['ptr'], returns: 'int' },
  posix_spawnattr_init: { args: ['ptr'], returns: 'int' },
  posix_spawnattr_setflags: { args: ['ptr', 'int'], returns: 'int' },
  posix_spawnattr_setsigdefault: { args: ['ptr', 'ptr'], returns: 'int' },
  posix_spawnattr_setsigmask: { args: ['ptr', 'ptr'], returns: 'int' },
  prctl: { args: ['int', 'u64', 'u64', 'u64', 'u64'], returns: 'int' },
  prlimit: { args: ['int', 'int', 'ptr', 'ptr'], returns: 'int' },
  pthread_sigmask: { args: ['int', 'ptr', 'ptr'], returns: 'int' },
  sched_getaffinity: { args: ['int', 'u64', 'ptr'], returns: 'int' },
  sched_setaffinity: { args: ['int', 'u64', 'ptr'], returns: 'int' },
  sigaction: { args: ['int', 'ptr', 'ptr'], returns: 'int' },
  syscall: { args: ['u64', 'u64', 'ptr', 'ptr', 'u64'], returns: 'int' },
  waitpid: { args: ['int', 'ptr', 'int'], returns: 'int' },
} as const;

export type CLibrary = Record<
  keyof typeof SIGNATURES,
  (...args: readonly (number | bigint | ReturnType<typeof ptr> | null)[]) => number
>;

let library: CLibrary | undefined;

/**
 * Opened when first asked for. Only under the name with which bun itself is linked: the loader has it already, and
 * searches no directory. A name that is not loaded would be searched in the working directory too, by bun. Throws
 * SYSTEM where no memory can be made executable.
 */
export function libc(): CLibrary {
  library ??= open();
  return library;
}

function open(): CLibrary {
  try {
    return dlopen(__ONEPROCPOOL_C_LIBRARY__, SIGNATURES).symbols;
  } catch (error) {
    if (!String(error).includes('requires the JIT')) throw error;
    const hint =
      'allow 2.5 GB of address space (`ulimit -v 2500000`), and memory that is writable and executable (systemd: `MemoryDenyWriteExecute=no`)';
    throw new OneprocpoolError('SYSTEM', 'no memory can be made executable', { hint, cause: error });
  }
}

/** Why the last call of this thread failed. */
export function errno(): number {
  return read.i32(libc().__errno_location() as ReturnType<typeof ptr>, 0);
}

/** The text with its end mark; U+DC80 to U+DCFF are the bytes that are not UTF-8. */
export function cString(text: string): Buffer {
  return hasOtherBytes(text) ? Buffer.concat([encodeExactly(text), Buffer.alloc(1)]) : Buffer.from(`${text}\0`);
}

/** An array of strings as `execve` takes it. `bytes` must stay reachable until the call. */
export function cStrings(texts: readonly string[]): { readonly array: BigUint64Array; readonly bytes: Buffer } {
  const strings = texts.map(cString);
  const bytes = Buffer.concat(strings);
  const array = new BigUint64Array(texts.length + 1);
  let address = BigInt(ptr(bytes.length === 0 ? Buffer.alloc(1) : bytes));
  strings.forEach(({ length }, index) => {
    array[index] = address;
    address += BigInt(length);
  });
  return { array, bytes };
}

/** A `sigset_t` from a mask in which bit n - 1 stands for signal n. */
export function signalSet(mask: bigint): BigUint64Array {
  const set = new BigUint64Array(16);
  set[0] = mask;
  return set;
}
