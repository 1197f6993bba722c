/**
 * `WritePort` on the real file system. Uses `node:fs`.
 */
import {
  accessSync,
  closeSync,
  constants,
  fstatSync,
  ftruncateSync,
  lstatSync,
  mkdirSync,
  openSync,
  readSync,
  statSync,
} from 'node:fs';
import { dirname } from 'node:path';
import { isOneprocpoolError, OneprocpoolError } from '../errors.ts';
import type { WritePort } from './ports.ts';
import { replaceFile } from './replace-file.ts';
import { isTrustedUser } from './trusted-users.ts';
import { errorCodeOf, hintForWriteError, reasonForWriteError } from '../text/write-errors.ts';
import { findWriteTarget, type WriteTarget } from './write-target.ts';
import { writeAll } from './write-all.ts';

const COPY_BYTES = 1024 * 1024;
/** A FIFO or device is never waited for, and a terminal never becomes the controlling one. */
const IN_PLACE = constants.O_WRONLY | constants.O_NONBLOCK | constants.O_NOCTTY | constants.O_NOFOLLOW;

/** A file that is mounted into a container, or in a directory that takes no new files, can still be rewritten. */
const NO_RENAME = ['EBUSY', 'EXDEV', 'EACCES', 'EPERM', 'EROFS'];

function writeFileAtomically(path: string, text: string, newMode = 0o666): void {
  try {
    const bytes = Buffer.from(text);
    const target = findWriteTarget(path);
    if (target.kind === 'descriptor') writeAll(target.descriptor, bytes);
    else if (target.kind === 'present' && !target.isPlain) writeInPlace(target, bytes);
    else replaceOrRewrite(target, bytes, newMode);
  } catch (error) {
    throw unwritable(path, error);
  }
}

function replaceOrRewrite(target: Exclude<WriteTarget, { kind: 'descriptor' }>, bytes: Buffer, newMode: number): void {
  const before = target.kind === 'present' ? target.stats : undefined;
  try {
    replaceFile(target.path, { newMode, before }, (descriptor) => {
      writeAll(descriptor, bytes);
    });
  } catch (error) {
    if (target.kind === 'missing' || !NO_RENAME.includes(errorCodeOf(error))) throw error;
    writeInPlace(target, bytes);
  }
}

function writeInPlace({ path, stats }: Extract<WriteTarget, { kind: 'present' }>, bytes: Buffer): void {
  const descriptor = openSync(path, IN_PLACE);
  try {
    const opened = fstatSync(descriptor);
    // Somebody has exchanged it since: it is no longer what was looked at.
    if (opened.ino !== stats.ino || opened.dev !== stats.dev) throw Object.assign(new Error(path), { code: 'EBUSY' });
    if (opened.isFile()) ftruncateSync(descriptor, 0);
    writeAll(descriptor, bytes);
  } finally {
    closeSync(descriptor);
  }
}

function copyExecutable(source: string, target: string): void {
  try {
    // A link of that name is replaced, not followed, as install(1) does.
    replaceFile(target, { newMode: 0o700, exactMode: 0o555 }, (descriptor) => {
      copyInto(descriptor, source);
    });
  } catch (error) {
    throw unwritable(target, error);
  }
}

function copyInto(descriptor: number, source: string): void {
  const from = openSync(source, 'r');
  try {
    const buffer = Buffer.allocUnsafe(COPY_BYTES);
    for (let count = readSync(from, buffer); count > 0; count = readSync(from, buffer)) {
      writeAll(descriptor, buffer.subarray(0, count));
    }
  } finally {
    closeSync(from);
  }
}

function createDirectory(path: string): void {
  try {
    const stats = lstatSync(path, { throwIfNoEntry: false });
    if (stats === undefined) mkdirSync(path);
    else checkDirectoryOwner(path, stats.uid);
  } catch (error) {
    throw unwritable(path, error);
  }
}

/** What is put into a directory of somebody else is theirs to replace. */
function checkDirectoryOwner(path: string, owner: number): void {
  const uid = process.geteuid?.();
  if (uid === undefined || isTrustedUser(owner, uid)) return;
  throw new OneprocpoolError('REPORT_UNWRITABLE', `cannot write into ${path}: it belongs to user ${owner}`, {
    hint: 'choose a directory that only you may write to',
  });
}

function unwritable(path: string, cause: unknown): OneprocpoolError {
  if (isOneprocpoolError(cause)) return cause;
  const code = errorCodeOf(cause);
  return new OneprocpoolError('REPORT_UNWRITABLE', `cannot write ${path}: ${reasonForWriteError(code)}`, {
    hint: hintForWriteError(code),
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
    const target = findWriteTarget(path);
    if (target.kind === 'descriptor') {
      fstatSync(target.descriptor);
      return;
    }
    if (target.kind === 'present' && target.stats.isFIFO()) {
      // Stays open until the end of the run: the reader would take the close for the end of the text.
      openSync(target.path, IN_PLACE);
      return;
    }
    if (target.kind === 'present' && isAccessible(target.path, constants.W_OK)) return;
    const directory = dirname(target.path);
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
