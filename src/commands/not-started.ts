/**
 * Why the command was not started, as it is said to the user. Uses files.
 */
import type { WorkerExit } from '../host/ports.ts';
import type { CommandContext } from './command-context.ts';

/** Where execvp searches without PATH. Source: execvp(3), glibc 2.36. */
const DEFAULT_PATH = '/bin:/usr/bin';

/** `env` holds the variables that the user sets for the command. */
export async function explainNotStarted(
  { reason, message }: Extract<WorkerExit, { kind: 'not-started' }>,
  { host, words }: CommandContext,
  env: Readonly<Record<string, string>>,
): Promise<string> {
  const [file = ''] = words;
  if (reason !== 'not-found' || !message.startsWith('command not found')) return message;
  const { didYouMean } = await import('./nearest-commands.ts');
  const path = env['PATH'] ?? host.system.env['PATH'] ?? DEFAULT_PATH;
  return message + didYouMean(host.files, file, path, host.system.cwd);
}
