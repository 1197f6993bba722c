/**
 * What the command line said, option by option and not yet parsed: the first layer. Pure.
 */
import { OPTIONS } from './option-specs.ts';
import type { OptionName } from './option-specs.ts';

/** Text of the value; `true` for a switch, `false` for `--no-FLAG`; a list for what can be repeated. */
export type FlagValue = string | boolean | readonly string[];

export type Flags = Readonly<Partial<Record<OptionName, FlagValue>>>;

/** `flags` with one more occurrence: the last one wins, a repeatable option collects. */
export function addFlag(flags: Flags, name: OptionName, given: string | boolean): Flags {
  const { kind } = OPTIONS[name];
  if (typeof given !== 'string' || kind === 'switch' || kind === 'value') return { ...flags, [name]: given };
  const before = flags[name];
  return { ...flags, [name]: Array.isArray(before) ? [...(before as string[]), given] : [given] };
}
