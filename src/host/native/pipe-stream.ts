/** The read end of a pipe as a stream. Uses bun's reader, which waits in its event loop. */
import { closeSync } from 'node:fs';
import { Readable } from 'node:stream';

/** Closes the descriptor when the stream has ended or is destroyed. */
export function toStream(descriptor: number): Readable {
  const reader = Bun.file(descriptor).stream().getReader();

  async function readNext(stream: Readable): Promise<void> {
    try {
      const { done, value } = await reader.read();
      stream.push(done ? null : Buffer.from(value.buffer, value.byteOffset, value.byteLength));
    } catch (error) {
      stream.destroy(error as Error);
    }
  }

  async function cancel(): Promise<void> {
    try {
      await reader.cancel();
    } catch {
      // It has ended or failed already.
    }
  }

  return new Readable({
    read() {
      void readNext(this);
    },
    destroy(error, callback) {
      // bun reads from a copy of its own.
      void cancel();
      closeSync(descriptor);
      callback(error);
    },
  });
}
