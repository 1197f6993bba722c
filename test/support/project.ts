/** Where the project lies, seen from a built test file. */
import { existsSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

function findProjectRoot(): string {
  let directory = dirname(fileURLToPath(import.meta.url));
  while (!existsSync(join(directory, 'package.json'))) directory = dirname(directory);
  return directory;
}

export const PROJECT_ROOT = findProjectRoot();
/** `ONEPROCPOOL_TEST_PROGRAM` names another program with the same behaviour: the single-file executable. */
const OTHER_PROGRAM = process.env['ONEPROCPOOL_TEST_PROGRAM'];
export const PROGRAM = OTHER_PROGRAM === undefined ? join(PROJECT_ROOT, 'bin/oneprocpool') : resolve(OTHER_PROGRAM);

/** Whether the program under test is the single-file executable. */
export const IS_EXECUTABLE = OTHER_PROGRAM !== undefined;

/** For tests of what only the npm package has: its sh shim, its files, the Node.js that runs it. */
export const notOfTheExecutable = IS_EXECUTABLE ? 'only the npm package has this; the executable is under test' : false;

/** For tests of what only the executable has. */
export const notOfThePackage = IS_EXECUTABLE ? false : 'only the executable has this; the npm package is under test';
