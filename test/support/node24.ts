/** Node 24 beside the Node that runs the tests; `.ci/run` installs it from tools/node24. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { PROJECT_ROOT } from './project.ts';

/** Path of the program; `undefined` when it is not installed. */
export function findNode24(): string | undefined {
  if (process.versions.node.startsWith('24.')) return process.execPath;
  const path = join(PROJECT_ROOT, `tools/node24/node_modules/node-linux-${process.arch}/bin/node`);
  return existsSync(path) ? path : undefined;
}
