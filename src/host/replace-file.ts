/**
 * A new file in the place of an old one, whole or not at all: written beside it under a name that nobody can have
 * prepared, then renamed. Uses `node:fs`.
 */
import { closeSync, constants, fchmodSync, fchownSync, openSync, renameSync, statSync, unlinkSync } from 'node:fs';
import type { Stats } from 'node:fs';
import { dirname } from 'node:path';
import { errorCodeOf } from '../text/write-errors.ts';

/** O_EXCL also refuses a link, dangling or not. Source: open(2). */
const NEW_FILE = constants.O_RDWR | constants.O_CREAT | constants.O_EXCL | constants.O_NOFOLLOW;
const MOST_TRIES = 8;

interface Temporary {
  readonly path: string;
  readonly descriptor: number;
}

function createTemporary(directory: string, mode: number): Temporary {
  for (let tries = 1; ; tries += 1) {
    // The global object loads its code when it is used; the module would do so at every start.
    const name = Buffer.from(crypto.getRandomValues(new Uint8Array(8))).toString('hex');
    const path = `${directory}/.oneprocpool-${name}.tmp`;
    try {
      return { path, descriptor: openSync(path, NEW_FILE, mode) };
    } catch (error) {
      if (errorCodeOf(error) !== 'EEXIST' || tries === MOST_TRIES) throw error;
    }
  }
}

/**
 * Whether owner and mode of the file that is there stay, as with `>` of a shell. Not those of a file that
 * somebody else may have put there to own what is written.
 */
function keepsOwner({ uid }: Stats, directory: string): boolean {
  return uid === process.geteuid?.() || uid === statSync(directory).uid;
}

/** `before`: the file that is there; `undefined` for none, which gives `newMode` without what the umask takes. */
export function replaceFile(
  path: string,
  options: { readonly newMode: number; readonly before?: Stats | undefined; readonly exactMode?: number },
  fill: (descriptor: number) => void,
): void {
  const { newMode, before, exactMode } = options;
  const directory = dirname(path);
  const kept = before !== undefined && keepsOwner(before, directory) ? before : undefined;
  const temporary = createTemporary(directory, kept === undefined ? newMode : 0o600);
  try {
    try {
      fill(temporary.descriptor);
      if (kept !== undefined) keepOwner(temporary.descriptor, kept);
      const mode = exactMode ?? kept?.mode;
      if (mode !== undefined) fchmodSync(temporary.descriptor, mode & 0o777);
    } finally {
      closeSync(temporary.descriptor);
    }
    renameSync(temporary.path, path);
  } catch (error) {
    removeQuietly(temporary.path);
    throw error;
  }
}

function keepOwner(descriptor: number, { uid, gid }: Stats): void {
  try {
    fchownSync(descriptor, uid, gid);
  } catch {
    // Only root may give a file away: then it belongs to the writer.
  }
}

function removeQuietly(path: string): void {
  try {
    unlinkSync(path);
  } catch {
    // The first error is the one to tell.
  }
}
