/**
 * Whether a process that carries the mark of a run can descend from its workers. Uses `FilePort` on procfs.
 *
 * The kernel gives an orphan to the nearest subreaper among its ancestors, or to init: for what the workers leave
 * behind that is the launcher, an ancestor of the launcher, or PID 1. Below any other process that is older than the
 * workers, the mark was handed over (`at`, a job queue, a service manager), and the job belongs to whoever started it.
 * Source: https://github.com/torvalds/linux/blob/v6.1/kernel/exit.c#L598 (`find_new_reaper`)
 */
import type { FilePort } from '../host/ports.ts';
import { parseProcessStat, type ProcessStat } from './process-stat.ts';

const INIT = 1;

/** `undefined` when the process is gone or hidden. */
export function readProcessStat(files: FilePort, pid: number): ProcessStat | undefined {
  const text = files.readText(`/proc/${pid}/stat`);
  return text === undefined ? undefined : parseProcessStat(text);
}

/** PIDs that a new parent of an orphan may have: `pid` itself, its living ancestors as far as they can be seen, and init. */
function possibleReapers(files: FilePort, pid: number): Set<number> {
  const pids = new Set([INIT]);
  for (let next = pid; next > 0 && !pids.has(next); next = readProcessStat(files, next)?.parentPid ?? 0) pids.add(next);
  return pids;
}

/**
 * @param lineage.startTicks start of the first worker: what is older descends from none.
 * @param lineage.reaperPid who adopts the orphans, where that is known.
 */
export function canDescend(
  files: FilePort,
  stat: ProcessStat,
  lineage: { readonly ownPid: number; readonly reaperPid: number | undefined; readonly startTicks: number },
): boolean {
  const { ownPid, reaperPid, startTicks } = lineage;
  const reapers = reaperPid === undefined ? possibleReapers(files, ownPid) : new Set([reaperPid, ownPid]);
  for (let current = stat; current.startTicks >= startTicks;) {
    if (reapers.has(current.parentPid)) return true;
    const parent = readProcessStat(files, current.parentPid);
    // One that ended has left the process to a reaper. One that cannot be seen is no worker.
    const next = parent ?? readProcessStat(files, current.pid);
    if (next === undefined || (parent === undefined && next.parentPid === current.parentPid)) return false;
    current = next;
  }
  return false;
}

/** Now, on the clock of start times. Source: https://man7.org/linux/man-pages/man5/proc_uptime.5.html */
export function readNowTicks(files: FilePort): number | undefined {
  const seconds = /^([0-9]+)\.([0-9]{2}) /.exec(files.readText('/proc/uptime') ?? '');
  return seconds === null ? undefined : Number(seconds[1]) * 100 + Number(seconds[2]);
}
