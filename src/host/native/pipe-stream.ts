/** The read end of a pipe as a stream. Uses bun's reader, which waits in its event loop. */
import { closeSync } from 'node:fs';
import { Readable } from 'node:stream';

/** Closes the descriptor when the stream has ended or is destroyed. */
export function toStream(descriptor: number): Readable {
  const reader = Bun.file(descriptor).stream().getReader();
  return new Readable({
    read() {
      reader.read().then(
        ({ done, value }) => {
          this.push(done ? null : Buffer.from(value.buffer, value.byteOffset, value.byteLength));
        },
        (error: unknown) => {
          this.destroy(error as Error);
        },
      );
    },
    destroy(error, callback) {
      // bun reads from a copy of its own.
      void reader.cancel().catch(() => undefined);
      closeSync(descriptor);
      callback(error);
    },
  });
}
