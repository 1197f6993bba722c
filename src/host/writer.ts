/**
 * `WritePort` on the real file system. Uses `node:fs`.
 */
import {
  chmodSync,
  copyFileSync,
  accessSync,
  constants,
  mkdirSync,
  renameSync,
  realpathSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import type { Stats } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { OneprocpoolError } from '../errors.ts';
import type { WritePort } from './ports.ts';

const HINTS: Readonly<Record<string, string>> = {
  ENOENT: 'create the directory first',
  ENOTDIR: 'a part of the path is a file, not a directory',
  EISDIR: 'name a file, not a directory',
  EACCES: 'choose a directory that you may write to',
  EPERM: 'choose a directory that you may write to',
  EROFS: 'the file system is read-only; choose another directory',
  ENOSPC: 'the disk is full; choose another place',
};

/** What to do about an error code of the system. */
export function hintForWriteError(code: string): string {
  return HINTS[code] ?? 'check the path and its directory';
}

function errorCodeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : 'unknown error';
}

/** Where a chain of symbolic links ends, so that the links stay; the path itself when nothing is there yet. */
function followLinks(path: string): { target: string; stats: Stats | undefined } {
  const stats = statSync(path, { throwIfNoEntry: false });
  return { target: stats === undefined ? path : realpathSync(path), stats };
}

function replaceFile(target: string, text: string, mode: number): void {
  const temporary = join(dirname(target), `.${basename(target)}.${process.pid}.tmp`);
  try {
    writeFileSync(temporary, text, { mode, flag: 'w' });
    renameSync(temporary, target);
  } catch (error) {
    rmSync(temporary, { force: true });
    throw error;
  }
}

function writeFileAtomically(path: string, text: string): void {
  try {
    const { target, stats } = followLinks(path);
    if (stats?.isFile() === false) {
      // A device or pipe such as /dev/null is written to; a rename would put a plain file in its place.
      writeFileSync(target, text, { flag: 'w' });
      return;
    }
    try {
      replaceFile(target, text, stats === undefined ? 0o666 : stats.mode & 0o777);
    } catch (error) {
      // A file that is mounted into a container, or in a directory we may not change, can still be rewritten.
      if (stats === undefined || !['EBUSY', 'EXDEV', 'EACCES', 'EPERM', 'EROFS'].includes(errorCodeOf(error)))
        throw error;
      writeFileSync(target, text, { flag: 'w' });
    }
  } catch (error) {
    throw unwritable(path, error);
  }
}

function copyExecutable(source: string, target: string): void {
  const temporary = join(dirname(target), `.${basename(target)}.${process.pid}.tmp`);
  try {
    copyFileSync(source, temporary);
    chmodSync(temporary, 0o555);
    renameSync(temporary, target);
  } catch (error) {
    rmSync(temporary, { force: true });
    throw unwritable(target, error);
  }
}

function createDirectory(path: string): void {
  try {
    if (statSync(path, { throwIfNoEntry: false })?.isDirectory() !== true) mkdirSync(path);
  } catch (error) {
    throw unwritable(path, error);
  }
}

function unwritable(path: string, cause: unknown): OneprocpoolError {
  const code = errorCodeOf(cause);
  return new OneprocpoolError('REPORT_UNWRITABLE', `Expected to write \`${path}\`, got ${code}`, {
    hint: HINTS[code] ?? 'check the path and its directory',
    cause,
  });
}

function isAccessible(path: string, mode: number): boolean {
  try {
    accessSync(path, mode);
    return true;
  } catch {
    // The caller says why, from another path.
    return false;
  }
}

function checkWritable(path: string): void {
  try {
    const { target, stats } = followLinks(path);
    if (stats?.isDirectory() === true) throw Object.assign(new Error('it is a directory'), { code: 'EISDIR' });
    if (stats !== undefined && isAccessible(target, constants.W_OK)) return;
    const directory = dirname(target);
    if (!statSync(directory).isDirectory()) throw Object.assign(new Error('no directory'), { code: 'ENOTDIR' });
    accessSync(directory, constants.W_OK | constants.X_OK);
  } catch (error) {
    throw unwritable(path, error);
  }
}

/** Writes that a reader sees whole or not at all. Throws REPORT_UNWRITABLE with the system's reason. */
export function createWriter(): WritePort {
  return { checkWritable, copyExecutable, createDirectory, writeFileAtomically };
}
