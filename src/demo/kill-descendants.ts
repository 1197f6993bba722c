/**
 * Ends everything below a process at once: runs of the demo that were interrupted or that hang. Uses
 * FilePort and ProcessPort.
 */
import type { Host } from '../host/ports.ts';
import { createTreeReader } from '../verify/process-tree.ts';

async function listTree({ files, processes }: Pick<Host, 'files' | 'processes'>, pid: number): Promise<number[]> {
  if (!files.exists('/proc/self/stat')) return processes.listTree(pid);
  const tree = createTreeReader({ files, method: 'procfs' });
  tree.addRoot(0, pid);
  return tree.read().map(({ stat }) => stat.pid);
}

/** Sends SIGKILL to the tree below `pid`; to `pid` itself only when it is not our own. */
export async function killDescendants(host: Pick<Host, 'files' | 'processes' | 'system'>, pid: number): Promise<void> {
  for (const member of await listTree(host, pid)) {
    if (member !== host.system.pid) host.processes.signal(member, 'SIGKILL');
  }
}
