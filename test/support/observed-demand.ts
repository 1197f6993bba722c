/**
 * Demand of processes measured by the test itself, without any code of the product: the number of threads
 * that run or want to run, from /proc/PID/task/TID/schedstat (`run_ns wait_ns slices`).
 * Source: https://docs.kernel.org/scheduler/sched-stats.html
 */
import { readFileSync, readdirSync } from 'node:fs';

interface Sample {
  readonly atMs: number;
  /** Time that each thread has run or wanted to run since its start, by thread. */
  readonly tasks: ReadonlyMap<string, number>;
}

export interface DemandWatch {
  /** Looks once at the given processes. */
  look(pids: readonly number[]): void;
  /** Highest mean demand over at least the window, by PID; processes seen for less than that are left out. */
  peaks(keep: (command: string) => boolean): Map<number, number>;
}

/**
 * `windowMs`: the kernel counts a wait when it ends, and who waits in a throttled cgroup waits for tenths of a second:
 * with many processes in a small quota a second is too short. A wait from before a window that ends in it may add to
 * more than the window, on a busy machine too: one thread wants one CPU at most.
 */
export function createDemandWatch(windowMs = 1000): DemandWatch {
  const samples = new Map<number, Sample[]>();
  const commands = new Map<number, string>();
  return {
    look(pids) {
      for (const pid of pids) {
        const command = readOr(`/proc/${pid}/cmdline`, '').replaceAll('\0', ' ');
        if (command !== '') commands.set(pid, command);
        const atMs = performance.now();
        samples.set(pid, [...(samples.get(pid) ?? []), { atMs, tasks: new Map(readTasks(pid)) }]);
      }
    },
    peaks(keep) {
      const wanted = [...samples].filter(([pid]) => keep(commands.get(pid) ?? ''));
      return new Map(
        wanted.flatMap(([pid, seen]) => (peak(seen, windowMs) === undefined ? [] : [[pid, peak(seen, windowMs) ?? 0]])),
      );
    },
  };
}

function readTasks(pid: number): [string, number][] {
  try {
    return readdirSync(`/proc/${pid}/task`).map((tid) => {
      const [run = 0, wait = 0] = readOr(`/proc/${pid}/task/${tid}/schedstat`, '').split(' ').map(Number);
      return [`${pid}/${tid}`, run + wait];
    });
  } catch {
    return []; // The process ended between two looks.
  }
}

function readOr(path: string, fallback: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return fallback; // The process or thread ended between two looks.
  }
}

function peak(seen: readonly Sample[], windowMs: number): number | undefined {
  const means = seen.flatMap((from, i) => {
    const to = seen.slice(i).find(({ atMs }) => atMs - from.atMs >= windowMs);
    return to === undefined ? [] : [meanDemand(from, to)];
  });
  return means.length === 0 ? undefined : Math.max(...means);
}

/** Threads that ended in between are left out. */
function meanDemand(from: Sample, to: Sample): number {
  const spanNs = (to.atMs - from.atMs) * 1e6;
  const times = [...to.tasks].map(([task, ns]) => Math.min(spanNs, ns - (from.tasks.get(task) ?? 0)));
  return times.reduce((sum, ns) => sum + ns, 0) / spanNs;
}
