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
  /** Whether it has got this signal since then, in time of `ClockPort.nowNs`. */
  hasSeen(signalNumber: number, sinceNs: bigint): boolean;
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
const SIGKILL = 9;
/** Where it can block them all, it sees them all: none ends it. */
const ALL_SIGNALS = Array.from({ length: 64 }, (_, index) => index + 1);

export function createGroupWitness(input: WitnessInput): GroupWitness {
  const { clock, files, processes } = input;
  const isPossible = input.adopterPid !== 1 && files.exists('/proc/self/status');
  let isDismissed = false;
  const isWanted = (): boolean => !isDismissed;
  let current: SpawnedProcess | undefined;
  let latest: { readonly signalNumber: number; readonly atNs: bigint } | undefined;
  let following: Promise<void> = Promise.resolve();

  async function follow(): Promise<void> {
    for (let starts = 0; starts < MOST_STARTS && isWanted(); starts += 1) {
      current = await input.spawner.spawn(requestOf(input));
      if (!isWanted()) end();
      const exit = await current.exit;
      current = undefined;
      // What ends by itself cannot be had here.
      if (exit.kind !== 'signaled') return;
      if (exit.signalNumber !== SIGKILL) latest = { signalNumber: exit.signalNumber, atNs: clock.nowNs() };
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
      if (latest?.signalNumber === signalNumber && latest.atNs >= sinceNs) return true;
      if (current?.pid === undefined) return false;
      const isSeen = hasSignal(files.readText(`/proc/${current.pid}/status`) ?? '', signalNumber);
      // A blocked signal stays there: the next one of its kind would not be seen.
      if (isSeen) end();
      if (isSeen) latest = { signalNumber, atNs: clock.nowNs() };
      return isSeen;
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

/** Whether a process with this /proc/PID/status has the signal, or is dying. Source: proc_pid_status(5), man-pages 6.9. */
export function hasSignal(status: string, signalNumber: number): boolean {
  if (/^State:\s+[ZX]/m.test(status)) return true;
  const masks = [...status.matchAll(/^(?:SigPnd|ShdPnd):\s+([0-9a-f]+)$/gm)].map(([, mask]) => BigInt(`0x${mask}`));
  // The kernel turns a deadly signal that nobody handles into SIGKILL.
  return masks.some((mask) => [signalNumber, SIGKILL].some((number) => ((mask >> BigInt(number - 1)) & 1n) === 1n));
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
