/**
 * Which argument means which option: `-w`, `--workers`, `--no-fail-fast`. Pure.
 */
import { OPTION_NAMES, OPTIONS } from '../config/option-specs.ts';
import type { OptionName } from '../config/option-specs.ts';

export interface FlagMeaning {
  readonly name: OptionName;
  readonly takesValue: boolean;
  /** `--no-FLAG`. */
  readonly negated: boolean;
}

/** Every form of every option, with its dashes. */
export const FLAG_MEANINGS: ReadonlyMap<string, FlagMeaning> = new Map(OPTION_NAMES.flatMap(formsOf));

function formsOf(name: OptionName): [string, FlagMeaning][] {
  const spec = OPTIONS[name];
  const meaning = { name, takesValue: spec.kind !== 'switch', negated: false };
  const forms: [string, FlagMeaning][] = [[`--${spec.flag}`, meaning]];
  if (spec.short !== undefined) forms.push([`-${spec.short}`, meaning]);
  if (spec.negatable) forms.push([`--no-${spec.flag}`, { name, takesValue: false, negated: true }]);
  return forms;
}
