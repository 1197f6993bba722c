/**
 * Small checks for data read from JSON, put together into the shape of a whole document. Pure.
 * Each check throws PRESET_INVALID that names the file, the key, what was expected and what was found.
 */
import { OneprocpoolError } from '../errors.ts';
import { closestName } from '../text/closest-name.ts';

/** Where a value stands: the file (or option) it came from and the key path inside, empty for the whole. */
export interface Place {
  readonly where: string;
  readonly path: string;
}

export type Check = (value: unknown, place: Place) => void;

const LONGEST_SHOWN_VALUE = 60;

/** Throws for `value` at `place`; `expected` completes "Expected KEY to be ...". */
export function reject(place: Place, expected: string, value: unknown, hint?: string): never {
  // YAML and TOML know numbers that JSON does not: NaN, infinity.
  const json = value === undefined ? 'nothing' : typeof value === 'number' ? String(value) : JSON.stringify(value);
  const shown = json.length > LONGEST_SHOWN_VALUE ? `${json.slice(0, LONGEST_SHOWN_VALUE)}...` : json;
  const key = place.path === '' ? 'the preset' : `\`${place.path}\``;
  throw new OneprocpoolError(
    'PRESET_INVALID',
    `Expected ${key} to be ${expected}, got ${shown} (in ${place.where})`,
    { hint: hint ?? '`oneprocpool presets show numexpr --json` prints a sound preset to compare with' },
  );
}

/** A string that the pattern matches. */
export function text(pattern: string, expected: string, hint?: string): Check {
  const regExp = new RegExp(pattern, 'u');
  return (value, place) => {
    if (typeof value !== 'string' || !regExp.test(value)) reject(place, expected, value, hint);
  };
}

export function oneOf(values: readonly string[]): Check {
  return (value, place) => {
    if (typeof value === 'string' && values.includes(value)) return;
    const closest = typeof value === 'string' ? closestName(value, values) : undefined;
    reject(place, `one of ${values.join(', ')}`, value, closest === undefined ? undefined : `did you mean \`${closest}\`?`);
  };
}

export function exactly(wanted: boolean): Check {
  return (value, place) => {
    if (value !== wanted) reject(place, `${wanted} or left out`, value);
  };
}

export const flag: Check = (value, place) => {
  if (typeof value !== 'boolean') reject(place, 'true or false', value);
};

export const wholeNumber: Check = (value, place) => {
  if (!Number.isInteger(value) || (value as number) < 1) reject(place, 'a whole number of at least 1', value);
};

export const amount: Check = (value, place) => {
  if (!Number.isFinite(value) || (value as number) < 0) reject(place, 'a number of at least 0', value);
};

export function nullOr(check: Check): Check {
  return (value, place) => {
    if (value !== null) check(value, place);
  };
}

export function listOf(check: Check): Check {
  return (value, place) => {
    if (!Array.isArray(value)) return reject(place, 'a list', value);
    value.forEach((item, index) => check(item, { ...place, path: `${place.path}[${index}]` }));
  };
}

/** An object whose keys the pattern matches, each with the same kind of value. */
export function record(keyPattern: string, expectedKey: string, check: Check): Check {
  const regExp = new RegExp(keyPattern, 'u');
  return (value, place) => {
    for (const [key, item] of Object.entries(asObject(value, place)) as [string, unknown][]) {
      if (!regExp.test(key)) reject(place, `an object with the keys ${expectedKey}`, { [key]: item });
      check(item, child(place, key));
    }
  };
}

/** An object with these keys and no others. */
export function object(required: Readonly<Record<string, Check>>, optional: Readonly<Record<string, Check>> = {}): Check {
  const checks = new Map([...Object.entries(required), ...Object.entries(optional)]);
  return (value, place) => {
    const entries = new Map(Object.entries(asObject(value, place)));
    for (const key of entries.keys()) {
      if (checks.has(key)) continue;
      const closest = closestName(key, [...checks.keys()].filter((known) => !entries.has(known)));
      const hint = closest === undefined ? `known keys: ${[...checks.keys()].join(', ')}` : `did you mean \`${closest}\`?`;
      reject(child(place, key), 'a known key', entries.get(key), hint);
    }
    for (const [key, check] of checks) {
      if (entries.has(key) || Object.hasOwn(required, key)) check(entries.get(key), child(place, key));
    }
  };
}

function asObject(value: unknown, place: Place): object {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return reject(place, 'an object', value);
  return value;
}

function child(place: Place, key: string): Place {
  return { ...place, path: place.path === '' ? key : `${place.path}.${key}` };
}
