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
  /** A root was reaped by us. `hasEnded` tells which processes that were alive at the last update are gone too. */
  endRoot(pid: number, hasEnded: (stat: ProcessStat) => boolean): RootEnd;
  /**
   * Time of orphans that ended as children of `adopter`, which is outside the tree, since the last question, as they
   * were last seen, in ticks: it is counted here, and in what the adopter has reaped. One that was adopted after the
   * last look at it is not told from others.
   */
  takeAdopted(adopter: number, hasEnded: (stat: ProcessStat) => boolean): number;
  /** Ticks of the whole tree so far; never falls. */
  totalTicks(): number;
}

/** A root with the processes below it that have ended: it takes over the time of those it waited for. */
export interface RootEnd {
  /** Time that they were last seen with, in ticks; 0 when unknown. */
  readonly lastTicks: number;
  /** The root used this much, with all children it waited for, in seconds. */
  settle(seconds: number): void;
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

/** Whether it is the root, or has ended below it without a living process in between that could wait for it. */
function endedWith(
  root: number,
  stat: ProcessStat,
  known: ReadonlyMap<number, ProcessStat>,
  hasEnded: (stat: ProcessStat) => boolean,
): boolean {
  let each: ProcessStat | undefined = stat;
  for (let steps = 0; each !== undefined && steps <= known.size; steps++) {
    if (each.pid === root) return true;
    if (!hasEnded(each)) return false;
    each = known.get(each.parentPid);
  }
  return false;
}

export function createCpuAccount(): CpuAccount {
  let known = new Map<number, ProcessStat>();
  let keptTicks = 0;
  /** Part of it, by the parent outside the tree that has reaped the process. */
  let adoptedTicks = new Map<number, number>();
  let totalTicks = 0;

  const summarize = (): void => {
    let live = 0;
    for (const stat of known.values()) live += ticksOf(stat);
    totalTicks = Math.max(totalTicks, live + keptTicks);
  };

  const keep = (stat: ProcessStat): void => {
    keptTicks += ticksOf(stat);
    const { parentPid } = stat;
    if (!known.has(parentPid)) adoptedTicks.set(parentPid, (adoptedTicks.get(parentPid) ?? 0) + ticksOf(stat));
  };

  return {
    update(alive) {
      const now = new Map(alive.map((stat) => [stat.pid, stat]));
      const expected = new Map<number, number>();
      for (const [pid, stat] of known) {
        if (now.get(pid)?.startTicks === stat.startTicks) continue;
        const heir = nearestLiving(stat, known, now);
        if (heir === undefined) keep(stat);
        else expected.set(heir.pid, (expected.get(heir.pid) ?? 0) + ticksOf(stat));
      }
      for (const [pid, ticks] of expected) {
        const inherited = (now.get(pid)?.childrenTicks ?? 0) - (known.get(pid)?.childrenTicks ?? 0);
        keptTicks += Math.max(0, ticks - inherited);
      }
      known = now;
      summarize();
    },
    endRoot(pid, hasEnded) {
      const ended = [...known.values()].filter((stat) => endedWith(pid, stat, known, hasEnded));
      const lastTicks = ended.reduce((sum, stat) => sum + ticksOf(stat), 0);
      return {
        lastTicks,
        settle(seconds) {
          // Less than was seen: some of them were not waited for.
          keptTicks += Math.max(seconds * TICKS_PER_SECOND, lastTicks);
          for (const stat of ended) known.delete(stat.pid);
          summarize();
        },
      };
    },
    takeAdopted(adopter, hasEnded) {
      for (const stat of [...known.values()].filter(({ parentPid }) => parentPid === adopter)) {
        if (!hasEnded(stat)) continue;
        keep(stat);
        known.delete(stat.pid);
      }
      const ticks = adoptedTicks.get(adopter) ?? 0;
      adoptedTicks = new Map();
      return ticks;
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
