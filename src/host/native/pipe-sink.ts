/** A pipe or socket as a sink. Uses bun's `FileSink`. */
import { createByteSink } from '../byte-sink.ts';
import type { ByteSink } from '../ports.ts';

export function createFileSink(descriptor: number): ByteSink {
  const sink = Bun.file(descriptor).writer();
  let last: Promise<void> = Promise.resolve();

  /** An error code, or `null` when all is written. */
  async function write(bytes: Uint8Array): Promise<string | null> {
    try {
      await sink.write(bytes);
      await sink.flush();
      return null;
    } catch (error) {
      return (error as NodeJS.ErrnoException).code ?? 'EIO';
    }
  }

  async function writeAfter(
    previous: Promise<void>,
    bytes: Uint8Array,
    done: (errorCode: string | null) => void,
  ): Promise<void> {
    await previous;
    done(await write(bytes));
  }

  return createByteSink((bytes, done) => {
    last = writeAfter(last, bytes, done);
  });
}
