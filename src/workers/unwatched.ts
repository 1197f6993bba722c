/**
 * Whether the watchdog can do its work here: then a launcher that is killed with SIGKILL leaves nothing behind.
 * Uses `FilePort`.
 */
import type { Finding } from '../finding.ts';
import type { FilePort } from '../host/ports.ts';
import { isOnPath } from './find-on-path.ts';

/** Programs that the script of the watchdog runs. */
const HELPERS = ['grep', 'sleep'];

export interface WatchdogNeeds {
  readonly files: FilePort;
  /** With our own PID 1 the kernel ends everything by itself, and nothing is needed. */
  readonly adopterPid: number | null;
  /** Our executable, where it can be its own watchdog; `null`: sh does it. */
  readonly watchdogFile: string | null;
  /** PATH of the workers. */
  readonly path: string | undefined;
}

/** One finding when something is missing; none when it can watch. */
export function unwatchedFindings({ files, adopterPid, watchdogFile, path }: WatchdogNeeds): Finding[] {
  if (adopterPid === 1) return [];
  const bySh = watchdogFile === null;
  const missing = [
    ...(!bySh || files.exists('/bin/sh') ? [] : ['/bin/sh']),
    ...(files.exists('/proc/self/environ') ? [] : ['/proc/PID/environ']),
    ...HELPERS.filter((helper) => bySh && !isOnPath(files, helper, path)).map((helper) => `\`${helper}\` on PATH`),
  ];
  return missing.length === 0 ? [] : [unwatched(`there is no ${missing.join(', no ')}`)];
}

export function unwatched(reason: string): Finding {
  return {
    code: 'UNWATCHED',
    severity: 'info',
    message: `Workers outlive a oneprocpool that is killed with SIGKILL: ${reason}`,
    hint: 'provide it, or run oneprocpool as PID 1 of a container: then the kernel ends them',
  };
}
