/** The shells in which bin/oneprocpool has to work. */
import { missingProgram } from './missing-program.ts';
import { IS_EXECUTABLE } from './project.ts';

/** The shells that may stand behind /bin/sh: the shim has to work in each. The executable knows none: `env` only starts it. */
export const SHELLS = IS_EXECUTABLE ? ['env'] : ['dash', 'bash', 'busybox sh'];

/** Why this shell cannot be tried here; `false` when it can. */
export function missingShell(shell: string): string | false {
  const [program = ''] = shell.split(' ');
  return missingProgram(program) ?? false;
}
