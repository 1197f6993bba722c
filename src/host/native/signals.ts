/**
 * `SignalPort` on handlers of our own, which write the number of each signal into a pipe (scripts/entry/). So
 * real-time signals arrive too, and SIGPWR, which bun uses for itself. Only the main thread hears signals, and only
 * while it waits for events: all others block them. Uses the C library.
 */
import { constants } from 'node:os';
import { ptr } from 'bun:ffi';
import type { SignalPort } from '../ports.ts';
import type { EntryNotes } from './entry-notes.ts';
import { copyAction } from './kernel-action.ts';
import { libc } from './libc.ts';
import { openPipe } from './pipe.ts';
import { ALL_SIGNALS, changeMask, hasSignal, setIgnored, SIG_BLOCK, SIG_UNBLOCK } from './process-state.ts';

const F_SETFL = 4;
const O_NONBLOCK = 0o4000;
const SIGKILL = 9;
const SIGSTOP = 19;
const SIGPWR = 30;
const SA_NOCLDSTOP = 1;
const SA_SIGINFO = 4;
const SA_RESTART = 0x10000000;
/** Bytes of `struct sigaction`, more than in any C library, and where its flags are. */
const ACTION_BYTES = 256;
const FLAGS_AT = 136;
/**
 * The kernel sends SIGPIPE and SIGXFSZ for a failed write, which its error tells as well. bun ignores both, like Node,
 * and they stay ignored until somebody listens.
 */
const OF_WRITES: readonly number[] = [constants.signals.SIGPIPE, constants.signals.SIGXFSZ];
/** Of signal(7): the default action of the first four is to do nothing. */
const HARMLESS: readonly number[] = [17, 18, 23, 28, ...OF_WRITES];
/** What is blocked, as in scripts/entry/: all but SIGPWR and the two of the C library. */
export const HEARD = 0xfffffffe5fffffffn;

export interface NativeSignals extends SignalPort {
  /**
   * Starts to receive; from then on the default action is done for signals to which nobody listens, but for SIGPIPE and
   * SIGXFSZ. Throws EMFILE.
   */
  start(): void;
  /** Does the default action of this signal to ourselves; it returns only if that does not end us. */
  raise(signal: number): void;
  isHeard(signal: number): boolean;
  /** Signals do what they do by default during `work`, which blocks this thread. */
  interruptibly<Result>(work: () => Result): Result;
}

export function createNativeSignals(notes: EntryNotes, onChildEnded: () => void): NativeSignals {
  const listeners = new Map<number, Set<() => void>>();
  let isStarted = false;

  function raise(signal: number): void {
    // What was ignored stays ignored.
    if (hasSignal(notes.ignored, signal)) return;
    const bit = 1n << BigInt(signal - 1);
    setIgnored(signal, false);
    changeMask(SIG_UNBLOCK, bit);
    libc().kill(process.pid, signal);
    changeMask(SIG_BLOCK, bit);
    if (isStarted) install(signal);
  }

  function receive(signal: number): void {
    if (signal === constants.signals.SIGCHLD) onChildEnded();
    // A copy: a callback may take itself back and listen again.
    const callbacks = [...(listeners.get(signal) ?? [])];
    if (callbacks.length > 0) for (const callback of callbacks) callback();
    else if (!HARMLESS.includes(signal)) raise(signal);
  }

  function install(signal: number): void {
    const action = Buffer.alloc(ACTION_BYTES);
    if (signal === SIGPWR) {
      libc().sigaction(signal, null, ptr(action));
      action.writeBigUInt64LE(notes.powerHandler);
    } else {
      action.writeBigUInt64LE(notes.signalHandler);
      action.fill(0xff, 8, FLAGS_AT);
      action.writeUInt32LE((SA_RESTART | SA_SIGINFO | SA_NOCLDSTOP) >>> 0, FLAGS_AT);
    }
    // All others have the same handler, and SIGCHLD has it in any case.
    if (libc().sigaction(signal, ptr(action), null) !== 0) copyAction(constants.signals.SIGCHLD, signal);
  }

  function start(): void {
    if (isStarted) return;
    const { readEnd, writeEnd } = openPipe();
    isStarted = true;
    // A handler must never wait; when nobody reads so many, the rest is lost.
    libc().fcntl(writeEnd, F_SETFL, O_NONBLOCK);
    const power = Buffer.alloc(ACTION_BYTES);
    libc().sigaction(SIGPWR, null, ptr(power));
    notes.setHandlerTargets(writeEnd, power.readBigUInt64LE());
    for (const signal of ALL_SIGNALS) {
      const isOurs = ![SIGKILL, SIGSTOP, ...OF_WRITES].includes(signal) && !hasSignal(notes.ignored, signal);
      if (isOurs || signal === constants.signals.SIGCHLD) install(signal);
    }
    void receiveAll(readEnd);
  }

  async function receiveAll(readEnd: number): Promise<void> {
    for await (const numbers of Bun.file(readEnd).stream()) for (const signal of numbers) receive(signal);
  }

  return {
    hearsAll: true,
    start,
    raise,
    interruptibly(work) {
      changeMask(SIG_UNBLOCK, HEARD);
      try {
        return work();
      } finally {
        changeMask(SIG_BLOCK, HEARD);
      }
    },
    isHeard: (signal) => (listeners.get(signal)?.size ?? 0) > 0,
    listen(name, callback) {
      const signal = typeof name === 'number' ? name : constants.signals[name];
      start();
      if (OF_WRITES.includes(signal) && !hasSignal(notes.ignored, signal)) install(signal);
      const callbacks = listeners.get(signal) ?? new Set();
      listeners.set(signal, callbacks.add(callback));
      return () => {
        callbacks.delete(callback);
      };
    },
    listenForDefects(callback) {
      process.on('uncaughtException', callback);
      return () => {
        process.removeListener('uncaughtException', callback);
      };
    },
  };
}
