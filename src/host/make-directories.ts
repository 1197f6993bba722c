/** Directories for the files that take the output of workers. Uses `node:fs`. */
import { existsSync, mkdirSync } from 'node:fs';
import { dirname } from 'node:path';

/**
 * With all above it. The `recursive` of Node tries for ever where a directory that is there answers ENOENT: one that
 * was removed, or /proc. Source: https://github.com/nodejs/node/blob/v20.20.2/src/node_file.cc (`MKDirpSync`).
 */
export function makeDirectories(path: string): void {
  try {
    mkdirSync(path);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    // If it is no directory, opening the file will tell.
    if (code === 'EEXIST') return;
    if (code !== 'ENOENT' || existsSync(dirname(path))) throw error;
    makeDirectories(dirname(path));
    mkdirSync(path);
  }
}
