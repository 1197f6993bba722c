/**
 * CPU time of workers that we reaped. Node.js does not tell it, but the kernel adds it to the children's
 * time in our own `stat`, exact to the last tick and with all that the worker itself waited for.
 * Reads go through FilePort.
 */
import type { FilePort } from '../host/ports.ts';
import { type CpuAccount, shareReapedTime } from './cpu-account.ts';
import { parseStat, type ProcessStat, readStat, TICKS_PER_SECOND } from './procfs.ts';

export interface RunningRoot {
  readonly pid: number;
  readonly account: CpuAccount;
}

export interface ReapedTime {
  /**
   * Settles `root`, which has just ended, and every other of `running` that was reaped in the same moment:
   * only the sum of those is known. Returns what was settled.
   */
  settle(root: RunningRoot, running: readonly RunningRoot[]): readonly RunningRoot[];
}

/** `accounts`: of all workers, also of those that have ended and left orphans, which may have become our children. */
export function createReapedTime(files: FilePort, accounts: () => Iterable<CpuAccount>): ReapedTime {
  const readOwn = (): ProcessStat | undefined => parseStat(files.readText('/proc/self/stat') ?? '');
  let ticks = readOwn()?.childrenTicks ?? 0;
  return {
    settle(root, running) {
      const gone = running.filter(({ pid }) => pid !== root.pid && !files.exists(`/proc/${pid}`));
      const batch = [root, ...gone];
      const looked = new Map<number, boolean>();
      const hasEnded = ({ pid, startTicks }: ProcessStat): boolean => {
        const known = looked.get(pid) ?? readStat(files, pid)?.startTicks !== startTicks;
        looked.set(pid, known);
        return known;
      };
      const own = readOwn();
      const roots = new Set(running.concat(root).map(({ pid }) => pid));
      let adopted = 0;
      for (const account of accounts())
        adopted += account.takeAdopted(own?.pid ?? 0, (stat) => !roots.has(stat.pid) && hasEnded(stat));
      const now = own?.childrenTicks ?? ticks;
      const total = Math.max(0, now - ticks - adopted);
      ticks = now;
      const ends = batch.map(({ pid, account }) => account.endRoot(pid, hasEnded));
      const shares = shareReapedTime(
        total,
        ends.map(({ lastTicks }) => lastTicks),
      );
      ends.forEach((end, at) => end.settle((shares[at] ?? 0) / TICKS_PER_SECOND));
      return batch;
    },
  };
}
