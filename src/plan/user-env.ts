/**
 * The variables that the user sets with --env: they win over every preset, and are checked first. Pure.
 */
import { OneprocpoolError } from '../errors.ts';
import type { Finding } from '../finding.ts';
import { parseInheritedCount } from '../presets/inherited-count.ts';
import type { PresetControls } from '../presets/preset.ts';
import { isAlsoValid, isCountControl } from '../presets/preset-values.ts';
import { isVariableName } from '../presets/variable-names.ts';
import { assignment, overlayFindings } from './overlay-findings.ts';
import { threadsOfSide } from './pool.ts';
import type { Pool } from './plan.ts';

/**
 * Findings for known controls above the share of a worker. Throws USAGE for a name that is none, and for a
 * known control with a value that makes libraries fail.
 */
export function checkUserEnv(
  userEnv: Readonly<Record<string, string>>,
  known: readonly PresetControls[],
  worker: { readonly pool: Pool; readonly threads: number },
): Finding[] {
  return Object.entries(userEnv).flatMap(([name, value]) => {
    if (!isVariableName(name)) {
      throw new OneprocpoolError(
        'USAGE',
        `Expected \`--env\` NAME=VALUE with the name of a variable, got ${JSON.stringify(name)}`,
        {
          hint: 'a name has letters, digits and underscores and does not start with a digit',
        },
      );
    }
    const preset = known.find(({ set }) => set.some((control) => control.variable === name && isCountControl(control)));
    const control = preset?.set.find(({ variable }) => variable === name);
    if (preset === undefined || control === undefined || isAlsoValid(control, value)) return [];
    const count = parseInheritedCount(value, control.list);
    if (count?.plain !== true) {
      throw new OneprocpoolError(
        'USAGE',
        `Expected \`--env ${name}=\` with a whole number of at least 1, got \`${assignment(name, value)}\``,
        {
          hint: 'some libraries stop on such a value; leave it out, and oneprocpool sets the right one',
        },
      );
    }
    const threads = threadsOfSide(preset.side, worker.pool, worker.threads);
    return count.threads > threads ? [overlayFindings.userAbove(name, value, threads)] : [];
  });
}
