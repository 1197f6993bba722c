/**
 * Demand where the kernel keeps no `schedstat` (gVisor, no CONFIG_SCHED_INFO): the most frequent number of
 * runnable threads over at least 50 looks. Bursts and short jobs are not seen. Reads go through FilePort.
 */
import type { FilePort } from '../host/ports.ts';
import { bookTree } from './demand-window.ts';
import { exceeds, MIN_WINDOW_MS, modeOf, NO_DEMAND } from './demand.ts';
import { accuse } from './process-record.ts';
import { countRunnable } from './process-snapshot.ts';
import { readThreadIds } from './procfs.ts';
import type { WorkerWatch } from './worker-watch.ts';

const MIN_LOOKS = 50;

export interface StateWindow {
  /** Looks at every process of the worker once. */
  look(watch: WorkerWatch): void;
  /** Ends the window when it is long enough. */
  closeWhenLongEnough(watch: WorkerWatch, nowMs: number): void;
}

export function createStateWindow(files: FilePort): StateWindow {
  const byProcess = new Map<string, number[]>();
  const totals: number[] = [];
  return {
    look(watch) {
      let total = 0;
      for (const { key, pid, stat } of watch.live.values()) {
        const threads = stat.threadCount > 1 ? readThreadIds(files, pid) : [pid];
        const runnable = countRunnable(files, pid, threads);
        total += runnable;
        const looks = byProcess.get(key) ?? [];
        looks.push(runnable);
        byProcess.set(key, looks);
      }
      totals.push(total);
    },
    closeWhenLongEnough(watch, nowMs) {
      const spanMs = nowMs - watch.windowOpenedMs;
      if (spanMs < MIN_WINDOW_MS || totals.length < MIN_LOOKS) return;
      for (const record of watch.live.values()) {
        const looks = byProcess.get(record.key) ?? [];
        if (looks.length < MIN_LOOKS) continue;
        const cpus = modeOf(looks);
        record.windows++;
        record.demand = { ...NO_DEMAND, cpus };
        record.peakDemandCpus = Math.max(record.peakDemandCpus, cpus);
        const { threadCount } = record.stat;
        if (exceeds(cpus, watch.limitThreads)) {
          accuse(record, { kind: 'demand', demandCpus: cpus, windowSeconds: spanMs / 1000, threadCount });
        }
        byProcess.delete(record.key);
      }
      bookTree(watch, modeOf(totals), 0, spanMs);
      totals.length = 0;
      for (const key of byProcess.keys()) if (!watch.live.has(key)) byProcess.delete(key);
      watch.windowOpenedMs = nowMs;
      watch.windowOpenedTicks = watch.account.totalTicks();
    },
  };
}
