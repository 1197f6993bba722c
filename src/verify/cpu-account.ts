/**
 * CPU time of a whole tree although its processes come and go. Pure.
 *
 * A live process counts with its own time and that of the children it waited for. When one ends, its parent
 * takes its time over by waiting for it; where that does not happen (the parent is outside the tree, or
 * ignores SIGCHLD), the time last seen is kept here. What a process used after the last look is then lost.
 */
import { type ProcessStat, TICKS_PER_SECOND } from './procfs.ts';

export interface CpuAccount {
  /** Takes in the processes that are alive now. */
  update(alive: readonly ProcessStat[]): void;
  /** A root was reaped by us and used this much, with all children it waited for, in seconds. */
  settleRoot(pid: number, seconds: number): void;
  /** Last seen time of one process with its waited-for children, in ticks; 0 when unknown. */
  lastTicks(pid: number): number;
  /** Ticks of the whole tree so far; never falls. */
  totalTicks(): number;
}

const ticksOf = (stat: ProcessStat): number => stat.ownTicks + stat.childrenTicks;

/** The nearest ancestor that is alive: the time of ended ones in between passes through them. */
function nearestLiving(
  stat: ProcessStat,
  known: ReadonlyMap<number, ProcessStat>,
  alive: ReadonlyMap<number, ProcessStat>,
): ProcessStat | undefined {
  let ancestor = known.get(stat.parentPid);
  for (let steps = 0; ancestor !== undefined && steps <= known.size; steps++) {
    if (alive.has(ancestor.pid)) return ancestor;
    ancestor = known.get(ancestor.parentPid);
  }
  return undefined;
}

export function createCpuAccount(): CpuAccount {
  let known = new Map<number, ProcessStat>();
  let keptTicks = 0;
  let totalTicks = 0;

  const summarize = (): void => {
    let live = 0;
    for (const stat of known.values()) live += ticksOf(stat);
    totalTicks = Math.max(totalTicks, live + keptTicks);
  };

  return {
    update(alive) {
      const now = new Map(alive.map((stat) => [stat.pid, stat]));
      const expected = new Map<number, number>();
      for (const [pid, stat] of known) {
        if (now.get(pid)?.startTicks === stat.startTicks) continue;
        const heir = nearestLiving(stat, known, now);
        if (heir === undefined) keptTicks += ticksOf(stat);
        else expected.set(heir.pid, (expected.get(heir.pid) ?? 0) + ticksOf(stat));
      }
      for (const [pid, ticks] of expected) {
        const inherited = (now.get(pid)?.childrenTicks ?? 0) - (known.get(pid)?.childrenTicks ?? 0);
        keptTicks += Math.max(0, ticks - inherited);
      }
      known = now;
      summarize();
    },
    settleRoot(pid, seconds) {
      const last = known.get(pid);
      keptTicks += Math.max(seconds * TICKS_PER_SECOND, last === undefined ? 0 : ticksOf(last));
      known.delete(pid);
      summarize();
    },
    lastTicks: (pid) => {
      const last = known.get(pid);
      return last === undefined ? 0 : ticksOf(last);
    },
    totalTicks: () => totalTicks,
  };
}

/**
 * Shares `total` among several workers that were reaped together, when only the sum is known: each gets
 * what it was last seen with, and the rest is split evenly. Same unit in and out; the sum is at least `total`.
 */
export function shareReapedTime(total: number, lastSeen: readonly number[]): number[] {
  const seen = lastSeen.reduce((sum, each) => sum + each, 0);
  const rest = Math.max(0, total - seen) / Math.max(1, lastSeen.length);
  return lastSeen.map((each) => each + rest);
}
