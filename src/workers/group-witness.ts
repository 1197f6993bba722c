/**
 * Tells whether a signal was sent to oneprocpool alone or to its whole process group: then the workers, which are in the
 * same group, have it already. Uses `SpawnPort`, `ProcessPort`, the clock and procfs.
 *
 * The kernel does not tell a receiver that. So a process that does nothing sits in the group, and what reaches it
 * reached the group: a `kill` of the group, `timeout`, and systemd, which signals each process of a unit. A process
 * group for each worker would be simpler, and change more: a SIGSTOP for the group (SGE, LSF) would pass the workers by,
 * and so would the TERM of `timeout` the children of a shell script, whose trap waits for them; setsid(1) would
 * fork, and setpgid(2) fail.
 */
import type { ClockPort, FilePort, ProcessPort, SpawnedProcess, SpawnPort } from '../host/ports.ts';

export interface GroupWitness {
  /** Whether there is one now. */
  readonly isThere: boolean;
  /** Whether it has got this signal since then, in time of `ClockPort.nowNs`; `false` as well when nobody can tell. */
  hasSeen(signalNumber: number, sinceNs: bigint): boolean;
  /** This signal came, and nobody needs to know to whom: that it is there says nothing about the next one of its kind. */
  disregard(signalNumber: number): void;
  /** Empty when there is none. */
  readonly pids: () => readonly number[];
  /** Resolves when it has gone. */
  dismiss(): Promise<void>;
}

export interface WitnessInput {
  readonly spawner: SpawnPort;
  readonly processes: ProcessPort;
  readonly clock: ClockPort;
  readonly files: FilePort;
  /** PID 1 is signalled alone, and has no process group that anybody knows. */
  readonly adopterPid: number | null;
  /** Our executable; `null`: sh and cat do it. */
  readonly watchdogFile: string | null;
  /** PATH of the workers. */
  readonly path: string | undefined;
}

/** Runs that are over sooner do without. */
const START_AFTER_MS = 50;
/** A signal ends it, and another one takes its place. */
const MOST_STARTS = 1_000;
const PAUSE_MS = 5;
/** Where it can block them all, it sees them all: none ends it. */
const ALL_SIGNALS = Array.from({ length: 64 }, (_, index) => index + 1);

export function createGroupWitness(input: WitnessInput): GroupWitness {
  const { clock, files, processes } = input;
  const isPossible = input.adopterPid !== 1 && files.exists('/proc/self/status');
  let isDismissed = false;
  const isWanted = (): boolean => !isDismissed;
  let current: SpawnedProcess | undefined;
  /** When the latest signal of each number was seen. */
  const seenAtNs = new Map<number, bigint>();
  /** Numbers of which the current witness may have one that was dealt with: a blocked signal stays there. */
  const dealtWith = new Set<number>();
  let following: Promise<void> = Promise.resolve();

  async function follow(): Promise<void> {
    for (let starts = 0; starts < MOST_STARTS && isWanted(); starts += 1) {
      dealtWith.clear();
      current = await input.spawner.spawn(requestOf(input));
      if (!isWanted()) end();
      const exit = await current.exit;
      current = undefined;
      // What ends by itself cannot be had here.
      if (exit.kind !== 'signaled') return;
      if (!dealtWith.has(exit.signalNumber)) seenAtNs.set(exit.signalNumber, clock.nowNs());
      await clock.sleep(PAUSE_MS);
    }
  }

  function end(): void {
    if (current?.pid !== undefined) processes.signal(current.pid, 'SIGKILL');
  }

  function start(): void {
    following = follow();
  }

  const cancel = isPossible ? clock.after(START_AFTER_MS, start) : () => undefined;
  return {
    get isThere() {
      return current?.pid !== undefined;
    },
    hasSeen(signalNumber, sinceNs) {
      const atNs = seenAtNs.get(signalNumber);
      if (atNs !== undefined && atNs >= sinceNs) return true;
      if (current?.pid === undefined) return false;
      const isThere = hasSignal(files.readText(`/proc/${current.pid}/status`) ?? '', signalNumber);
      const isNew = isThere && !dealtWith.has(signalNumber);
      // The next one of its kind would not be seen.
      if (isThere) end();
      if (isNew) seenAtNs.set(signalNumber, clock.nowNs());
      if (isNew) dealtWith.add(signalNumber);
      return isNew;
    },
    disregard(signalNumber) {
      dealtWith.add(signalNumber);
    },
    pids: () => (current?.pid === undefined ? [] : [current.pid]),
    async dismiss() {
      isDismissed = true;
      cancel();
      end();
      await following;
    },
  };
}

/**
 * Whether a process with this /proc/PID/status has got the signal. One that it dies of stays there, until the process
 * is reaped; that it is dying tells nothing about any other. Source: proc_pid_status(5), man-pages 6.9, and
 * `complete_signal` and `get_signal` of https://git.kernel.org/pub/scm/linux/kernel/git/stable/linux.git/tree/kernel/signal.c?h=v6.1
 */
export function hasSignal(status: string, signalNumber: number): boolean {
  const masks = [...status.matchAll(/^(?:SigPnd|ShdPnd):\s+([0-9a-f]+)$/gm)].map(([, mask]) => BigInt(`0x${mask}`));
  return masks.some((mask) => ((mask >> BigInt(signalNumber - 1)) & 1n) === 1n);
}

function requestOf({ watchdogFile, path }: WitnessInput) {
  const streams = { stdin: 'held', stdout: 'ignore', stderr: 'ignore', newSession: false } as const;
  if (watchdogFile !== null) {
    // By this name our executable waits for the end of its stdin; without the mark of a run it does no more.
    return { ...streams, file: watchdogFile, argv0: 'opp-watchdog', args: [''], env: {}, blocked: ALL_SIGNALS };
  }
  // No core file from Ctrl-\ but that of the command.
  const args = ['-c', "trap '' QUIT; exec cat"];
  return { ...streams, file: '/bin/sh', args, env: path === undefined ? {} : { PATH: path } };
}
