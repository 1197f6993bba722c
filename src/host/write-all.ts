/** Writes bytes to a descriptor at once, also to one that takes only a part at a time. Uses `node:fs`. */
import { writeSync } from 'node:fs';
import { errorCodeOf } from '../text/write-errors.ts';

const RETRY_MS = 5;
/** A reader that takes nothing for so long is not waited for: meanwhile no signal is handled. */
const LONGEST_WAIT_MS = 2_000;

/** Throws the system's error; EAGAIN when a reader takes nothing. */
export function writeAll(descriptor: number, bytes: Uint8Array): void {
  let waitedMs = 0;
  for (let rest = bytes; rest.length > 0;) {
    try {
      rest = rest.subarray(writeSync(descriptor, rest));
      waitedMs = 0;
    } catch (error) {
      if (errorCodeOf(error) !== 'EAGAIN' || waitedMs >= LONGEST_WAIT_MS) throw error;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, RETRY_MS);
      waitedMs += RETRY_MS;
    }
  }
}
