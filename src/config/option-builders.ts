/**
 * Builders for the four kinds of options. Pure.
 * The type of a value comes from its parser; a fallback is `NoInfer`, so that it cannot widen it.
 */
import { OneprocpoolError } from '../errors.ts';
import { closestName } from '../text/closest-name.ts';
import { mismatch } from './option-spec.ts';
import type { CommandName, OptionGroup, OptionLayer, OptionSpec, ValuePlace } from './option-spec.ts';
import { parseSwitch } from './parse-values.ts';
import type { ValueType } from './value-type.ts';

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
    hint: meant === undefined ? `for example \`${place.giveInstead(type.example)}\`` : `did you mean \`${meant}\`?`,
  });
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

/** An option that can be given several times, or once with commas. */
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
    parse: (texts, place) => texts.flatMap((text) => text.split(',')).map((item) => parseItem(input.type, item, place)),
  };
}

/** `NAME=VALUE`, several times; a later one replaces an earlier one of the same name. */
export function map(
  input: Typed<readonly [name: string, value: string]>,
): OptionSpec<Readonly<Record<string, string>>> {
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
        input.type.schema,
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
