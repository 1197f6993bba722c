/**
 * The `controls` of a config file: variables that presets do not know, each with a template. Pure.
 */
import { OneprocpoolError } from '../errors.ts';
import { mismatch } from './option-spec.ts';
import type { ValuePlace } from './option-spec.ts';
import { isVariableName } from './parse-values.ts';

/** Throws CONFIG_INVALID for a name no shell exports, a value that is no text, an unknown `{placeholder}`. */
export function checkControls(
  value: unknown,
  place: ValuePlace,
  placeInside: (name: string) => ValuePlace,
): Record<string, string> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw invalid(mismatch(place, 'names with a template each', JSON.stringify(value)));
  }
  return Object.fromEntries(
    Object.entries(value).map(([name, template]) => [
      checkName(name, { ...placeInside(name), name: place.name }),
      checkTemplate(template, placeInside(name)),
    ]),
  );
}

function checkName(name: string, place: ValuePlace): string {
  if (isVariableName(name)) return name;
  throw invalid(`Expected a name of letters, digits and _ in \`${place.name}\`, got \`${name}\` ${place.from}`);
}

function checkTemplate(template: unknown, at: ValuePlace): string {
  if (typeof template === 'number') return String(template);
  if (typeof template !== 'string') throw invalid(mismatch(at, 'a text such as {threads}', JSON.stringify(template)));
  const unknown = (template.match(/\{[^}]*\}/g) ?? []).find((part) => part !== '{threads}' && part !== '{threads-1}');
  if (unknown === undefined && !template.includes('\0')) return template;
  throw invalid(mismatch(at, 'text with no placeholder but {threads} and {threads-1}', unknown ?? template));
}

function invalid(message: string): OneprocpoolError {
  return new OneprocpoolError('CONFIG_INVALID', message, { hint: 'for example `MY_LIBRARY_THREADS: "{threads}"`' });
}
