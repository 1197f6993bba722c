/**
 * Controls that the user's configuration adds without writing a whole preset. Pure.
 */
import { OneprocpoolError } from '../errors.ts';
import type { PresetControls } from '../presets/preset.ts';
import { isValueTemplate } from '../presets/preset-values.ts';
import { checkControlName } from '../presets/variable-names.ts';

/**
 * The controls (name to value template, for example `{"MYLIB_THREADS": "{threads}"}`) as a preset; none when
 * there are none. Throws CONFIG_INVALID for a name or template that may not be used.
 */
export function extraPreset(controls: Readonly<Record<string, string>>): PresetControls[] {
  const set = Object.entries(controls).map(([variable, value]) => {
    checkControlName(variable, 'in `controls`', 'CONFIG_INVALID');
    if (!isValueTemplate(value)) {
      throw new OneprocpoolError(
        'CONFIG_INVALID',
        `Expected \`${variable}\` in \`controls\` to be a value with \`{threads}\`, got ${JSON.stringify(value)}`,
        {
          hint: 'use `{threads}` for the number of threads; braces have no other use',
        },
      );
    }
    return { variable, value, meaning: 'from the configuration' };
  });
  return set.length === 0
    ? []
    : [{ id: 'controls', name: 'controls of the configuration', tier: 'default', side: 'library', set, unset: [] }];
}
