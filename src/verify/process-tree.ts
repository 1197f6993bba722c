/**
 * The process trees of several workers: which processes are in them now, and the counters of each.
 * Through procfs, or through a program that lists processes (pidtree) where asked or where it must be.
 */
import type { FilePort, ProcessPort } from '../host/ports.ts';
import { createProcfsDiscovery } from './procfs-tree.ts';
import { readStat } from './procfs.ts';
import { createTreeMembers, type TreeMembers, type TreeProcess } from './tree-members.ts';

export type ProcessTreeMethod = 'auto' | 'procfs' | 'pidtree';

export interface TreeReader {
  addRoot(worker: number, pid: number): void;
  /** The root was reaped: its pid may belong to somebody else from now on. */
  removeRoot(pid: number): void;
  /** All live processes of all trees, roots included, zombies too. Never throws. */
  read(): readonly TreeProcess[];
  /** The processes of the last read, without reading again. */
  known(): readonly TreeProcess[];
}

/** Listing is asynchronous: each read works with the last list that came back. */
function createListedDiscovery(files: FilePort, processes: ProcessPort, members: TreeMembers): () => void {
  const listed = new Map<number, readonly number[]>();
  const pending = new Set<number>();
  return () => {
    for (const [root, worker] of members.roots) {
      for (const pid of listed.get(root) ?? []) {
        const stat = members.byPid.has(pid) ? undefined : readStat(files, pid);
        if (stat !== undefined) members.insert(stat, worker);
      }
      listed.delete(root);
      if (pending.has(root)) continue;
      pending.add(root);
      const done = (pids: readonly number[]): void => {
        listed.set(root, pids);
        pending.delete(root);
      };
      // No list: the root is gone or there is no `ps`. What is known stays known.
      processes.listTree(root).then(done, () => done([]));
    }
  };
}

export function createTreeReader(deps: {
  files: FilePort;
  processes?: ProcessPort | undefined;
  method: ProcessTreeMethod;
}): TreeReader {
  const { files, processes } = deps;
  const members = createTreeMembers(files);
  const listing = deps.method === 'pidtree' || (deps.method === 'auto' && !files.exists('/proc/self/stat'));
  const discover =
    listing && processes !== undefined
      ? createListedDiscovery(files, processes, members)
      : createProcfsDiscovery(files, members);
  return {
    addRoot: members.addRoot,
    removeRoot: members.removeRoot,
    known: () => [...members.byPid.values()],
    read() {
      members.refresh();
      discover();
      return [...members.byPid.values()];
    },
  };
}
