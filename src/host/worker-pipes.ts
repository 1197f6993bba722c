/**
 * Pipes for the output of workers. What the runtime calls a pipe is a pair of sockets, and a socket cannot be
 * opened through /dev/stdout or /dev/stderr, as many shell scripts do. So these are FIFOs whose names are
 * removed as soon as both ends are open. Uses `mkfifo` (coreutils, busybox).
 */
import { execFileSync } from 'node:child_process';
import { closeSync, constants, mkdtempSync, openSync, rmdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';

/** Two descriptors, both closed on exec. */
export interface WorkerPipe {
  readonly readEnd: number;
  readonly writeEnd: number;
}

const MOST_AT_ONCE = 64;

const spare: WorkerPipe[] = [];
let nextCount = 4;

/** A directory that can be written to: memory first, so that it works on a read-only root. */
function makeDirectory(): string | undefined {
  for (const parent of ['/dev/shm', '/tmp', process.env['TMPDIR'] ?? '/var/tmp']) {
    try {
      return mkdtempSync(join(parent, 'oneprocpool-'));
    } catch {
      // The next one.
    }
  }
  return undefined;
}

function openBothEnds(path: string): WorkerPipe {
  // Non-blocking, or it would wait for a writer.
  const readEnd = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
  try {
    return { readEnd, writeEnd: openSync(path, constants.O_WRONLY) };
  } catch (error) {
    closeSync(readEnd);
    throw error;
  }
}

function refill(): void {
  const directory = makeDirectory();
  if (directory === undefined) return;
  const paths = Array.from({ length: nextCount }, (_, index) => join(directory, String(index)));
  try {
    execFileSync('mkfifo', ['-m', '600', ...paths], { stdio: 'ignore' });
    for (const path of paths) spare.push(openBothEnds(path));
    nextCount = Math.min(nextCount * 2, MOST_AT_ONCE);
  } catch {
    // What could be opened is used; without any the caller has another way.
  } finally {
    removeAll(paths, directory);
  }
}

/** Without listing the directory, which would need a descriptor: there may be none left. */
function removeAll(paths: readonly string[], directory: string): void {
  for (const path of paths) rmSync(path, { force: true });
  rmdirSync(directory);
}

/** `undefined` when there is no place for a FIFO or no `mkfifo`. */
export function takePipe(): WorkerPipe | undefined {
  if (spare.length === 0) refill();
  return spare.pop();
}
