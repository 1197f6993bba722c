/**
 * Finds every living process that descends from the workers, orphans included. Uses `FilePort` on procfs.
 *
 * Without a subreaper the kernel gives orphans to init, so the way back through parents is cut. Three
 * things still tell them: a parent that was known while it lived, the run's mark in their environment (lineage.ts),
 * and that they were given to the launcher. A process group does not: the workers may share that of the launcher, and
 * with it the shell's pipeline.
 */
import type { ClockPort, FilePort } from '../host/ports.ts';
import { createExecWatch } from './exec-watch.ts';
import { canDescend, readNowTicks, readProcessStat } from './lineage.ts';
import { notePreExistingChildren, type PreExistingChildren } from './pre-existing-children.ts';
import { isAlive, type ProcessStat } from './process-stat.ts';

/** PID and start time: together they name one process for ever, while a PID alone is given out again. */
export interface ProcessIdentity {
  readonly pid: number;
  readonly startTicks: number;
}

/**
 * - `undecided`: a stranger unless its parent turns out to be a member.
 * - `elusive`: gone before it could be looked at, or an orphan without a recognisable state; there may be more.
 */
type Kinship = 'member' | 'stranger' | 'undecided' | 'elusive';

export interface DescendantFinder {
  /** Takes a worker in; nothing happens when it has gone already. */
  addWorker(pid: number): void;
  /** The same for workers that are known by PID and start time. */
  addWorkers(processes: Iterable<ProcessIdentity>): void;
  /** Takes in processes that somebody else has seen in the tree. */
  addKnown(processes: Iterable<ProcessIdentity>): void;
  /**
   * All living members. `onNew` is called for each as soon as it is found, so that it can be stopped before
   * it starts more.
   */
  find(onNew?: (process: ProcessIdentity) => void): ProcessIdentity[];
  /** Whether this very process is still alive. */
  isLiving(process: ProcessIdentity): boolean;
}

/** In a run shorter than this the kernel cannot have gone around all PIDs (32768 of them by default). */
const SHORT_RUN_NS = 1_000_000_000n;

/** How long is looked for a child of ours that always ends before it can be stopped. */
const LONGEST_CHASE_NS = 2_000_000_000n;
/** The kernel may leave one out of the list when another goes at that moment. */
const EMPTY_LISTS = 3;
/** How long is looked for others when a scan has met elusive ones. */
const CHASE_NS = 30_000_000n;
/** How often at least: a busy machine may take our CPU away for longer than that. */
const FEWEST_ROUNDS = 20;
const LOOKS_PER_ROUND = 50;

const INIT = 1;
const PID = /^[1-9][0-9]*$/;

export function createDescendantFinder(input: {
  readonly files: FilePort;
  readonly clock: ClockPort;
  readonly ownPid: number;
  /** PID that adopts orphans of this container; `null` when it is not ours. */
  readonly adopterPid: number | null;
  /** Text that the environment of every member contains, unless a member cleared it. */
  readonly mark: string;
  /** Whose child an orphan becomes, other processes beside it; absent: init. */
  readonly heirPid?: number;
  /** Given when every orphan becomes our child: takes leave of those that have ended. */
  readonly reap?: () => void;
  /** Our own helpers, asked for again and again. */
  readonly strangers?: () => readonly number[];
  /** The run has begun before this moment, as for a watchdog; absent: the first worker is not started yet. */
  readonly isLate?: boolean;
}): DescendantFinder {
  const { files, clock, ownPid, adopterPid, mark, heirPid = INIT, strangers = () => [] } = input;
  const members = new Map<number, number>();
  const startedNs = clock.nowNs();
  const { isLate = false } = input;
  const ownTicks = readStat(ownPid)?.startTicks ?? 0;
  // What is older than the first worker descends from none.
  let firstTicks = isLate ? undefined : Math.max(ownTicks, readNowTicks(files) ?? 0);
  let preExisting: PreExistingChildren | undefined;
  // PID 1 ends everybody in any case, and asks before.
  if (adopterPid === ownPid && ownPid !== INIT) preExisting = notePreExistingChildren(files, ownChildren() ?? []);
  const mayGetEnvironment = createExecWatch(clock);

  function readStat(pid: number): ProcessStat | undefined {
    return readProcessStat(files, pid);
  }

  function isSame(stat: ProcessStat | undefined, startTicks: number | undefined): boolean {
    return stat !== undefined && stat.startTicks === startTicks && isAlive(stat);
  }

  /** PID given out last. Source: proc_loadavg(5), man-pages 6.9, fifth field; of the own PID namespace. */
  function newestPid(): number {
    return Number(files.readText('/proc/loadavg')?.trim().split(' ')[4]);
  }

  /** PIDs that may be members, newest first: those that start new processes are among the newest. */
  function candidates(): number[] {
    const pids = (files.listDirectory('/proc') ?? []).filter((name) => PID.test(name)).map(Number);
    const onlyHigher = !isLate && newestPid() >= ownPid && clock.nowNs() - startedNs < SHORT_RUN_NS;
    return pids.filter((pid) => pid !== ownPid && (!onlyHigher || pid > ownPid)).sort((a, b) => b - a);
  }

  /** Nobody but a descendant gets into the process group or session of a worker or of what it started. */
  function isLedByMember({ processGroup, session }: ProcessStat): boolean {
    return [processGroup, session].some((leader) => {
      const startTicks = members.get(leader);
      return startTicks !== undefined && (readStat(leader)?.startTicks ?? startTicks) === startTicks;
    });
  }

  function hasKnownParent(stat: ProcessStat): boolean {
    if (stat.parentPid === adopterPid) {
      return preExisting?.any !== true || (!preExisting.has(stat.pid) && isLedByMember(stat));
    }
    const parentStart = members.get(stat.parentPid);
    return parentStart !== undefined && isSame(readStat(stat.parentPid), parentStart);
  }

  function judge(
    pid: number,
  ): { kinship: 'stranger' | 'elusive' } | { kinship: 'member' | 'undecided'; stat: ProcessStat } {
    const stat = readStat(pid);
    if (stat === undefined) return { kinship: members.has(pid) ? 'stranger' : 'elusive' };
    const startTicks = firstTicks ?? ownTicks;
    if (stat.startTicks < startTicks || pid === adopterPid || strangers().includes(pid)) return { kinship: 'stranger' };
    const isKnown = members.get(pid) === stat.startTicks;
    if (!isAlive(stat)) return { kinship: !isKnown && stat.parentPid === heirPid ? 'elusive' : 'stranger' };
    if (isKnown || hasKnownParent(stat)) return { kinship: 'member', stat };
    const environ = files.readText(`/proc/${pid}/environ`);
    if (environ?.includes(mark) === true) {
      const descends = canDescend(files, stat, { ownPid, reaperPid: input.heirPid, startTicks });
      return descends ? { kinship: 'member', stat } : { kinship: 'stranger' };
    }
    // In the middle of an exec a process has no environment for a moment.
    const isElusive = environ === '' && stat.parentPid === heirPid && mayGetEnvironment(stat);
    return isElusive ? { kinship: 'elusive' } : { kinship: 'undecided', stat };
  }

  /**
   * A process that forks and ends at once has always gone when a scan comes to it. The kernel tells the
   * newest PID, and that one still lives.
   */
  function lookAtNewest(look: (pid: number) => unknown): void {
    for (let looks = 0, last = 0; looks < LOOKS_PER_ROUND; looks += 1) {
      const newest = newestPid();
      if (newest !== last) look(newest);
      last = newest;
    }
  }

  /** PIDs; `null` where the kernel does not tell. */
  function ownChildren(): number[] | null {
    const text = files.readText(`/proc/${ownPid}/task/${ownPid}/children`);
    const pids = text?.split(' ').filter((word) => PID.test(word));
    return pids?.map(Number).filter((pid) => !strangers().includes(pid) && preExisting?.has(pid) !== true) ?? null;
  }

  /**
   * Where orphans become our children nobody gets away: one that forks and ends at once leaves us the next one.
   * Looks until `isFound`, or until no child may be a member.
   */
  function lookAtChildren(look: (pid: number) => Kinship, isFound: () => boolean): void {
    const deadline = clock.nowNs() + LONGEST_CHASE_NS;
    for (let empty = 0; empty < EMPTY_LISTS && clock.nowNs() < deadline;) {
      input.reap?.();
      const pids = ownChildren();
      if (pids === null) return;
      const possible = pids.map(look).filter((kinship) => kinship === 'member' || kinship === 'elusive');
      empty = possible.length === 0 ? empty + 1 : 0;
      if (isFound()) return;
    }
  }

  function addWorkers(processes: Iterable<ProcessIdentity>): void {
    for (const { pid, startTicks } of processes) {
      members.set(pid, startTicks);
      firstTicks = Math.min(firstTicks ?? startTicks, startTicks);
    }
  }

  return {
    addWorker(pid) {
      const stat = readStat(pid);
      if (stat !== undefined) addWorkers([stat]);
    },
    addWorkers,
    addKnown(processes) {
      for (const { pid, startTicks } of processes) {
        if (startTicks >= (firstTicks ?? ownTicks)) members.set(pid, startTicks);
      }
    },
    find(onNew) {
      const found = new Map<number, ProcessIdentity>();
      const take = ({ pid, startTicks }: ProcessStat): void => {
        const isNew = members.get(pid) !== startTicks;
        members.set(pid, startTicks);
        found.set(pid, { pid, startTicks });
        if (isNew) onNew?.({ pid, startTicks });
      };
      const undecided = new Map<number, ProcessStat>();
      const look = (pid: number): Kinship => {
        const judgement = judge(pid);
        if (judgement.kinship === 'member') take(judgement.stat);
        if (judgement.kinship === 'undecided') undecided.set(pid, judgement.stat);
        return judgement.kinship;
      };
      // Children were looked at before their parents: repeat until nothing is added.
      const adopt = (): void => {
        for (let before = -1; before !== undecided.size;) {
          before = undecided.size;
          for (const stat of undecided.values()) {
            if (!found.has(stat.parentPid)) continue;
            take(stat);
            undecided.delete(stat.pid);
          }
        }
      };
      const seen = new Set<number>();
      const elusive: number[] = [];
      const scan = (): void => {
        for (const pid of candidates().filter((candidate) => !seen.has(candidate))) {
          seen.add(pid);
          if (look(pid) === 'elusive') elusive.push(pid);
        }
        adopt();
      };
      scan();
      // The elusive may have left children that were not listed yet. Those who find somebody come again anyway.
      const deadline = clock.nowNs() + CHASE_NS;
      for (let rounds = 0; elusive.length > 0 && found.size === 0; rounds += 1) {
        if (rounds >= FEWEST_ROUNDS && clock.nowNs() >= deadline) break;
        lookAtNewest(look);
        scan();
      }
      elusive.forEach(look);
      if (input.reap !== undefined && found.size === 0) lookAtChildren(look, () => found.size > 0);
      return [...found.values()];
    },
    isLiving: ({ pid, startTicks }) => isSame(readStat(pid), startTicks),
  };
}
