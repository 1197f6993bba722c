/**
 * Options from `ONEPROCPOOL_*` variables. An empty variable is one that is not set. Pure.
 */
import type { Finding } from '../finding.ts';
import { closestName } from '../text/closest-name.ts';
import { parseSwitch } from './parse-values.ts';
import { OPTION_NAMES, OPTIONS, variableOf } from './option-specs.ts';
import type { OptionName } from './option-specs.ts';

/** Variables of this prefix that are no options: what workers get, and what our own parts tell each other. */
const NO_OPTIONS = /^ONEPROCPOOL_(THREADS|WORKER_INDEX|WORKER_COUNT|RUN_ID|NODE|DEMO_\w+|SHIM\w*)$/;

/**
 * The value of an option in the environment; `undefined` when it is not set, empty or not for this option.
 * A list is separated by blanks or commas, `ONEPROCPOOL_ENV` by line ends. For a value that `--no-FLAG` can
 * turn off, `no` and its synonyms do the same. Throws USAGE when the text cannot be parsed.
 */
export function readVariable(
  name: OptionName,
  env: Readonly<Record<string, string>>,
): { value: unknown; variable: string } | undefined {
  const spec = OPTIONS[name];
  if (!spec.layers.includes('environment')) return undefined;
  const variable = variableOf(name);
  const text = env[variable];
  if (text === undefined || text.trim() === '') return undefined;
  if (spec.kind === 'value' && spec.negatable && parseSwitch(text) === false) return { value: null, variable };
  const several = spec.kind === 'list' || spec.kind === 'map';
  const texts = several ? text.split(spec.separator).filter((part) => part !== '') : [text];
  const value = spec.parse(texts, {
    name: `--${spec.flag}`,
    from: `(from ${variable})`,
    code: 'USAGE',
    giveInstead: (example) => `${variable}=${example}`,
  });
  return { value, variable };
}

/** Names of the variables in `env` that are options, for this launcher and not for one inside a worker. */
export function optionVariablesIn(env: Readonly<Record<string, string>>): string[] {
  const ours = Object.keys(env).filter((variable) => variable.startsWith('ONEPROCPOOL_'));
  // There are none nearly always, and the names of all options take a while at the start.
  if (ours.length === 0) return [];
  const options = OPTION_NAMES.filter((name) => OPTIONS[name].layers.includes('environment')).map(variableOf);
  return ours.filter((variable) => options.includes(variable));
}

/** One finding for each variable that is nearly the name of an option; others of our prefix are left alone. */
export function findMistypedVariables(env: Readonly<Record<string, string>>): Finding[] {
  const known = OPTION_NAMES.filter((name) => OPTIONS[name].layers.includes('environment')).map(variableOf);
  return Object.keys(env)
    .filter(
      (variable) => variable.startsWith('ONEPROCPOOL_') && !known.includes(variable) && !NO_OPTIONS.test(variable),
    )
    .flatMap((variable) => {
      // The prefix is the same for all; with it nearly everything would be close to everything.
      const meant = closestName(
        variable.slice('ONEPROCPOOL_'.length),
        known.map((other) => other.slice('ONEPROCPOOL_'.length)),
      );
      if (meant === undefined) return [];
      return [
        {
          code: 'VARIABLE_UNKNOWN',
          severity: 'warning' as const,
          message: `${variable} is not an option and was ignored`,
          hint: `did you mean ONEPROCPOOL_${meant}?`,
        },
      ];
    });
}
