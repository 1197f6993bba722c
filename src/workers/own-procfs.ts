/**
 * Keeps from us a /proc that numbers processes in another way than we do: that of the machine, in a PID namespace for
 * which none was mounted (`unshare --pid` without `--mount-proc`). What has our number there is somebody else.
 * Uses `FilePort`.
 */
import type { FilePort } from '../host/ports.ts';

/** The same files, but none below /proc when it is not that of our PID namespace. */
export function ownProcfs(files: FilePort): FilePort {
  if (!isForeign(files)) return files;
  const isHidden = (path: string): boolean => path === '/proc' || path.startsWith('/proc/');
  return {
    readText: (path) => (isHidden(path) ? undefined : files.readText(path)),
    listDirectory: (path) => (isHidden(path) ? undefined : files.listDirectory(path)),
    exists: (path) => !isHidden(path) && files.exists(path),
    linkCount: (path) => (isHidden(path) ? undefined : files.linkCount(path)),
  };
}

/** One PID for each namespace from that of /proc to our own. Source: proc_pid_status(5), man-pages 6.9, `NSpid`. */
function isForeign(files: FilePort): boolean {
  return /^NSpid:\t[0-9]+\t/m.test(files.readText('/proc/self/status') ?? '');
}
