/** Why something cannot be written and what to do about it, from the error code of the system. Pure. */

const REASONS: Readonly<Record<string, readonly [reason: string, hint: string]>> = {
  ENOENT: ['no such directory', 'create the directory first'],
  ENOTDIR: ['a part of the path is not a directory', 'a part of the path is a file, not a directory'],
  EISDIR: ['it is a directory', 'name a file, not a directory'],
  EACCES: ['permission denied', 'choose a directory that you may write to'],
  EPERM: ['permission denied', 'choose a directory that you may write to'],
  EROFS: ['the file system is read-only', 'choose another directory'],
  ENOSPC: ['no space left on the device', 'the disk is full; choose another place'],
  EDQUOT: ['the disk quota is used up', 'remove files, or choose another place'],
  EFBIG: ['the file would be too large', 'raise `ulimit -f`, or choose another file system'],
  ENXIO: ['nothing reads from it', 'start its reader first, or name a plain file'],
  ELOOP: ['too many symbolic links', 'name the file that the link leads to'],
  ENAMETOOLONG: ['the name is too long', 'choose a shorter name'],
  EBADF: ['the descriptor is not open for writing', 'open it first, for example with `3>FILE`'],
  EAGAIN: ['its reader takes nothing', 'write to a plain file'],
  EMFILE: ['too many open files', 'raise `ulimit -n`'],
};

export function errorCodeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : 'unknown error';
}

/** In the words of the system where they are known, otherwise the code itself. */
export function reasonForWriteError(code: string): string {
  return REASONS[code]?.[0] ?? code;
}

/** What to do about an error code of the system. */
export function hintForWriteError(code: string): string {
  return REASONS[code]?.[1] ?? 'check the path and its directory';
}
