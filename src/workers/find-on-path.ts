/** Looks for a helper program as a shell would. Uses `FilePort`. */
import type { FilePort } from '../host/ports.ts';

/** What shells search when PATH is not set. */
const DEFAULT_PATH = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

/** @param path value of PATH; an empty part is the working directory. */
export function isOnPath(files: FilePort, program: string, path: string = DEFAULT_PATH): boolean {
  return path.split(':').some((directory) => files.exists(`${directory === '' ? '.' : directory}/${program}`));
}
