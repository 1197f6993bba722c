/**
 * Ends the workers and all they started when the launcher dies without a chance to do so (SIGKILL, a crash).
 * Uses `SpawnPort`, `ProcessPort`, `FilePort`.
 *
 * A small sh, or our executable before its runtime has begun, waits for the end of a pipe that only the launcher holds. `PR_SET_PDEATHSIG` would be cheaper
 * and less: it reaches the workers alone and not what they started, is lost in setuid programs, and the
 * worker can see it.
 */
import type { Finding } from '../finding.ts';
import type { ProcessPort, SpawnPort, SpawnRequest } from '../host/ports.ts';
import { unwatched, unwatchedFindings, type WatchdogNeeds } from './unwatched.ts';

export interface Watchdog {
  /** `undefined` when there is none. */
  readonly pid: number | undefined;
  /** Nothing is left to watch. Resolves when the watchdog has gone. */
  dismiss(): Promise<void>;
  readonly findings: readonly Finding[];
}

/** By this name the first instructions of our executable know that they are to wait (scripts/entry/). */
const WATCHDOG_NAME = 'oneprocpool-watchdog';

/** Between two looks, in milliseconds. */
const PAUSE_MS = 100;

/** $1: the mark of the run. $2: the signal that asks. $3: looks until SIGKILL. For dash, bash and busybox sh. */
const SCRIPT = `
cd /
read -r word
family() {
  found=' '
  for file in $(grep -Fls -- "$1" /proc/[0-9]*/environ); do
    file=\${file#/proc/}
    found="$found\${file%%/*} "
  done
  more=$found
  while [ -n "$more" ]; do
    next=
    for pid in $more; do
      for file in /proc/$pid/task/*/children; do
        children=
        { read -r children <"$file"; } 2>/dev/null
        for child in $children; do
          case $found in *" $child "*) ;; *) found="$found$child " next="$next $child" ;; esac
        done
      done
    done
    more=$next
  done
}
asked=' '
looks=0
# A process is invisible for a moment while it is started: only looks in a row are believed.
empty=0
while [ $empty -lt 3 ] && [ $looks -lt $(($3 + 300)) ]; do
  family "$1"
  empty=$((empty + 1))
  for pid in $found; do
    empty=0
    [ $looks -lt $3 ] || { kill -s KILL $pid; continue; }
    case $asked in *" $pid "*) continue ;; esac
    asked="$asked$pid "
    kill -s $2 $pid
    kill -s CONT $pid
  done
  looks=$((looks + 1))
  sleep 0.1
done 2>/dev/null
`;

export interface WatchdogInput extends WatchdogNeeds {
  readonly spawner: SpawnPort;
  readonly processes: ProcessPort;
  /** Text that the environment of every descendant contains. */
  readonly mark: string;
  readonly stopSignal: NodeJS.Signals;
  readonly stopTimeoutMs: number;
}

/** Resolves as soon as it watches, or cannot. */
export async function startWatchdog(input: WatchdogInput): Promise<Watchdog> {
  if (input.adopterPid === 1) return { pid: undefined, dismiss: () => Promise.resolve(), findings: [] };
  const { pid, exit } = await input.spawner.spawn({
    ...(input.watchdogFile === null ? shWatchdog(input) : ownWatchdog(input, input.watchdogFile)),
    stdin: 'held',
    stdout: 'ignore',
    stderr: 'ignore',
    // Out of reach of Ctrl-C, and of a SIGKILL for the whole process group.
    newSession: true,
  });
  return {
    pid,
    async dismiss() {
      if (pid !== undefined) input.processes.signal(pid, 'SIGKILL');
      await exit;
    },
    findings: pid === undefined ? [unwatched('its watchdog could not be started')] : unwatchedFindings(input),
  };
}

type Program = Pick<SpawnRequest, 'file' | 'args' | 'env' | 'argv0'>;

function shWatchdog({ mark, stopSignal, stopTimeoutMs, path }: WatchdogInput): Program {
  const looks = Math.ceil(stopTimeoutMs / PAUSE_MS);
  return {
    file: '/bin/sh',
    args: ['-c', SCRIPT, WATCHDOG_NAME, mark, stopSignal.replace(/^SIG/, ''), String(looks)],
    env: { LC_ALL: 'C', ...(path === undefined ? {} : { PATH: path }) },
  };
}

function ownWatchdog({ mark, stopSignal, stopTimeoutMs }: WatchdogInput, file: string): Program {
  return { file, argv0: WATCHDOG_NAME, args: [mark, stopSignal, String(stopTimeoutMs)], env: {} };
}
