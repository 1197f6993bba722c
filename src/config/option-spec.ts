/**
 * What is known about one option, and the four builders for the kinds of options. Pure.
 * Value types come from the parser; a fallback is `NoInfer`, so that it cannot widen them.
 */
import { OneprocpoolError } from '../errors.ts';
import type { ErrorCode } from '../errors.ts';
import { closestName } from '../text/closest-name.ts';
import { parseSwitch } from './parse-values.ts';
import type { JsonSchema, ValueType } from './value-type.ts';

export const COMMAND_NAMES = ['run', 'plan', 'env', 'presets', 'demo', 'completion'] as const;
export type CommandName = (typeof COMMAND_NAMES)[number];

/** Where a value can be given. */
export type OptionLayer = 'flag' | 'environment' | 'file';

/** Headings of the help, in order. */
export const OPTION_GROUPS = ['CPUs and workers', 'Libraries', 'Running', 'Proof', 'Output', 'Configuration'] as const;
export type OptionGroup = (typeof OPTION_GROUPS)[number];

/** Where a text came from, for messages. */
export interface ValuePlace {
  /** As the user wrote it: `--workers`, or `workers` in a file. */
  readonly name: string;
  /** Follows the message, for example `(from ONEPROCPOOL_WORKERS)`; empty for a flag. */
  readonly from: string;
  readonly code: ErrorCode;
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

/** The parts that the builders take as they are. */
interface Common {
  readonly flag: string;
  readonly short?: string;
  readonly description: string;
  readonly group: OptionGroup;
  readonly commands: readonly CommandName[];
  readonly layers?: readonly OptionLayer[];
  readonly negatable?: boolean;
}

interface Typed<Value> extends Common {
  readonly type: ValueType<Value>;
  readonly placeholder: string;
}

const EVERY_LAYER: readonly OptionLayer[] = ['flag', 'environment', 'file'];
const BLANKS_OR_COMMAS = /[\s,]+/;
const LINES = /\n/;

function common(input: Common) {
  return {
    flag: input.flag,
    ...(input.short === undefined ? {} : { short: input.short }),
    description: input.description,
    group: input.group,
    commands: input.commands,
    layers: input.layers ?? EVERY_LAYER,
  };
}

/** One item of a value, list or map. */
function parseItem<Value>(type: ValueType<Value>, text: string, place: ValuePlace): Value {
  const value = type.parse(text);
  if (value !== undefined) return value;
  const meant = closestName(text, type.choices ?? []);
  throw new OneprocpoolError(place.code, mismatch(place, type.expected, text), {
    hint: meant === undefined ? `for example \`${example(place, type.example)}\`` : `did you mean \`${meant}\`?`,
  });
}

/** "Expected X to be Y, got Z (from W)". */
export function mismatch(place: ValuePlace, expected: string, found: string): string {
  return `Expected \`${place.name}\` to be ${expected}, got \`${found}\`${place.from === '' ? '' : ` ${place.from}`}`;
}

function example(place: ValuePlace, text: string): string {
  return place.name.startsWith('--') ? `${place.name} ${text}` : `${place.name}: ${text}`;
}

/** An option with a value; `fallback` when it is not given. */
export function value<Value>(
  input: Typed<Value> & { readonly fallback: NoInfer<Value>; readonly fallbackText?: string },
): OptionSpec<Value> {
  return build(input, input.fallback, input.fallbackText ?? String(input.fallback));
}

/** An option with a value that may be absent: then it is `null`. */
export function optional<Value>(input: Typed<Value>): OptionSpec<Value | null> {
  return build<Value | null>(input, null, '');
}

function build<Value>(input: Typed<Value>, fallback: Value, fallbackText: string): OptionSpec<Value> {
  return {
    ...common(input),
    kind: 'value',
    placeholder: input.placeholder,
    negatable: input.negatable ?? false,
    choices: input.type.choices ?? [],
    separator: LINES,
    fallback,
    fallbackText,
    schema: input.type.schema,
    parse: (texts, place) => parseItem(input.type, texts.at(-1) ?? '', place),
  };
}

/** An option that can be given several times. */
export function list<Value>(input: Typed<Value>): OptionSpec<readonly Value[]> {
  return {
    ...common(input),
    kind: 'list',
    placeholder: input.placeholder,
    negatable: false,
    choices: input.type.choices ?? [],
    separator: BLANKS_OR_COMMAS,
    fallback: [],
    fallbackText: '',
    schema: { anyOf: [{ type: 'array', items: input.type.schema }, input.type.schema] },
    parse: (texts, place) => texts.map((text) => parseItem(input.type, text, place)),
  };
}

/** `NAME=VALUE`, several times; a later one replaces an earlier one of the same name. */
export function map(input: Typed<readonly [name: string, value: string]>): OptionSpec<Readonly<Record<string, string>>> {
  return {
    ...common(input),
    kind: 'map',
    placeholder: input.placeholder,
    negatable: false,
    choices: [],
    separator: LINES,
    fallback: {},
    fallbackText: '',
    schema: {
      anyOf: [
        { type: 'object', additionalProperties: { type: ['string', 'number'] } },
        { type: 'array', items: input.type.schema },
      ],
    },
    parse: (texts, place) => Object.fromEntries(texts.map((text) => parseItem(input.type, text, place))),
  };
}

/** An option without a value. All but those that say otherwise can be turned off with `--no-FLAG`. */
export function toggle(input: Common & { readonly fallback: boolean }): OptionSpec<boolean> {
  return {
    ...common(input),
    kind: 'switch',
    placeholder: '',
    negatable: input.negatable ?? true,
    choices: [],
    separator: LINES,
    fallback: input.fallback,
    fallbackText: input.fallback ? 'on' : '',
    schema: { type: 'boolean' },
    parse: (texts, place) => parseItem(SWITCH, texts.at(-1) ?? '', place),
  };
}

const SWITCH: ValueType<boolean> = {
  expected: 'on or off (1, true, yes, on, 0, false, no, off)',
  example: 'true',
  choices: ['true', 'false'],
  parse: parseSwitch,
  schema: { type: 'boolean' },
};
