/**
 * The keys of a config file: the options that may stand there, and what only a file can hold. Pure.
 */
import { OneprocpoolError } from '../errors.ts';
import { closestName } from '../text/closest-name.ts';
import { OPTION_NAMES, OPTIONS, variableOf } from './option-specs.ts';
import type { OptionName } from './option-specs.ts';

/** Keys that are no options. `$schema` is for editors. */
export const FILE_ONLY_KEYS = ['$schema', 'controls', 'presets', 'presetFiles'] as const;
export type FileKey = OptionName | (typeof FILE_ONLY_KEYS)[number];

/** The options that a file can set. */
export const FILE_OPTIONS: readonly OptionName[] = OPTION_NAMES.filter((name) => OPTIONS[name].layers.includes('file'));

/** `stopTimeout` and `stop-timeout` are the same key. Throws CONFIG_INVALID for any other; `where` is file and line. */
export function resolveFileKey(written: string, where: string): FileKey {
  const key = written.replace(/-([a-z])/g, (_, letter: string) => letter.toUpperCase());
  const known: readonly FileKey[] = [...FILE_OPTIONS, ...FILE_ONLY_KEYS];
  const match = known.find((candidate) => candidate === key);
  if (match !== undefined) return match;
  const elsewhere = OPTION_NAMES.find((name) => name === key);
  if (elsewhere !== undefined) throw notInFile(elsewhere, where);
  const meant = closestName(key, known);
  throw new OneprocpoolError('CONFIG_INVALID', `Expected a known key, got \`${written}\` (from ${where})`, {
    hint: meant === undefined ? `known keys: ${known.join(', ')}` : `did you mean \`${meant}\`?`,
  });
}

function notInFile(name: OptionName, where: string): OneprocpoolError {
  const flag = `--${OPTIONS[name].flag}`;
  // The sh shim decides on exec mode before anything has looked for a file; the others say which file, which machine.
  return new OneprocpoolError(
    'CONFIG_INVALID',
    `Expected \`${flag}\` as a flag or variable only, got the key \`${name}\` (from ${where})`,
    {
      hint: `use \`${flag}\` or \`${variableOf(name)}\``,
    },
  );
}
