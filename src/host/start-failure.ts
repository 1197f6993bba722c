/**
 * Why a process was not started when its command is not the cause. Pure.
 */
import { isOneprocpoolError } from '../errors.ts';
import type { WorkerExit } from './ports.ts';

type NotStarted = Extract<WorkerExit, { kind: 'not-started' }>;

/** What the system has no more of, and what to do, by the error code. */
const SCARCE: Readonly<Record<string, readonly [what: string, hint: string]>> = {
  EAGAIN: [
    'too many processes',
    'raise the limit (`ulimit -u`, or `pids.max` of the container), or start fewer workers',
  ],
  EMFILE: ['too many open files', 'raise the limit (`ulimit -n`), or start fewer workers'],
  ENFILE: ['too many open files on this machine', 'close some, or raise `fs.file-max`'],
  ENOMEM: ['not enough memory', 'raise the limit (`ulimit -v`, or that of the container), or start fewer workers'],
};

/** `undefined` for an error that is not about a limit. */
export function startFailure(file: string, code: string | undefined): NotStarted | undefined {
  const scarce = SCARCE[code ?? ''];
  if (scarce === undefined) return undefined;
  const [what, hint] = scarce;
  return { kind: 'not-started', reason: 'failed', message: `cannot start \`${file}\`: ${what}\n  hint: ${hint}` };
}

/** When a pipe or file for the output of a process could not be opened. */
export function outputFailure(file: string, error: unknown): NotStarted {
  const { code, message, path } = error as NodeJS.ErrnoException;
  const place = path === undefined ? 'its output' : JSON.stringify(path);
  const reason = isOneprocpoolError(error) ? message : (code ?? message);
  return (
    startFailure(file, code) ?? {
      kind: 'not-started',
      reason: 'failed',
      message: `cannot start \`${file}\`: cannot open ${place}: ${reason}`,
    }
  );
}
