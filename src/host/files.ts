/**
 * `FilePort` on the real file system, live or below a root (fixtures, support bundles). Uses `node:fs`.
 */
import {
  closeSync,
  constants,
  existsSync,
  fstatSync,
  openSync,
  readSync,
  readdirSync,
  realpathSync,
  statSync,
} from 'node:fs';
import { posix } from 'node:path';
import { decodeExactly } from '../text/exact-bytes.ts';
import type { FilePort } from './ports.ts';

/** Longest text that is read, in bytes; what follows is cut off. A mountinfo of a busy node has about 5 MB. */
const MAX_BYTES = 16 * 1024 * 1024;

/** Never waits for a writer of a FIFO, and never makes a terminal ours. */
const OPEN_FLAGS = constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOCTTY;

const firstBuffer = Buffer.allocUnsafeSlow(64 * 1024);

function isKernelFile(path: string): boolean {
  return path.startsWith('/proc/') || path.startsWith('/sys/');
}

/**
 * Files whose text comes in one piece: a read of less than a page is all of it, and asking for the end is saved.
 * Others, such as mountinfo and cgroup.procs, may give less than a page when a long line follows.
 * Source: https://docs.kernel.org/filesystems/seq_file.html (`single_open`) and sysfs, one attribute for each file.
 */
const IN_ONE_PIECE = /^\/(?:sys\/devices\/|proc\/(?:self|\d+)\/(?:task\/\d+\/)?(?:stat|status|schedstat|cgroup)$)/;
const PAGE_BYTES = 4096;

/** Reads until end of file. */
function readWhole(descriptor: number, isInOnePiece: boolean): string {
  let buffer = firstBuffer;
  let length = 0;
  for (;;) {
    if (length === buffer.length) {
      if (length >= MAX_BYTES) break;
      const larger = Buffer.allocUnsafeSlow(buffer.length * 4);
      buffer.copy(larger, 0, 0, length);
      buffer = larger;
    }
    const count = readSync(descriptor, buffer, length, buffer.length - length, null);
    if (count === 0) break;
    length += count;
    if (isInOnePiece && count < PAGE_BYTES) break;
  }
  const text = buffer.toString('utf8', 0, length);
  return text.includes('\ufffd') ? decodeExactly(buffer.subarray(0, length)) : text;
}

function readText(path: string): string | undefined {
  let descriptor: number | undefined;
  try {
    descriptor = openSync(path, OPEN_FLAGS);
    // Regular files only: a device never ends, a FIFO has no text. procfs and sysfs are spared the call.
    if (!isKernelFile(path) && !fstatSync(descriptor).isFile()) return undefined;
    return readWhole(descriptor, IN_ONE_PIECE.test(path));
  } catch {
    // Missing, forbidden, a directory, or the process went away in between: all the same to the callers.
    return undefined;
  } finally {
    if (descriptor !== undefined) closeSync(descriptor);
  }
}

function listDirectory(path: string): string[] | undefined {
  try {
    return readdirSync(path);
  } catch {
    // As in readText.
    return undefined;
  }
}

function linkCount(path: string): number | undefined {
  try {
    return statSync(path, { throwIfNoEntry: false })?.nlink;
  } catch {
    // As in readText.
    return undefined;
  }
}

const LIVE_FILES: FilePort = { readText, listDirectory, exists: existsSync, linkCount };

/** Maps a path to its place below `root`; `undefined` when it is not there or a link leads out of the root. */
function createResolver(root: string): (path: string) => string | undefined {
  let realRoot: string | undefined;
  return (path) => {
    try {
      realRoot ??= realpathSync.native(root);
      const real = realpathSync.native(posix.join(realRoot, posix.normalize(`/${path}`)));
      const inside = real === realRoot || realRoot === '/' || real.startsWith(`${realRoot}/`);
      return inside ? real : undefined;
    } catch {
      // Missing or unreadable.
      return undefined;
    }
  };
}

/**
 * Synchronous reads of small files; whatever cannot be read is `undefined`, nothing throws or blocks.
 * With `root`, `/proc/x` means `<root>/proc/x`, and a symbolic link that leads out of the root is not followed.
 */
export function createFiles(root?: string): FilePort {
  if (root === undefined) return LIVE_FILES;
  const resolve = createResolver(root);
  const below = <Value>(read: (path: string) => Value) => {
    return (path: string): Value | undefined => {
      const real = resolve(path);
      return real === undefined ? undefined : read(real);
    };
  };
  return {
    readText: below(readText),
    listDirectory: below(listDirectory),
    exists: (path) => resolve(path) !== undefined,
    linkCount: below(linkCount),
  };
}
