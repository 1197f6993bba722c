/**
 * Looks a command up as execvp does, so that "not found" and "not executable" can be told apart before
 * anything is started, and named exactly. Uses `node:fs`.
 */
import { accessSync, closeSync, constants, openSync, readSync, statSync } from 'node:fs';
import { exactPath } from '../text/exact-bytes.ts';
import { onOneLine } from '../text/one-line-word.ts';
import type { WorkerExit } from './ports.ts';

type NotStarted = Extract<WorkerExit, { kind: 'not-started' }>;
type Lookup = 'found' | 'missing' | 'not-executable' | 'directory';

/**
 * What an error of execve(2) says of the command, by its name. Of those that are not here (E2BIG, ENOMEM) the command
 * is not the cause: our failure, 125.
 */
const REASONS: Readonly<Record<string, NotStarted['reason']>> = {
  ENOENT: 'not-found',
  EACCES: 'not-executable',
  ELIBBAD: 'not-executable',
  ENOEXEC: 'not-executable',
  EPERM: 'not-executable',
  ETXTBSY: 'not-executable',
};

export function reasonOf(code: string | undefined): NotStarted['reason'] {
  return REASONS[code ?? ''] ?? 'failed';
}

/** What execvp searches when PATH is not set. Source: execvp(3), glibc 2.36. */
const DEFAULT_PATH = '/bin:/usr/bin';

function lookUp(name: string): Lookup {
  const path = exactPath(name);
  try {
    if (statSync(path).isDirectory()) return 'directory';
    accessSync(path, constants.X_OK);
    return 'found';
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    return code === 'EACCES' || code === 'EPERM' ? 'not-executable' : 'missing';
  }
}

/** The interpreter in the first line of a script; `undefined` when the file is no script or unreadable. */
function interpreterOf(path: string): string | undefined {
  let descriptor: number | undefined;
  try {
    descriptor = openSync(exactPath(path), constants.O_RDONLY | constants.O_NONBLOCK);
    const buffer = Buffer.alloc(256);
    const text = buffer.toString('utf8', 0, readSync(descriptor, buffer, 0, buffer.length, 0));
    return /^#![ \t]*([^ \t\n]+)/.exec(text)?.[1];
  } catch {
    // A program may be executable and yet unreadable.
    return undefined;
  } finally {
    if (descriptor !== undefined) closeSync(descriptor);
  }
}

function candidatesFor(file: string, path: string | undefined): string[] {
  if (file.includes('/')) return [file];
  if (file === '') return [];
  return (path ?? DEFAULT_PATH).split(':').map((directory) => `${directory === '' ? '.' : directory}/${file}`);
}

/** Executable files for `file` with this PATH, in the order in which execvp tries them. */
export function startableFiles(file: string, path: string | undefined): string[] {
  return candidatesFor(file, path).filter((candidate) => lookUp(candidate) === 'found');
}

/**
 * Why `file` cannot be started with this PATH; `undefined` when nothing speaks against it. As with
 * execvp, a file that may not be executed does not end the search, and decides only if nothing else is found.
 */
export function whyNotStartable(file: string, path: string | undefined): NotStarted | undefined {
  let obstacle: string | undefined;
  for (const candidate of candidatesFor(file, path)) {
    const lookup = lookUp(candidate);
    if (lookup === 'found') {
      const interpreter = interpreterOf(candidate);
      if (interpreter === undefined || lookUp(interpreter) !== 'missing') return undefined;
      const message = `cannot start ${onOneLine(candidate)}: its interpreter ${onOneLine(interpreter)} does not exist`;
      return { kind: 'not-started', reason: 'not-found', message };
    }
    if (lookup === 'directory' && !file.includes('/')) continue;
    if (lookup !== 'missing') {
      const reason = lookup === 'directory' ? 'it is a directory' : 'permission denied';
      obstacle ??= `cannot execute ${onOneLine(candidate)}: ${reason}`;
    }
  }
  if (obstacle !== undefined) return { kind: 'not-started', reason: 'not-executable', message: obstacle };
  return { kind: 'not-started', reason: 'not-found', message: `command not found: ${onOneLine(file)}` };
}
