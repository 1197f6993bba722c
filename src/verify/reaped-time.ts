/**
 * CPU time of workers that we reaped. Node.js does not tell it, but the kernel adds it to the children's
 * time in our own `stat`, exact to the last tick and with all that the worker itself waited for.
 * Reads go through FilePort.
 */
import type { FilePort } from '../host/ports.ts';
import { type CpuAccount, shareReapedTime } from './cpu-account.ts';
import { parseStat, TICKS_PER_SECOND } from './procfs.ts';

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

export function createReapedTime(files: FilePort): ReapedTime {
  // The main thread's file: `/proc/self` would do as well, but the launcher is one process for ever.
  const readTicks = (): number => parseStat(files.readText('/proc/self/stat') ?? '')?.childrenTicks ?? 0;
  let ticks = readTicks();
  return {
    settle(root, running) {
      const now = readTicks();
      const total = Math.max(0, now - ticks);
      ticks = now;
      const gone = running.filter(({ pid }) => pid !== root.pid && !files.exists(`/proc/${pid}`));
      const batch = [root, ...gone];
      const shares = shareReapedTime(
        total,
        batch.map(({ pid, account }) => account.lastTicks(pid)),
      );
      batch.forEach(({ pid, account }, at) => account.settleRoot(pid, (shares[at] ?? 0) / TICKS_PER_SECOND));
      return batch;
    },
  };
}
