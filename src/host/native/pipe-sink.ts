/** A pipe or socket as a sink. Uses bun's `FileSink`. */
import { createByteSink } from '../byte-sink.ts';
import type { ByteSink } from '../ports.ts';

function codeOf(error: unknown): string {
  return (error as NodeJS.ErrnoException).code ?? 'EIO';
}

export function createFileSink(descriptor: number): ByteSink {
  const sink = Bun.file(descriptor).writer();
  let last: Promise<unknown> = Promise.resolve();

  async function write(bytes: Uint8Array): Promise<void> {
    await sink.write(bytes);
    await sink.flush();
  }

  return createByteSink((bytes, done) => {
    const previous = last;
    const mine = previous.then(() => write(bytes));
    last = mine.catch(() => undefined);
    mine.then(
      () => {
        done(null);
      },
      (error: unknown) => {
        done(codeOf(error));
      },
    );
  });
}
