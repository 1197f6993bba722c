/** Where the project lies, seen from a built test file. */
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

function findProjectRoot(): string {
  let directory = dirname(fileURLToPath(import.meta.url));
  while (!existsSync(join(directory, 'package.json'))) directory = dirname(directory);
  return directory;
}

export const PROJECT_ROOT = findProjectRoot();
export const PROGRAM = join(PROJECT_ROOT, 'bin/oneprocpool');
