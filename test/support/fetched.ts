import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { PROJECT_ROOT } from './project.ts';

/** The path of what a script below tools/ has fetched or made before; `undefined` when it has not. */
export function findFetched(script: string): string | undefined {
  const { status, stdout } = spawnSync(join(PROJECT_ROOT, 'tools', script), ['--cached'], { encoding: 'utf8' });
  return status === 0 ? stdout.trim() : undefined;
}
