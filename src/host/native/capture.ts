/** Runs a helper to its end and collects what it says. */
import type { Readable } from 'node:stream';
import type { SpawnedProcess, SpawnPort, SpawnRequest } from '../ports.ts';

async function collect(stream: Readable | undefined): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream ?? []) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString('utf8');
}

export async function captureWith(
  spawn: (request: SpawnRequest) => Promise<SpawnedProcess>,
  ...[file, args, { env, timeoutMs, inheritStderr = false }]: Parameters<SpawnPort['capture']>
): ReturnType<SpawnPort['capture']> {
  const started = await spawn({
    file,
    args,
    env,
    stdin: 'ignore',
    stdout: 'pipe',
    stderr: inheritStderr ? 'inherit' : 'pipe',
    newSession: false,
  });
  const { pid } = started;
  const timer = setTimeout(() => {
    if (pid !== undefined) process.kill(pid, 'SIGKILL');
  }, timeoutMs);
  const [exit, stdout, stderr] = await Promise.all([started.exit, collect(started.stdout), collect(started.stderr)]);
  clearTimeout(timer);
  return { exit, stdout, stderr };
}
