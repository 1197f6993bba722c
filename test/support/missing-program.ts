/** What a test needs from the system besides Node.js. */
import { spawnSync } from 'node:child_process';

/** Why this program cannot be used here; `undefined` when it can. */
export function missingProgram(name: string): string | undefined {
  return spawnSync('sh', ['-c', 'command -v "$0"', name]).status === 0 ? undefined : `${name} is not installed`;
}
