/**
 * Ends the workers and all they started when the launcher dies without a chance to do so (SIGKILL, a crash).
 * Uses `SpawnPort`, `ProcessPort`, `FilePort`.
 *
 * A small sh, or our executable before its runtime has begun, waits for the end of a pipe that only the launcher holds. `PR_SET_PDEATHSIG` would be cheaper
 * and less: it reaches the workers alone and not what they started, is lost in setuid programs, and the
 * worker can see it.
 */
import type { Finding } from '../finding.ts';
import type { ProcessPort, SpawnedProcess, SpawnPort, SpawnRequest } from '../host/ports.ts';
import type { ProcessIdentity } from './descendants.ts';
import { parseProcessStat } from './process-stat.ts';
import { unwatched, unwatchedFindings, type WatchdogNeeds } from './unwatched.ts';
import { PAUSE_MS, WATCHDOG_SCRIPT } from './watchdog-script.ts';

export interface Watchdog {
  /** Empty when there is none. */
  readonly pids: () => readonly number[];
  /** To be called at each start of a worker: it may have an environment that does not show the mark, or that nobody may read. */
  watch(index: number, pid: number): void;
  /** The same for a process that descends from a worker; its parent may have gone. */
  watchFound(process: ProcessIdentity): void;
  /** Nothing is left to watch. Resolves when the watchdog has gone. */
  dismiss(): Promise<void>;
  readonly findings: readonly Finding[];
}

/**
 * By this name the first instructions of our executable know that they are to wait (scripts/entry/). Not ours:
 * `pkill -9 -f oneprocpool` is to end the launcher, and the watchdog then ends the rest.
 */
const WATCHDOG_NAME = 'opp-watchdog';

/** Somebody may end the watchdog, and another one takes its place. More in one run are no accident. */
const MOST_STARTS = 10;

export interface WatchdogInput extends WatchdogNeeds {
  readonly spawner: SpawnPort;
  readonly processes: ProcessPort;
  readonly workers: readonly unknown[];
  /** Text that the environment of every descendant contains. */
  readonly mark: string;
  readonly stopSignal: NodeJS.Signals;
  readonly stopTimeoutMs: number;
}

/** Resolves as soon as it watches, or cannot. */
export async function startWatchdog(input: WatchdogInput): Promise<Watchdog> {
  const findings = unwatchedFindings(input);
  // Without /proc it would find nobody.
  if (input.adopterPid === 1 || !input.files.exists('/proc/self/environ')) return noWatchdog(findings);
  const lines = new Map<number, string>();
  let found = 0;
  let isDismissed = false;
  let current: SpawnedProcess | undefined = await start(input);
  if (current.pid === undefined) return noWatchdog([unwatched('its watchdog could not be started')]);

  function note(index: number, { pid, startTicks }: ProcessIdentity): void {
    const line = `${index} ${pid}:${startTicks}\n`;
    lines.set(index, line);
    if (current?.tell?.(line) !== false) return;
    // There was no room, and what was told before has made way.
    for (const each of lines.values()) current.tell(each);
  }

  async function replaceWhenEnded(): Promise<void> {
    for (let starts = 1; current !== undefined; starts += 1) {
      const exit = await current.exit;
      const isMissed = exit.kind === 'signaled' && !isDismissed && starts < MOST_STARTS;
      current = isMissed ? await start(input) : undefined;
      for (const line of lines.values()) current?.tell?.(line);
      if (isDismissed) end();
    }
  }

  function end(): void {
    if (current?.pid !== undefined) input.processes.signal(current.pid, 'SIGKILL');
  }

  const replaced = replaceWhenEnded();
  return {
    pids: () => (current?.pid === undefined ? [] : [current.pid]),
    watch(index, pid) {
      const stat = parseProcessStat(input.files.readText(`/proc/${pid}/stat`) ?? '');
      if (stat !== undefined) note(index, stat);
    },
    watchFound(process) {
      found += 1;
      note(input.workers.length + found, process);
    },
    async dismiss() {
      isDismissed = true;
      end();
      await replaced;
    },
    findings,
  };
}

function noWatchdog(findings: readonly Finding[]): Watchdog {
  return {
    pids: () => [],
    watch: () => undefined,
    watchFound: () => undefined,
    dismiss: () => Promise.resolve(),
    findings,
  };
}

function start(input: WatchdogInput): Promise<SpawnedProcess> {
  return input.spawner.spawn({
    ...(input.watchdogFile === null ? shWatchdog(input) : ownWatchdog(input, input.watchdogFile)),
    stdin: 'held',
    stdout: 'ignore',
    stderr: 'ignore',
    // Out of reach of Ctrl-C, and of a SIGKILL for the whole process group.
    newSession: true,
  });
}

type Program = Pick<SpawnRequest, 'file' | 'args' | 'env' | 'argv0'>;

function shWatchdog({ mark, stopSignal, stopTimeoutMs, path }: WatchdogInput): Program {
  const looks = Math.ceil(stopTimeoutMs / PAUSE_MS);
  return {
    file: '/bin/sh',
    args: ['-c', WATCHDOG_SCRIPT, WATCHDOG_NAME, mark, stopSignal.replace(/^SIG/, ''), String(looks)],
    env: { LC_ALL: 'C', ...(path === undefined ? {} : { PATH: path }) },
  };
}

function ownWatchdog({ mark, stopSignal, stopTimeoutMs }: WatchdogInput, file: string): Program {
  return { file, argv0: WATCHDOG_NAME, args: [mark, stopSignal, String(stopTimeoutMs)], env: {} };
}
