/**
 * Our own stdout and stderr as sinks for the output of workers. A slow reader must neither block us, or no
 * signal would be handled any more, nor may the descriptor become non-blocking for those who share it.
 */
import { constants, fstatSync, openSync, type Stats } from 'node:fs';
import { Socket } from 'node:net';
import { isatty } from 'node:tty';
import { createByteSink } from './byte-sink.ts';
import { createDescriptorWriter } from './descriptor-writer.ts';
import type { ByteSink } from './ports.ts';
import { hideStandardStreams } from './standard-streams.ts';

const STDOUT = 1;
const STDERR = 2;

/**
 * The same pipe or terminal opened once more, non-blocking for us alone; the descriptor itself where that
 * cannot be: after a change of user, without /proc, for a socket.
 */
function reopen(descriptor: number): number {
  try {
    const { O_WRONLY, O_NONBLOCK, O_NOCTTY } = constants;
    return openSync(`/proc/self/fd/${descriptor}`, O_WRONLY | O_NONBLOCK | O_NOCTTY);
  } catch {
    return descriptor;
  }
}

/** Waits in the event loop. A descriptor that could not be reopened becomes non-blocking until the runtime ends. */
function createStreamSink(descriptor: number): ByteSink {
  const socket = new Socket({ fd: descriptor, readable: false, writable: true });
  // Each write hears of its error by itself.
  socket.on('error', () => undefined);
  return createByteSink(
    (bytes, done) => {
      socket.write(bytes, (error) => {
        done(error instanceof Error ? ((error as NodeJS.ErrnoException).code ?? 'EIO') : null);
      });
    },
    () => {
      socket.destroy();
    },
  );
}

function openSink(descriptor: number, stats: Stats, openStream: StreamSinkMaker): ByteSink {
  if (stats.isFIFO()) return openStream(reopen(descriptor));
  if (stats.isSocket()) {
    try {
      return openStream(descriptor);
    } catch {
      // A kind of socket that the runtime does not know.
    }
  }
  const opened = isatty(descriptor) ? reopen(descriptor) : descriptor;
  return createByteSink(createDescriptorWriter(() => opened));
}

/** Waits for a pipe or socket in the event loop. */
type StreamSinkMaker = (descriptor: number) => ByteSink;

/** From now on the stream objects of this process are out of sight. */
export function openStandardSinks(openStream: StreamSinkMaker = createStreamSink): {
  stdout: ByteSink;
  stderr: ByteSink;
} {
  hideStandardStreams();
  const [out, err] = [fstatSync(STDOUT), fstatSync(STDERR)];
  const stdout = openSink(STDOUT, out, openStream);
  // With `2>&1` two sinks would break into each other's lines.
  const isSame = out.dev === err.dev && out.ino === err.ino;
  return { stdout, stderr: isSame ? stdout : openSink(STDERR, err, openStream) };
}
