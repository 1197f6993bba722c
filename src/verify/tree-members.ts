/**
 * The processes that belong to the workers. Once in, a process stays in until it ends, also when its
 * parent ends and it gets another one (double fork, `setsid`, `nohup`). Reads go through FilePort.
 */
import type { FilePort } from '../host/ports.ts';
import { type ProcessStat, readStat } from './procfs.ts';

export interface TreeProcess {
  /** Pid and start time: unique although pids are used again. */
  readonly key: string;
  /** Index of the worker whose tree it is part of. */
  readonly worker: number;
  /** The same object as before when it was not read this time. */
  readonly stat: ProcessStat;
}

/** Above this many processes, those that have long been idle are read every other time only. */
const LARGE_TREE = 32;
const LONG_IDLE_READS = 4;

interface Member extends TreeProcess {
  stat: ProcessStat;
  /** Reads in a row without progress. */
  idleReads: number;
}

export interface TreeMembers {
  /** By pid. */
  readonly byPid: ReadonlyMap<number, TreeProcess>;
  readonly roots: ReadonlyMap<number, number>;
  addRoot(worker: number, pid: number): void;
  /** The root was reaped: its pid may belong to somebody else from now on. */
  removeRoot(pid: number): void;
  /** Reads the members again, in a large tree those that are idle in turns; those that ended are dropped. */
  refresh(): void;
  /** Takes the process in when its parent, process group or session is part of a tree; tells whether it did. */
  adopt(stat: ProcessStat): boolean;
  /** Takes the process in on other grounds. */
  insert(stat: ProcessStat, worker: number): void;
}

export function createTreeMembers(files: FilePort): TreeMembers {
  const byPid = new Map<number, Member>();
  const roots = new Map<number, number>();
  // Groups and sessions that a member leads: their id cannot be used again while one process is left in them.
  const leaders = new Map<number, number>();
  let turn = 0;

  const noteLeader = ({ pid, groupId, sessionId }: ProcessStat, worker: number): void => {
    if (groupId === pid || sessionId === pid) leaders.set(pid, worker);
  };
  const insert = (stat: ProcessStat, worker: number): void => {
    byPid.set(stat.pid, { key: `${stat.pid}:${stat.startTicks}`, worker, stat, idleReads: 0 });
    noteLeader(stat, worker);
  };

  return {
    byPid,
    roots,
    addRoot: (worker, pid) => void roots.set(pid, worker),
    removeRoot(pid) {
      roots.delete(pid);
      byPid.delete(pid);
    },
    refresh() {
      const inUse = new Set<number>();
      turn++;
      const inTurns = byPid.size > LARGE_TREE;
      for (const [pid, member] of byPid) {
        if (inTurns && member.idleReads >= LONG_IDLE_READS && (pid + turn) % 2 === 0 && !roots.has(pid)) {
          inUse.add(member.stat.groupId).add(member.stat.sessionId);
          continue;
        }
        const stat = readStat(files, pid);
        if (stat === undefined || stat.startTicks !== member.stat.startTicks) {
          byPid.delete(pid);
          roots.delete(pid);
          continue;
        }
        member.idleReads = stat.ownTicks === member.stat.ownTicks ? member.idleReads + 1 : 0;
        member.stat = stat;
        noteLeader(stat, member.worker);
        inUse.add(stat.groupId).add(stat.sessionId);
      }
      for (const id of leaders.keys()) if (!inUse.has(id)) leaders.delete(id);
      for (const [pid, worker] of roots) {
        const stat = byPid.has(pid) ? undefined : readStat(files, pid);
        if (stat !== undefined) insert(stat, worker);
      }
    },
    adopt(stat) {
      const worker = byPid.get(stat.parentPid)?.worker ?? leaders.get(stat.groupId) ?? leaders.get(stat.sessionId);
      if (worker !== undefined) insert(stat, worker);
      return worker !== undefined;
    },
    insert,
  };
}
