/** Runs a real command under the sampler and hands back what it measured. */
import { spawn, type ChildProcess } from 'node:child_process';
import { createClock } from '../../src/host/clock.ts';
import { createFiles } from '../../src/host/files.ts';
import type { LibraryPreset } from '../../src/presets/preset.ts';
import type { SamplingResult } from '../../src/verify/measurement.ts';
import { createSampler } from '../../src/verify/sampler.ts';

export interface LiveRun {
  readonly file: string;
  readonly args: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  readonly limitThreads: number;
  readonly presets?: readonly LibraryPreset[];
}

/** Resolves when the command has ended. */
export async function sampleRun({
  file,
  args,
  env = {},
  limitThreads,
  presets = [],
}: LiveRun): Promise<SamplingResult> {
  const sampler = createSampler({ files: createFiles(), clock: createClock(), loadPresets: async () => presets });
  const child = spawn(file, args, { stdio: 'ignore', env: { ...process.env, ...env } });
  const ended = new Promise<void>((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', () => {
      sampler.onWorkerExit(0);
      resolve();
    });
  });
  if (child.pid !== undefined) sampler.addWorker(0, child.pid, limitThreads, Object.keys(env));
  sampler.start();
  await ended;
  return sampler.stop();
}

/** Threads that do nothing but use the CPU, so that others have to wait for it. Ends with the returned call. */
export function loadMachine(program: string, threads: number): () => void {
  const load: ChildProcess = spawn(program, [String(threads), '60', 'busy'], { stdio: 'ignore' });
  return () => void load.kill('SIGKILL');
}
