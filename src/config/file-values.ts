/**
 * Values of a config file to the texts that an option parses, so that all layers follow the same rules. Pure.
 */
import { OneprocpoolError } from '../errors.ts';
import { mismatch } from './option-spec.ts';
import type { OptionSpec, ValuePlace } from './option-spec.ts';

/** The place of a key or item inside the value. */
type PlaceInside = (key: string | number) => ValuePlace;

/** Throws `place.code` when the value is of a type that this kind of option never takes. */
export function textsOf(
  spec: OptionSpec<unknown>,
  value: unknown,
  place: ValuePlace,
  placeInside: PlaceInside,
): string[] {
  switch (spec.kind) {
    case 'switch':
      if (typeof value === 'boolean') return [String(value)];
      throw new OneprocpoolError(place.code, mismatch(place, '`true` or `false`', JSON.stringify(value)), {
        hint: `for example \`${place.giveInstead('true')}\``,
      });
    case 'value':
      return [scalarText(value, 'one value', place)];
    case 'list':
      if (!Array.isArray(value)) return [scalarText(value, 'a list of texts', place)];
      return value.map((item: unknown, index) => scalarText(item, 'a text', placeInside(index)));
    case 'map':
      return mapTexts(value, place, placeInside);
  }
}

function mapTexts(value: unknown, place: ValuePlace, placeInside: PlaceInside): string[] {
  const expected = 'names with a text or number each';
  if (typeof value === 'string') return [value];
  if (Array.isArray(value)) return value.map((item: unknown, index) => scalarText(item, 'a text', placeInside(index)));
  if (typeof value !== 'object' || value === null) throw wrongType(place, expected, value);
  return Object.entries(value).map(
    ([name, text]) => `${name}=${scalarText(text, 'a text or number', placeInside(name))}`,
  );
}

function scalarText(value: unknown, expected: string, place: ValuePlace): string {
  if (typeof value === 'string') return value;
  if (typeof value === 'number') return String(value);
  throw wrongType(place, expected, value);
}

function wrongType(place: ValuePlace, expected: string, value: unknown): OneprocpoolError {
  // YAML and TOML have dates and true/false of their own; quotes make them text.
  const isSpecial = typeof value === 'boolean' || value instanceof Date;
  return new OneprocpoolError(place.code, mismatch(place, expected, JSON.stringify(value)), {
    hint: isSpecial ? 'to mean it as text, write it in quotes' : '`oneprocpool --help` shows what each option takes',
  });
}
