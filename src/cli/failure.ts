/**
 * Anything that was thrown, as an error that can be shown: what the system refused has a hint, a defect has its stack.
 * Pure.
 */
import { isOneprocpoolError, OneprocpoolError } from '../errors.ts';

/** What to do when the system has no more of something, by its error code. */
const HINTS: Readonly<Record<string, string>> = {
  EAGAIN: 'the limit of processes is reached; raise it (`ulimit -u`, or `pids.max` of the container)',
  EMFILE: 'raise the limit of open files (`ulimit -n`), or start fewer workers',
  ENFILE: 'the whole machine has too many open files; close some, or raise `fs.file-max`',
  ENOMEM: 'not enough memory; raise the limit (`ulimit -v`, or that of the container)',
  ERR_DLOPEN_FAILED: 'raise the limit of address space (`ulimit -v`); 4 GiB are enough',
};

export function toFailure(error: unknown): OneprocpoolError {
  if (isOneprocpoolError(error)) return error;
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  const hint = HINTS[code];
  if (hint !== undefined) return new OneprocpoolError('SYSTEM', (error as Error).message, { hint, cause: error });
  return new OneprocpoolError('INTERNAL', `Unexpected: ${error instanceof Error ? error.stack : String(error)}`, {
    hint: 'this is a defect of oneprocpool; please report it with the command line',
  });
}

/** As `renderError` without a style: for when not even its file can be loaded any more. */
export function plainText({ message, hint }: OneprocpoolError): string {
  return `oneprocpool: ${message}\n${hint === undefined ? '' : `\nhint: ${hint}\n`}`;
}
