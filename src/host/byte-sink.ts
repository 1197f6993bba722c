/** The bookkeeping of a `ByteSink`: what is pending, who waits, and whether it is gone. */
import type { ByteSink } from './ports.ts';

/** Beyond so many pending bytes the callers are asked to wait: enough that neither side runs dry. */
const ROOM_BYTES = 256 * 1024;

/** Writes in the order of the calls; calls back once for each, with an error code when that failed. */
export type ByteWriter = (bytes: Uint8Array, done: (errorCode: string | null) => void) => void;

export function createByteSink(write: ByteWriter, close: () => void = () => undefined): ByteSink {
  let pendingBytes = 0;
  let writtenBytes = 0;
  let goneBecause: string | null = null;
  let waitingForRoom: (() => void)[] = [];
  let waitingForEnd: (() => void)[] = [];
  let waitingForFlush: (() => void)[] = [];

  function callAll(callbacks: (() => void)[]): void {
    for (const callback of callbacks) callback();
  }

  function hasRoom(): boolean {
    return goneBecause !== null || pendingBytes < ROOM_BYTES;
  }

  function tell(): void {
    const [room, flush] = [waitingForRoom, waitingForFlush];
    if (hasRoom()) {
      waitingForRoom = [];
      callAll(room);
    }
    if (pendingBytes === 0 || goneBecause !== null) {
      waitingForFlush = [];
      callAll(flush);
    }
  }

  function leave(reason: string): void {
    if (goneBecause !== null) return;
    goneBecause = reason;
    const ended = waitingForEnd;
    waitingForEnd = [];
    callAll(ended);
    tell();
    close();
  }

  return {
    write(bytes) {
      if (goneBecause !== null) return true;
      pendingBytes += bytes.length;
      write(bytes, (errorCode) => {
        pendingBytes -= bytes.length;
        if (errorCode !== null) {
          leave(errorCode);
          return;
        }
        writtenBytes += bytes.length;
        tell();
      });
      return hasRoom();
    },
    onceReady(callback) {
      if (hasRoom()) callback();
      else waitingForRoom.push(callback);
    },
    flush: () =>
      new Promise((resolve) => {
        if (pendingBytes === 0 || goneBecause !== null) resolve();
        else waitingForFlush.push(resolve);
      }),
    abandon() {
      leave('ABANDONED');
    },
    onceGone(callback) {
      if (goneBecause !== null) {
        callback();
        return () => undefined;
      }
      waitingForEnd.push(callback);
      return () => {
        waitingForEnd = waitingForEnd.filter((other) => other !== callback);
      };
    },
    get goneBecause() {
      return goneBecause;
    },
    get writtenBytes() {
      return writtenBytes;
    },
    get pendingBytes() {
      return pendingBytes;
    },
  };
}
