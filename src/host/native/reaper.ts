/**
 * Hears of the end of processes: of those that we started, and of orphans that the kernel gave to us. Uses
 * waitpid. Many ends may come as one SIGCHLD, so that each of them is a reason to look for all.
 */
import { ptr } from 'bun:ffi';
import { libc } from './libc.ts';

const WNOHANG = 1;
const ANY = -1;

export interface Reaper {
  /** To be asked for in the same turn in which the process was started. Resolves to its status, as waitpid(2) gives it. */
  ended(pid: number): Promise<number>;
  /** Takes leave of all that have ended. */
  sweep(): void;
  /** Leaves all ends to bun while `work` starts a process through it. */
  pauseDuring<Result>(work: () => Promise<Result>): Promise<Result>;
}

export function createReaper(): Reaper {
  const waiting = new Map<number, (status: number) => void>();
  let pauses = 0;

  function sweep(): void {
    const status = new Int32Array(1);
    if (pauses > 0) return;
    for (;;) {
      const pid = libc().waitpid(ANY, ptr(status), WNOHANG);
      if (pid <= 0) return;
      waiting.get(pid)?.(status[0] ?? 0);
      waiting.delete(pid);
    }
  }

  return {
    ended: (pid) =>
      new Promise((resolve) => {
        waiting.set(pid, resolve);
      }),
    sweep,
    async pauseDuring(work) {
      pauses += 1;
      try {
        return await work();
      } finally {
        pauses -= 1;
        sweep();
      }
    },
  };
}
