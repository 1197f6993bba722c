/**
 * `--exec` without the sh shim: this process becomes the command. Uses the port for it.
 */
import type { WorkerPlan } from '../plan/plan.ts';
import { errorOf } from '../workers/exit-status.ts';
import type { CommandContext } from './command-context.ts';
import { explainNotStarted } from './not-started.ts';

/** Returns only where there is no port for it. Throws when the command cannot be executed. */
export async function becomeCommand(context: CommandContext, worker: WorkerPlan): Promise<void> {
  const { host, words } = context;
  const [file = '', ...args] = words;
  const env: Record<string, string> = { ...host.system.env };
  for (const name of worker.env.unset) delete env[name];
  const { cpus } = worker;
  const obstacle = host.exec?.become({ file, args, env: { ...env, ...worker.env.set }, ...(cpus && { cpus }) });
  if (obstacle === undefined) return;
  throw errorOf({ ...obstacle, message: await explainNotStarted(obstacle, context, worker.env.set) });
}
