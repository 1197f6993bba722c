/**
 * The check of a preset that comes from outside (a user's configuration, a new file). Pure.
 * It accepts exactly what `schemas/preset.schema.json` accepts; a test holds the two together.
 */
import { amount, exactly, flag, listOf, nullOr, object, oneOf, record, reject, text, wholeNumber, type Place } from './json-shape.ts';
import type { LibraryPreset, PresetTier } from './preset.ts';
import { VALUE_TEMPLATE_PATTERN } from './preset-values.ts';
import { REFUSED_NAME_PATTERN, VARIABLE_NAME_PATTERN } from './variable-names.ts';

const TIERS: readonly PresetTier[] = ['default', 'conditional', 'on-demand', 'never-alone', 'no-control'];

const sentence = text('^\\S(.*\\S)?$', 'one line of text without space around it');
const variable = text(
  `^(?!${REFUSED_NAME_PATTERN.slice(1)})${VARIABLE_NAME_PATTERN.slice(1)}`,
  'the name of a variable that bounds a thread pool',
  'letters, digits and underscores; names that decide what code runs (PATH, LD_PRELOAD, NODE_OPTIONS, ...) are refused',
);
const word = text('^([ -z|~]|\\{n\\})+$', 'printable text, with `{n}` for any whole number');

const condition = object({}, { minThreads: wholeNumber, maxThreads: wholeNumber, spinningHurts: flag });

const failure = object({ how: sentence }, { maxThreads: wholeNumber });

const control = object(
  {
    variable,
    value: text(
      VALUE_TEMPLATE_PATTERN,
      'a value that may hold `{threads}` and `{threads-1}`',
      'use `{threads}` for the number; `{threads-1}` alone is refused, because it would write 0 for one thread',
    ),
    meaning: sentence,
  },
  { when: condition, alsoValid: listOf(word), list: oneOf(['levels', 'pools']), optionList: flag, ceilingOf: variable, soft: object({}, { variable, absentOnAllCpus: flag }), failure },
);

const verification = object(
  {
    version: sentence,
    date: text('^[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])$', 'a date as YYYY-MM-DD'),
    variable: nullOr(variable),
    demandCpus: record('^(unset|[1-9][0-9]*)$', '`unset`, `1`, `2`, ...', amount),
  },
  { note: sentence },
);

const preset = object(
  {
    id: text('^[a-z0-9]+(-[a-z0-9]+)*$', 'an id in kebab-case'),
    name: sentence,
    tier: oneOf(TIERS),
    side: oneOf(['library', 'application']),
    languages: listOf(sentence),
    set: listOf(control),
    unset: listOf(object({ variable, reason: sentence }, { onlyWithSeveralWorkers: exactly(true), harmless: listOf(word), turnedOffBy: variable })),
    precedence: sentence,
    readAt: sentence,
    unsetDefault: sentence,
    detect: object({
      sonames: listOf(text('^[A-Za-z0-9_.*?+-]+(/[A-Za-z0-9_.*?+-]+)*$', 'a glob on a file name or the end of a path')),
      threadNames: listOf(text('^[!-~]([ -~]{0,13}[!-~])?$', 'a glob on a thread name of at most 15 characters')),
    }),
    traps: listOf(sentence),
    sources: listOf(
      text('^(https?://\\S+|[A-Za-z0-9_.-]+/[A-Za-z0-9_.-]+ \\S+)$', 'an https address, or a repository and a path in it (`owner/name path/to/file`)'),
    ),
    verified: listOf(verification),
  },
  { $schema: sentence, cure: sentence },
);

/**
 * The value as a preset, without `$schema`. `where` names the file or the config key it came from.
 * Throws PRESET_INVALID with the key path, what was expected and what was found.
 */
export function checkPreset(value: unknown, where: string): LibraryPreset {
  const place: Place = { where, path: '' };
  preset(value, place);
  const { $schema: _, ...checked } = value as LibraryPreset & { $schema?: string };
  checkTier(checked, place);
  if (checked.sources.length === 0) reject({ where, path: 'sources' }, 'at least one source', checked.sources);
  return checked;
}

/** What each tier asks for beyond the shape. */
function checkTier({ tier, set, cure, traps }: LibraryPreset, { where }: Place): void {
  const at = (path: string): Place => ({ where, path });
  if (tier === 'no-control') {
    if (set.length > 0) reject(at('set'), 'empty for the tier `no-control`', set);
    if (cure === undefined) reject(at('cure'), 'there for the tier `no-control`', cure, 'say what to do instead of setting a variable');
    return;
  }
  if (set.length === 0) reject(at('set'), 'not empty', set, 'a library without a variable has the tier `no-control`');
  if (tier === 'never-alone' && traps.length === 0) {
    reject(at('traps'), 'not empty for the tier `never-alone`', traps, 'say what the danger is');
  }
  const unconditional = tier === 'conditional' ? set.findIndex(({ when }) => when === undefined) : -1;
  if (unconditional >= 0) reject(at(`set[${unconditional}].when`), 'there for the tier `conditional`', undefined);
}
