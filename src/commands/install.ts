/**
 * `oneprocpool install DIR`: copies this executable, for an init container that hands it to the next one.
 * Uses the writer.
 */
import { OneprocpoolError } from '../errors.ts';
import type { CommandContext } from './command-context.ts';

/** Writes DIR/oneprocpool with mode 0555, whole or not at all. Throws UNSUPPORTED where there is no single executable. */
export async function installCommand({ host, words, installation }: CommandContext): Promise<number> {
  const [directory] = words;
  if (directory === undefined || words.length > 1) {
    throw new OneprocpoolError('USAGE', `Expected \`install\` to be followed by one directory, got ${words.length}`, {
      hint: 'for example `oneprocpool install /shared/bin`',
    });
  }
  const [executable] = installation.program;
  if (installation.packageRoot !== null || executable === undefined) {
    throw new OneprocpoolError('UNSUPPORTED', 'Expected the single-file executable to install, found the npm package', {
      hint: 'take the executable of a release, or `oneprocpool export sh` for a file that needs /bin/sh only',
    });
  }
  host.writer.copyExecutable(executable, `${directory.replace(/\/+$/, '')}/oneprocpool`);
  return 0;
}
