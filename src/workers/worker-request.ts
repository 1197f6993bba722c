/** How a worker is asked for, so that it is what a shell would have started. Pure. */
import type { SpawnRequest } from '../host/ports.ts';
import type { GroupInput } from './group-input.ts';
import { markEnvironment, markOfWorker } from './run-mark.ts';
import { throughTrampoline } from './trampoline.ts';
import type { WorkerSpec } from './worker.ts';

export function requestOf(
  spec: WorkerSpec,
  runMark: string,
  { inherited, output, spawner }: Pick<GroupInput, 'inherited' | 'output' | 'spawner'>,
): SpawnRequest {
  const env = markEnvironment(spec.env, markOfWorker(runMark, spec.index));
  // One reader: with several, each line of the input would go to whoever is faster.
  const stdin = spec.index === 0 ? 'inherit' : 'ignore';
  const streams = output.streamsOf(spec.index);
  const closed = inherited.closed.filter((at) => [stdin, streams.stdout, streams.stderr][at] === 'inherit');
  const command = spawner.isExact === true ? spec : throughTrampoline(spec, env, { ...inherited, closed });
  return {
    ...command,
    commandFile: spec.file,
    descriptors: inherited.descriptors,
    env,
    stdin,
    ...streams,
    // The same session and process group, with or without a terminal: Ctrl-C, Ctrl-Z, /dev/tty and the
    // shell's job control work as they do without us.
    newSession: false,
  };
}
