/**
 * `oneprocpool install DIR`: copies this executable, for an init container that hands it to the next one.
 * Uses files and the writer.
 */
import { dirname, join } from 'node:path';
import { OneprocpoolError } from '../errors.ts';
import type { Host } from '../host/ports.ts';
import type { CommandContext } from './command-context.ts';

/**
 * Where the executable looks for libraries of its own, from its directory: in a wheel for musl, and in a copy of it.
 * The build says so to the dynamic linker (scripts/musl-libraries.mjs).
 */
const LIBRARIES_OF_WHEEL = '../libexec/oneprocpool';
const LIBRARIES_OF_COPY = 'oneprocpool.libs';

/**
 * Writes DIR/oneprocpool with mode 0555, whole or not at all, and before it the libraries that it brings along.
 * Throws UNSUPPORTED where there is no single executable, REPORT_UNWRITABLE with the system's reason.
 */
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
  const target = directory.replace(/\/+$/, '');
  copyLibraries(host, dirname(executable), `${target}/${LIBRARIES_OF_COPY}`);
  host.writer.copyExecutable(executable, `${target}/oneprocpool`);
  return 0;
}

function copyLibraries({ files, writer }: Host, home: string, target: string): void {
  for (const from of [LIBRARIES_OF_WHEEL, LIBRARIES_OF_COPY].map((each) => join(home, each))) {
    const names = files.listDirectory(from)?.filter((name) => name.includes('.so.')) ?? [];
    if (names.length === 0) continue;
    writer.createDirectory(target);
    for (const name of names) writer.copyExecutable(join(from, name), join(target, name));
    return;
  }
}
