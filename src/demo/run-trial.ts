/**
 * One measured run: starts the command, samples its process tree, and reads how much CPU time everything
 * took. Uses SpawnPort, ProcessPort and ClockPort.
 */
import { OneprocpoolError } from '../errors.ts';
import type { Host } from '../host/ports.ts';
import { killTree } from './kill-descendants.ts';
import type { WorkerMeasurement } from '../verify/measurement.ts';
import type { Trial } from './setups.ts';

/** Samples the tree below a process until it is stopped; what the sampler of `verify` does. */
export type StartSampling = (pid: number) => {
  stop(): Pick<WorkerMeasurement, 'peakThreadCount' | 'peakDemandCpus' | 'meanDemandCpus'> | undefined;
};

/** Long beyond any honest run; a workload that hangs must not hang the demo. */
const TIMEOUT_MS = 180_000;

const DRAIN_MS = 2000;

/** `times` is the one place where a shell tells the CPU time of ended children, the launcher's own included. */
const WITH_TIMES = '"$@"; status=$?; times; exit $status';

/**
 * User and system seconds of the ended children out of what `times` printed last: its second line,
 * `0m1.50s 0m0.25s`. `undefined` when there is no such line. A shell may write a decimal comma.
 */
export function parseTimes(stdout: string): number | undefined {
  const last = stdout.trimEnd().split('\n').at(-1) ?? '';
  const match = /^(\d+)m(\d+[.,]?\d*)s (\d+)m(\d+[.,]?\d*)s$/.exec(last);
  if (match === null) return undefined;
  const [userMinutes = 0, user = 0, systemMinutes = 0, system = 0] = match
    .slice(1)
    .map((text) => Number(text.replace(',', '.')));
  return 60 * (userMinutes + systemMinutes) + user + system;
}

/** The process that does the work, from the first line that it prints; `undefined` until the line is whole. */
export function parseWorkloadPid(stdout: string): number | undefined {
  const match = /^\{"pid": ?([1-9]\d*)\}\n/.exec(stdout);
  return match === null ? undefined : Number(match[1]);
}

interface Collected {
  text(): string;
  /** Resolves when nothing more can come. */
  readonly ended: Promise<void>;
}

function collect(stream: NodeJS.ReadableStream | undefined, onText: (all: string) => void): Collected {
  let all = '';
  const ended = new Promise<void>((resolve) => {
    if (stream === undefined) return resolve();
    stream.on('data', (chunk: Buffer | string) => {
      all += chunk.toString();
      onText(all);
    });
    stream.once('end', resolve).once('error', resolve);
  });
  return { text: () => all, ended };
}

/** Throws SPAWN_FAILED, with the end of its stderr, when the command fails. */
export async function runTrial(
  host: Host,
  input: {
    command: readonly string[];
    env: Readonly<Record<string, string>>;
    startSampling: StartSampling;
  },
): Promise<Trial> {
  let sampling: ReturnType<StartSampling> | undefined;
  const start = host.clock.nowNs();
  const child = await host.spawner.spawn({
    file: 'sh',
    args: ['-c', WITH_TIMES, 'sh', ...input.command],
    env: input.env,
    stdin: 'ignore',
    stdout: 'pipe',
    stderr: 'pipe',
    newSession: false,
  });
  const stdout = collect(child.stdout, (all) => {
    const pid = sampling === undefined ? parseWorkloadPid(all) : undefined;
    if (pid !== undefined) sampling = input.startSampling(pid);
  });
  const stderr = collect(child.stderr, () => {});
  const cancel = host.clock.after(TIMEOUT_MS, () => {
    // The tree may end by itself while it is looked at: nothing is left to do then.
    if (child.pid !== undefined) void killTree(host, child.pid).catch(() => {});
  });
  const exit = await child.exit;
  cancel();
  const wallSeconds = Number(host.clock.nowNs() - start) / 1e9;
  const measured = sampling?.stop();
  // The shell has written all it had to say, but a process that it left behind may hold the pipe open.
  await Promise.race([stdout.ended, new Promise<void>((resolve) => host.clock.after(DRAIN_MS, resolve))]);
  const cpuSeconds = parseTimes(stdout.text());
  if (exit.kind !== 'exited' || exit.status !== 0 || cpuSeconds === undefined) {
    const reason = stderr.text().trim().split('\n').slice(-5).join('\n') || JSON.stringify(exit);
    throw new OneprocpoolError(
      'SPAWN_FAILED',
      `Expected a run of the demo to end well (${input.command.slice(0, 4).join(' ')} ...), got: ${reason}`,
    );
  }
  return {
    wallSeconds,
    cpuSeconds,
    // A run that was over before the first sample has no figure, not none.
    peakThreads: measured === undefined || measured.peakThreadCount === 0 ? null : measured.peakThreadCount,
    peakDemandCpus: measured?.peakDemandCpus ?? measured?.meanDemandCpus ?? null,
  };
}
