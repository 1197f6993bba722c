/**
 * `ProcfsPort`: the files below /proc that number processes as we do. It is another /proc in a PID namespace for which
 * none was mounted (`unshare --pid` without `--mount-proc`): what has our number there is somebody else.
 */
import type { FilePort, ProcfsPort } from './ports.ts';

/** Looks at the first use whose /proc it is. */
export function createProcfs(files: FilePort): ProcfsPort {
  let foreign: boolean | undefined;
  const isForeign = (): boolean => (foreign ??= numbersOtherwise(files));
  const isHidden = (path: string): boolean => (path === '/proc' || path.startsWith('/proc/')) && isForeign();
  return {
    isForeign,
    readText: (path) => (isHidden(path) ? undefined : files.readText(path)),
    listDirectory: (path) => (isHidden(path) ? undefined : files.listDirectory(path)),
    exists: (path) => !isHidden(path) && files.exists(path),
    linkCount: (path) => (isHidden(path) ? undefined : files.linkCount(path)),
  };
}

/** One PID for each namespace from that of /proc to our own. Source: proc_pid_status(5), man-pages 6.9, `NSpid`. */
function numbersOtherwise(files: FilePort): boolean {
  return /^NSpid:\t[0-9]+\t/m.test(files.readText('/proc/self/status') ?? '');
}
