/**
 * What is known about one option. Pure.
 */
import type { ErrorCode } from '../errors.ts';
import type { JsonSchema } from './value-type.ts';

export const COMMAND_NAMES = [
  'run',
  'plan',
  'env',
  'export',
  'install',
  'presets',
  'demo',
  'completion',
  'help',
  'version',
] as const;
export type CommandName = (typeof COMMAND_NAMES)[number];

/** Where a value can be given. */
export type OptionLayer = 'flag' | 'environment' | 'file';

/** Headings of the help, in order. */
export const OPTION_GROUPS = [
  'CPUs and workers',
  'Libraries',
  'Running',
  'Proof',
  'Export',
  'Output',
  'Configuration',
] as const;
export type OptionGroup = (typeof OPTION_GROUPS)[number];

/** Where a text came from, for messages. */
export interface ValuePlace {
  /** As the user wrote it: `--workers`, or `workers` in a file. */
  readonly name: string;
  /** Follows the message, for example `(from ONEPROCPOOL_WORKERS)`; empty for a flag. */
  readonly from: string;
  readonly code: ErrorCode;
  /** How to give another value at this place: `--workers 4`, `ONEPROCPOOL_WORKERS=4`, `workers: 4`. */
  readonly giveInstead: (text: string) => string;
}

export interface OptionSpec<Value> {
  /** `switch` takes no value; a `list` or `map` can be given several times. */
  readonly kind: 'switch' | 'value' | 'list' | 'map';
  /** Without the dashes. */
  readonly flag: string;
  readonly short?: string;
  /** Stands for the value in help; empty for a switch. */
  readonly placeholder: string;
  readonly description: string;
  readonly group: OptionGroup;
  readonly commands: readonly CommandName[];
  readonly layers: readonly OptionLayer[];
  /** `--no-FLAG` is there too: off for a switch, "none" for a value. */
  readonly negatable: boolean;
  /** The words among the values; empty when there are none. */
  readonly choices: readonly string[];
  /** How one variable holds several values: between blanks and commas, or one a line. */
  readonly separator: RegExp;
  readonly fallback: Value;
  /** The fallback as one would write it; empty when there is none or it is "off". */
  readonly fallbackText: string;
  /** Of the value in a config file. */
  readonly schema: JsonSchema;
  /** `texts` holds one text; several only for a list or map. Throws `place.code` naming what was expected. */
  readonly parse: (texts: readonly string[], place: ValuePlace) => Value;
}

/** "Expected X to be Y, got Z (from W)". */
export function mismatch(place: ValuePlace, expected: string, found: string): string {
  const shown = found === '' ? 'an empty value' : `\`${found}\``;
  return `Expected \`${place.name}\` to be ${expected}, got ${shown}${place.from === '' ? '' : ` ${place.from}`}`;
}

/** Whether documents should offer `--no-FLAG`: only where it says more than leaving the option out. */
export function offersNegation({ kind, negatable, fallback }: OptionSpec<unknown>): boolean {
  return negatable && (kind === 'value' || fallback === true);
}
