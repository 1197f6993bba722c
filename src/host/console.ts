/**
 * Our own text on stdout and stderr. Port: ConsolePort.
 *
 * Written with synchronous writes to the descriptor: `process.stdout` and `process.stderr` would switch the
 * shared open file to O_NONBLOCK, and the command would inherit that.
 */
import { fstatSync, readFileSync, writeSync } from 'node:fs';
import { OneprocpoolError } from '../errors.ts';
import type { ConsolePort } from './ports.ts';
import { restoreTerminalModes } from './terminal-modes.ts';
import { hintForWriteError, reasonForWriteError } from '../text/write-errors.ts';

const DESCRIPTOR = { stdout: 1, stderr: 2 } as const;
const DEFAULT_COLUMNS = 80;
/** The reader is gone, or there never was one: nothing that the user asked for is missing. */
const NOBODY_LISTENS: readonly string[] = ['EPIPE', 'EBADF', 'EIO'];

export function createConsole(env: Readonly<Record<string, string>>): ConsolePort {
  const columns: { stdout?: number; stderr?: number } = {};
  return {
    readIn: () => readFileSync(0, 'utf8'),
    writeOut: (text) => {
      const code = writeFully(DESCRIPTOR.stdout, text);
      if (code !== null && !NOBODY_LISTENS.includes(code)) throw unwritable(code);
    },
    writeErr: (text) => {
      // Nobody can be told, and what we had to say is worth less than the run.
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

function unwritable(code: string): OneprocpoolError {
  const hint = hintForWriteError(code);
  return new OneprocpoolError('OUTPUT_UNWRITABLE', `cannot write to standard output: ${reasonForWriteError(code)}`, {
    hint,
  });
}

/** Writes all bytes; waits while a reader of a non-blocking pipe is slow. An error code, or `null` when all is written. */
function writeFully(descriptor: number, text: string): string | null {
  const bytes = Buffer.from(text, 'utf8');
  let offset = 0;
  while (offset < bytes.length) {
    try {
      offset += writeSync(descriptor, bytes, offset);
    } catch (error) {
      const code = (error as NodeJS.ErrnoException).code ?? 'EIO';
      if (code !== 'EAGAIN') return code;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 5);
    }
  }
  return null;
}
