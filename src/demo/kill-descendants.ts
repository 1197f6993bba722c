/**
 * Ends what the demo has started, at once: runs that were interrupted or that hang. Uses FilePort and
 * ProcessPort. What the shell had started before it became the demo, or runs beside it in a pipeline, goes on.
 */
import type { Host } from '../host/ports.ts';
import { createTreeReader } from '../verify/process-tree.ts';
import { parseIds, readStat } from '../verify/procfs.ts';

type Ports = Pick<Host, 'files' | 'processes'>;

async function listTree({ files, processes }: Ports, pid: number): Promise<number[]> {
  if (!files.exists('/proc/self/stat')) return processes.listTree(pid);
  const tree = createTreeReader({ files, method: 'procfs' });
  tree.addRoot(0, pid);
  return tree.read().map(({ stat }) => stat.pid);
}

/** Sends SIGKILL to `pid` and to all below it. */
export async function killTree(ports: Ports, pid: number): Promise<void> {
  for (const member of await listTree(ports, pid)) ports.processes.signal(member, 'SIGKILL');
}

/** Children of `pid` by PID and start time, which name one process for ever. Without procfs: all below it. */
export async function listChildren({ files, processes }: Ports, pid: number): Promise<Map<string, number>> {
  if (!files.exists('/proc/self/stat')) {
    const below = (await processes.listTree(pid)).filter((member) => member !== pid);
    return new Map(below.map((member) => [String(member), member]));
  }
  const stats = parseIds(files.listDirectory('/proc') ?? []).flatMap((id) => readStat(files, id) ?? []);
  const children = stats.filter(({ parentPid }) => parentPid === pid);
  return new Map(children.map((stat) => [`${stat.pid}:${stat.startTicks}`, stat.pid]));
}

/** Kills the trees of all children of `pid` but those that it had `before`. */
export async function killNewChildren(ports: Ports, pid: number, before: ReadonlyMap<string, number>): Promise<void> {
  for (const [key, child] of await listChildren(ports, pid)) if (!before.has(key)) await killTree(ports, child);
}
