/**
 * Finds our own cgroup below a mount by our process id, for when /proc does not tell the names in between
 * (a private cgroup namespace with the host's cgroup mount). Uses a `FilePort`.
 */
import type { FilePort } from '../host/ports.ts';

const MAX_DEPTH = 8;
const MAX_DIRECTORIES = 4000;

/** Files of a cgroup directory, so that they need not be tried as directories. */
const INTERFACE_FILE =
  /^(?:tasks|notify_on_release|release_agent|(?:cgroup|cpu|cpuacct|cpuset|memory|io|blkio|pids|hugetlb|rdma|misc|dmem|irq|devices|freezer|net_cls|net_prio|perf_event)\.(?!.*(?:slice|scope|service|mount)$).*)$/;

function holdsProcess(processes: string | undefined, pid: string): boolean {
  return processes?.split('\n').includes(pid) === true;
}

/**
 * Names from `mountPoint` down to the cgroup whose `cgroup.procs` lists `pid`, breadth first; `null` when it is
 * not within `depth` levels (8 at most) or the first 4000 directories. A process is in one cgroup of a hierarchy.
 */
export function findOwnCgroup(files: FilePort, mountPoint: string, pid: string, depth: number): string[] | null {
  const base = mountPoint === '/' ? '' : mountPoint;
  if (holdsProcess(files.readText(`${base}/cgroup.procs`), pid)) return [];
  let level: string[][] = [[]];
  let visited = 1;
  for (let below = 1; below <= Math.min(depth, MAX_DEPTH); below += 1) {
    const next: string[][] = [];
    for (const parent of level) {
      for (const name of files.listDirectory([base, ...parent].join('/')) ?? []) {
        if (INTERFACE_FILE.test(name)) continue;
        const child = [...parent, name];
        const processes = files.readText(`${[base, ...child].join('/')}/cgroup.procs`);
        if (holdsProcess(processes, pid)) return child;
        // No such file: not a cgroup. A threaded cgroup has one that cannot be read, but no other kind below it.
        if (processes !== undefined) next.push(child);
        visited += 1;
        if (visited >= MAX_DIRECTORIES) return null;
      }
    }
    level = next;
  }
  return null;
}
