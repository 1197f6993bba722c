/**
 * Finds new processes of the trees in procfs, by the cheaper of two ways: from parent to child through the
 * `children` file of every thread, or by looking at every process of the machine that is not known yet.
 * Reads go through FilePort.
 */
import type { FilePort } from '../host/ports.ts';
import { parseIds, type ProcessStat, readChildren, readStat, readThreadIds } from './procfs.ts';
import type { TreeMembers } from './tree-members.ts';

/** Listing a process name costs about this part of reading one file. */
const LISTING_COST = 1 / 16;
/** Processes that are not ours are looked at again once in so many scans: their pid may have been used again. */
const STRANGER_TURNS = 32;
/** So often the whole machine is looked at although walking is cheaper: only that finds orphans. */
const ORPHAN_SCAN_PERIOD = 8;
/** Above this many processes on the machine, orphans are not looked for. */
const ORPHAN_SCAN_LIMIT = 2000;
/** Walking this few threads is always fine. */
const SMALL_WALK = 8;

/**
 * Tells whether no process was started anywhere since the last question: the last field of /proc/loadavg is
 * the pid that was given out last. Where it never changes it is made up (gVisor) and nothing is known.
 */
function createQuietCheck(files: FilePort): () => boolean {
  const readLastPid = (): string | undefined => /(\d+)\s*$/.exec(files.readText('/proc/loadavg') ?? '')?.[1];
  let lastPid = readLastPid();
  let trusted = false;
  let quietInARow = 0;
  return () => {
    const pid = readLastPid();
    const same = pid !== undefined && pid === lastPid;
    lastPid = pid;
    trusted ||= !same;
    quietInARow = trusted && same ? quietInARow + 1 : 0;
    return quietInARow % ORPHAN_SCAN_PERIOD !== 0;
  };
}

export function createProcfsDiscovery(files: FilePort, members: TreeMembers): () => void {
  const isQuiet = createQuietCheck(files);
  let strangers = new Set<number>();
  let hasChildrenFiles: boolean | undefined;
  let reads = 0;
  // Walking does not find them.
  let mayHaveOrphans = false;
  let scans = 0;

  /** Gives up where it would cost more than `maxThreads` reads: the tree may turn out to be large. */
  const walk = (maxThreads: number): boolean => {
    let threads = 0;
    // A Map yields entries that are added while it is walked: this goes down the whole tree.
    for (const { stat, worker } of members.byPid.values()) {
      threads += stat.threadCount;
      if (threads > maxThreads) return false;
      for (const tid of stat.threadCount > 1 ? readThreadIds(files, stat.pid) : [stat.pid]) {
        for (const child of readChildren(files, stat.pid, tid) ?? []) {
          const childStat = members.byPid.has(child) ? undefined : readStat(files, child);
          if (childStat !== undefined) members.insert(childStat, worker);
        }
      }
    }
    return true;
  };

  const scan = (): void => {
    scans++;
    const pids = parseIds(files.listDirectory('/proc') ?? []);
    const unknown = new Map<number, ProcessStat>();
    const stillStrangers = new Set<number>();
    for (const pid of pids) {
      if (members.byPid.has(pid)) continue;
      if (strangers.has(pid) && pid % STRANGER_TURNS !== scans % STRANGER_TURNS) {
        stillStrangers.add(pid);
        continue;
      }
      const stat = readStat(files, pid);
      if (stat !== undefined) unknown.set(pid, stat);
    }
    let adopted = true;
    while (adopted) {
      adopted = false;
      for (const [pid, stat] of unknown) {
        if (members.adopt(stat)) adopted = unknown.delete(pid);
      }
    }
    // A parent that vanished during this scan may have been ours: its children are looked at again next time.
    for (const [pid, { parentPid }] of unknown) {
      if (parentPid === 0 || unknown.has(parentPid) || stillStrangers.has(parentPid)) stillStrangers.add(pid);
    }
    strangers = stillStrangers;
  };

  return () => {
    if (members.byPid.size === 0) return;
    reads++;
    const processes = files.linkCount('/proc') ?? 0;
    const orphanTurn = mayHaveOrphans && reads % ORPHAN_SCAN_PERIOD === 0 && processes <= ORPHAN_SCAN_LIMIT;
    if (isQuiet() && !orphanTurn) return;
    if (hasChildrenFiles === undefined) {
      const [first] = members.byPid.keys();
      hasChildrenFiles = first !== undefined && readChildren(files, first, first) !== undefined;
    }
    const scanCost = processes * LISTING_COST + Math.max(0, processes - strangers.size - members.byPid.size);
    let threads = 0;
    for (const { stat } of members.byPid.values()) threads += stat.threadCount;
    const maxThreads = Math.max(SMALL_WALK, scanCost);
    mayHaveOrphans = hasChildrenFiles && !orphanTurn && threads <= maxThreads && walk(maxThreads);
    if (!mayHaveOrphans) scan();
  };
}
