/**
 * What this process was before bun began: the first instructions of the executable note it
 * (scripts/entry/), because bun raises limits, ignores signals and closes descriptors in its children.
 */
import { read, toArrayBuffer } from 'bun:ffi';
import { libc } from './libc.ts';

export interface Limit {
  readonly soft: bigint;
  readonly hard: bigint;
}

export interface EntryNotes {
  readonly openFiles: Limit;
  readonly stack: Limit;
  /** Bit n - 1 is set when signal n was ignored. */
  readonly ignored: bigint;
  /** The same for blocked signals. */
  readonly blocked: bigint;
  /** Whether the descriptor was open; from 256 on unknown, and `false`. */
  isOpen(descriptor: number): boolean;
  /** Address of the handler that writes the number of a signal, one byte, to the pipe. */
  readonly signalHandler: bigint;
  /** The same for SIGPWR: what comes from another process is written, all else goes on to the handler of bun. */
  readonly powerHandler: bigint;
  /** Tells both where to write, and the second where to go on. */
  setHandlerTargets(pipe: number, bunPowerHandler: bigint): void;
  /** Descriptor of our working directory, when it has been removed; we are in `/` then. */
  readonly removedDirectory: number | undefined;
  /** This process has waited for the end of its stdin before bun began. */
  readonly isWatchdog: boolean;
}

type Address = ReturnType<typeof address>;

/** `AT_ENTRY` of getauxval(3). */
const AT_ENTRY = 9;
const MAGIC = Buffer.from('ONEPPOOL').readBigUInt64LE();
/** What stands before the first instruction. */
const HEADER_BYTES = 48;

function address(value: number | bigint): Parameters<typeof read.u64>[0] {
  return Number(value) as Parameters<typeof read.u64>[0];
}

function limitAt(notes: Address, offset: number): Limit {
  return { soft: read.u64(notes, offset), hard: read.u64(notes, offset + 8) };
}

/** Throws when the executable was not made by scripts/build-binary.mjs. */
export function readEntryNotes(): EntryNotes {
  const header = address(libc().getauxval(AT_ENTRY) - HEADER_BYTES);
  if (read.u64(header, 0) !== MAGIC) throw new Error('Expected the executable of `npm run build:binary`');
  const notes = address(read.u64(header, 8));
  const directory = read.i32(notes, 112);
  return {
    openFiles: limitAt(notes, 8),
    stack: limitAt(notes, 24),
    ignored: read.u64(notes, 40),
    blocked: read.u64(notes, 48),
    isOpen: (descriptor) =>
      descriptor < 256 && (read.u8(notes, 56 + (descriptor >> 3)) & (1 << (descriptor & 7))) !== 0,
    signalHandler: BigInt(header) + read.u64(header, 24),
    powerHandler: BigInt(header) + read.u64(header, 32),
    setHandlerTargets(pipe, bunPowerHandler) {
      const targets = new DataView(toArrayBuffer(notes, 96, 16));
      targets.setInt32(0, pipe, true);
      targets.setBigUint64(8, bunPowerHandler, true);
    },
    removedDirectory: directory === 0 ? undefined : directory - 1,
    isWatchdog: read.u64(notes, 88) === 1n,
  };
}

/**
 * Variables that would have changed what bun does begin with U+0001 since then, and one of our own came in. The
 * environment as it was; the command gets it.
 */
export function restoreNames(env: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  const first: Readonly<Record<string, string>> = { U: 'B', S: 'J', O: 'N', I: 'M' };
  const pairs = Object.entries(env).flatMap(([name, value]) => {
    // All of the user's have the mark.
    if (name.startsWith('BUN_')) return [];
    const letter = name.startsWith('\u0001') ? first[name.charAt(1)] : undefined;
    return [[letter === undefined ? name : letter + name.slice(1), value] as const];
  });
  return Object.fromEntries(pairs);
}
