/**
 * Our own text on stdout and stderr. Port: ConsolePort.
 *
 * Written with synchronous writes to the descriptor: `process.stdout` and `process.stderr` would switch the
 * shared open file to O_NONBLOCK, and the command would inherit that.
 */
import { fstatSync, readFileSync, writeSync } from 'node:fs';
import type { ConsolePort } from './ports.ts';
import { restoreTerminalModes } from './terminal-modes.ts';

const DESCRIPTOR = { stdout: 1, stderr: 2 } as const;
const DEFAULT_COLUMNS = 80;

export function createConsole(env: Readonly<Record<string, string>>): ConsolePort {
  const columns: { stdout?: number; stderr?: number } = {};
  return {
    readIn: () => readFileSync(0, 'utf8'),
    writeOut: (text) => {
      writeFully(DESCRIPTOR.stdout, text);
    },
    writeErr: (text) => {
      writeFully(DESCRIPTOR.stderr, text);
    },
    isTerminal,
    columns: (stream) => {
      const given = Number(env['COLUMNS']);
      if (Number.isInteger(given) && given > 0) return given;
      // On a terminal libuv opens its own file description, so nothing leaks to the command. Asked for once:
      // when a program was started, the stream objects are out of sight (standard-streams.ts).
      columns[stream] ??= (isTerminal(stream) && process[stream].columns) || DEFAULT_COLUMNS;
      return columns[stream];
    },
    restoreModes: restoreTerminalModes,
  };
}

/** `node:tty` loads the network modules, which takes milliseconds: only for what can be a terminal at all. */
function isTerminal(stream: 'stdout' | 'stderr'): boolean {
  const descriptor = DESCRIPTOR[stream];
  try {
    if (!fstatSync(descriptor).isCharacterDevice()) return false;
  } catch {
    // Closed by whoever started us.
    return false;
  }
  return process.getBuiltinModule('node:tty').isatty(descriptor);
}

/** Writes all bytes; waits while a reader of a non-blocking pipe is slow; a reader that is gone ends it quietly. */
function writeFully(descriptor: number, text: string): void {
  const bytes = Buffer.from(text, 'utf8');
  let offset = 0;
  while (offset < bytes.length) {
    try {
      offset += writeSync(descriptor, bytes, offset);
    } catch (error) {
      const code = (error as NodeJS.ErrnoException).code;
      if (code === 'EAGAIN') {
        Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 5);
        continue;
      }
      // Nobody can be told that nobody listens, or that the disk behind stderr is full.
      if (code === 'EPIPE' || code === 'EBADF' || code === 'EIO' || descriptor === DESCRIPTOR.stderr) return;
      throw error;
    }
  }
}
