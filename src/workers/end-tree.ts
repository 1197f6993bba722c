/**
 * Ends every process that is left of the workers' tree: asks, waits, and then kills so that even processes
 * which start others faster than they can be killed do not get away.
 */
import type { ClockPort, FilePort, ProcessPort } from '../host/ports.ts';
import type { DescendantFinder, ProcessIdentity } from './descendants.ts';
import { isAlive, parseProcessStat } from './process-stat.ts';

/** A process as a message names it. */
export interface NamedProcess {
  readonly pid: number;
  /** Short name, cut by the kernel at 15 bytes. */
  readonly name: string;
  /** One letter of proc_pid_stat(5): D is a process that is blocked in the kernel, or frozen. */
  readonly state: string;
}

export interface SweepResult {
  /** Processes that had to be told to end. */
  readonly askedCount: number;
  /** Processes that were sent SIGKILL, in this order. */
  readonly killed: readonly NamedProcess[];
  /** Processes that cannot be ended: of another user, or stuck in the kernel. */
  readonly left: readonly NamedProcess[];
}

export interface TreeEnder {
  /**
   * Sends `signal` to what is left, kills what is still there after `graceMs`, and resolves when nothing is
   * alive any more or can be ended.
   */
  end(signal: NodeJS.Signals, graceMs: number): Promise<SweepResult>;
  /** Ends the grace period of a running `end` and of all later ones. */
  hurry(): void;
  /** What the running `end` waits for. */
  awaited(): NamedProcess[];
}

/** Between two looks at the processes, in milliseconds: short at first, because most end at once. */
const FIRST_WAIT_MS = 1;
const LONGEST_WAIT_MS = 50;
/** How long a killed process may take to disappear, in milliseconds; far more than a kernel needs. */
const PATIENCE_AFTER_KILL_MS = 2_000;
/** Looks in a row for processes that are not stopped yet. Each finds those started during the one before. */
const MOST_LOOKS = 1_000;

export function createTreeEnder(input: {
  readonly finder: DescendantFinder;
  readonly processes: ProcessPort;
  readonly clock: ClockPort;
  readonly files: FilePort;
  /** Called once for each process, before it is sent a signal. */
  readonly onFound?: (process: ProcessIdentity) => void;
}): TreeEnder {
  const { finder, processes, clock, files } = input;
  const known = new Set<string>();
  let hurried = false;
  let latest: readonly ProcessIdentity[] = [];

  /** Those that are still there. */
  function named(targets: readonly ProcessIdentity[]): NamedProcess[] {
    return targets.flatMap(({ pid, startTicks }) => {
      const stat = parseProcessStat(files.readText(`/proc/${pid}/stat`) ?? '');
      const isThere = stat?.startTicks === startTicks && isAlive(stat);
      return isThere ? [{ pid, name: stat.name, state: stat.state }] : [];
    });
  }

  function send(target: ProcessIdentity, signal: NodeJS.Signals): boolean {
    if (!finder.isLiving(target)) return false;
    const key = `${target.pid}:${target.startTicks}`;
    if (!known.has(key)) input.onFound?.(target);
    known.add(key);
    return processes.signal(target.pid, signal);
  }

  /** Waits until `remaining` finds nothing, and resolves to what it found last. */
  async function untilNone(
    remaining: () => ProcessIdentity[],
    timeoutMs: number,
    isOver: () => boolean = () => false,
  ): Promise<ProcessIdentity[]> {
    const deadline = clock.nowNs() + BigInt(Math.ceil(timeoutMs * 1e6));
    for (let waitMs = FIRST_WAIT_MS; ; waitMs = Math.min(waitMs * 2, LONGEST_WAIT_MS)) {
      const found = remaining();
      if (found.length === 0 || isOver() || clock.nowNs() >= deadline) return found;
      await clock.sleep(waitMs);
    }
  }

  /** Stops all members before the first is killed: a stopped process starts no others. */
  function freeze(): ProcessIdentity[] {
    const frozen = new Set<string>();
    for (let looks = 0; looks < MOST_LOOKS; looks += 1) {
      const before = frozen.size;
      const stop = (target: ProcessIdentity): void => {
        const key = `${target.pid}:${target.startTicks}`;
        if (!frozen.has(key) && send(target, 'SIGSTOP')) frozen.add(key);
      };
      const found = finder.find(stop);
      found.forEach(stop);
      if (frozen.size === before) return found;
    }
    return finder.find();
  }

  /** Adds to `killed`; resolves to what cannot be ended. */
  async function kill(killed: Map<number, NamedProcess>): Promise<ProcessIdentity[]> {
    for (let rounds = 0; rounds < MOST_LOOKS; rounds += 1) {
      const targets = freeze();
      if (targets.length === 0) return [];
      for (const target of named(targets)) if (!killed.has(target.pid)) killed.set(target.pid, target);
      const hit = targets.filter((target) => send(target, 'SIGKILL'));
      const living = (): ProcessIdentity[] => hit.filter((target) => finder.isLiving(target));
      const stuck = await untilNone(living, PATIENCE_AFTER_KILL_MS);
      // Those that had gone before they could be killed may have left others.
      const isBeyondUs = hit.length === 0 && targets.some((target) => finder.isLiving(target));
      if (isBeyondUs || stuck.length > 0) return finder.find();
    }
    return finder.find();
  }

  return {
    async end(signal, graceMs) {
      const asked = new Set<number>();
      const askAll = (): ProcessIdentity[] => {
        const left = finder.find();
        latest = left;
        for (const target of left) {
          if (asked.has(target.pid)) continue;
          asked.add(target.pid);
          // A stopped process would notice the signal only when it goes on.
          if (send(target, signal)) processes.signal(target.pid, 'SIGCONT');
        }
        return left;
      };
      const left = hurried ? finder.find() : await untilNone(askAll, graceMs, () => hurried);
      const killed = new Map<number, NamedProcess>();
      const unkilled = left.length === 0 ? [] : await kill(killed);
      latest = [];
      return { askedCount: asked.size, killed: [...killed.values()], left: named(unkilled) };
    },
    hurry() {
      hurried = true;
    },
    awaited: () => named(latest),
  };
}
