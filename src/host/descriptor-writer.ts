/**
 * A `ByteWriter` that writes to a descriptor at once: for files, devices and terminals. Where a terminal or a
 * shared non-blocking descriptor takes nothing now, it tries again a little later.
 */
import { writeSync } from 'node:fs';
import type { ByteWriter } from './byte-sink.ts';

const RETRY_MS = 5;

interface Task {
  bytes: Uint8Array;
  readonly done: (errorCode: string | null) => void;
}

/** Writes as much as goes now; an error code, or `null` when all is written. */
function writeNow(current: () => number, task: Task): string | null {
  try {
    const descriptor = current();
    while (task.bytes.length > 0) task.bytes = task.bytes.subarray(writeSync(descriptor, task.bytes));
    return null;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code ?? 'EIO';
  }
}

/** @param current the descriptor, asked for before each write; what it throws is the error of that write. */
export function createDescriptorWriter(current: () => number): ByteWriter {
  const queue: Task[] = [];
  let timer: NodeJS.Timeout | undefined;

  function work(): void {
    timer = undefined;
    for (let task = queue[0]; task !== undefined; task = queue[0]) {
      const errorCode = writeNow(current, task);
      if (errorCode === 'EAGAIN') {
        timer = setTimeout(work, RETRY_MS);
        return;
      }
      queue.shift();
      task.done(errorCode);
      // What follows would leave a gap.
      if (errorCode !== null) queue.length = 0;
    }
  }

  return (bytes, done) => {
    queue.push({ bytes, done });
    if (timer === undefined) work();
  };
}
