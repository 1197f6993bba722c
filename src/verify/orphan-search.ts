/**
 * Orphans of the workers that no look at a tree leads to: their parents came and went between two looks. They are
 * children of whoever is given orphans (init, a subreaper), and each of these is asked about once. Reads go through FilePort.
 */
import type { FilePort } from '../host/ports.ts';
import { type ProcessStat, readChildren, readStat } from './procfs.ts';
import type { TreeMembers } from './tree-members.ts';

/** Who is given orphans, and whose they were; the rule is that by which processes are ended. */
export interface OrphanRule {
  /** PIDs of those who may be given the orphans of the workers. */
  orphanParents(): Iterable<number>;
  /** Index of the worker that a child of such a parent descends from. `undecided`: it cannot be told yet. */
  workerOf(pid: number): number | 'unrelated' | 'undecided';
}

export interface OrphanSearch {
  /** From now on orphans are told by this rule; before, they are not looked for. */
  use(rule: OrphanRule): void;
  /** Takes in the orphans among the children of those who are given them; tells whether there were any. */
  look(): boolean;
  /** Takes the process in when it is an orphan of a tree; tells whether it did. */
  adopt(stat: ProcessStat): boolean;
  /** Whether the process has to be looked at again. */
  isUndecided(pid: number): boolean;
}

/** An unrelated process is looked at again once in so many looks: its PID may have been used again. */
const UNRELATED_TURNS = 32;
const MOST_REMEMBERED = 10_000;

export function createOrphanSearch(files: FilePort, members: TreeMembers): OrphanSearch {
  let rule: OrphanRule | undefined;
  let parents = new Set<number>();
  /** Start times by PID. */
  const unrelated = new Map<number, number>();
  const undecided = new Set<number>();
  let looks = 0;

  const adopt = (stat: ProcessStat): boolean => {
    if (rule === undefined || !parents.has(stat.parentPid) || unrelated.get(stat.pid) === stat.startTicks) return false;
    const worker = rule.workerOf(stat.pid);
    if (worker === 'undecided') undecided.add(stat.pid);
    else undecided.delete(stat.pid);
    if (worker === 'unrelated') unrelated.set(stat.pid, stat.startTicks);
    if (typeof worker !== 'number') return false;
    members.insert(stat, worker);
    return true;
  };

  const isKnownUnrelated = (pid: number): boolean =>
    unrelated.has(pid) && pid % UNRELATED_TURNS !== looks % UNRELATED_TURNS;

  return {
    use(given) {
      rule = given;
      parents = new Set(rule.orphanParents());
    },
    look() {
      if (rule === undefined) return false;
      looks++;
      if (unrelated.size > MOST_REMEMBERED) unrelated.clear();
      undecided.clear();
      parents = new Set(rule.orphanParents());
      let found = false;
      for (const parent of parents) {
        for (const pid of readChildren(files, parent, parent) ?? []) {
          if (members.byPid.has(pid) || isKnownUnrelated(pid)) continue;
          const stat = readStat(files, pid);
          if (stat !== undefined && (members.adopt(stat) || adopt(stat))) found = true;
        }
      }
      return found;
    },
    adopt,
    isUndecided: (pid) => undecided.has(pid),
  };
}
