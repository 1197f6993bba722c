/**
 * Children that the launcher had before the run: the shell that became the launcher may have started them, as in
 * `exec > >(tee log); exec oneprocpool ...`. Uses `FilePort` on procfs.
 */
import type { FilePort } from '../host/ports.ts';
import { readProcessStat } from './lineage.ts';
import { isAlive } from './process-stat.ts';

export interface PreExistingChildren {
  /** Whether there were any: what they leave behind may be given to the launcher, as what the workers leave behind. */
  readonly any: boolean;
  /** Whether this PID is one of them still. */
  has(pid: number): boolean;
}

export function notePreExistingChildren(files: FilePort, pids: readonly number[]): PreExistingChildren {
  const startOf = (pid: number): number | undefined => {
    const stat = readProcessStat(files, pid);
    return stat !== undefined && isAlive(stat) ? stat.startTicks : undefined;
  };
  const starts = new Map<number, number>();
  for (const pid of pids) {
    const startTicks = startOf(pid);
    if (startTicks !== undefined) starts.set(pid, startTicks);
  }
  return {
    any: starts.size > 0,
    has: (pid) => starts.has(pid) && starts.get(pid) === readProcessStat(files, pid)?.startTicks,
  };
}
