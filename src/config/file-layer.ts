/**
 * Options, controls and presets from a config file. A wrong key or value is an error with its line. Pure.
 */
import { dirname, resolve } from 'node:path';
import { OneprocpoolError } from '../errors.ts';
import type { FoundConfig } from '../host/ports.ts';
import { parseConfigDocument, placeIn } from './config-document.ts';
import type { ConfigDocument } from './config-document.ts';
import { resolveFileKey } from './file-keys.ts';
import { checkControls } from './file-controls.ts';
import { textsOf } from './file-values.ts';
import { mismatch } from './option-spec.ts';
import type { ValuePlace } from './option-spec.ts';
import { OPTIONS } from './option-specs.ts';
import type { OptionName } from './option-specs.ts';

export interface FileSetting {
  readonly value: unknown;
  /** File and line. */
  readonly where: string;
}

export interface FileLayer {
  readonly path: string;
  readonly settings: Readonly<Partial<Record<OptionName, FileSetting>>>;
  /** Variables of the user's own, each with its template: `{threads}`, `{threads-1}` or fixed text. */
  readonly controls: Readonly<Record<string, string>>;
  /** Presets written into the file, not yet checked. */
  readonly presets: readonly FileSetting[];
  /** Absolute paths of preset files; relative ones are relative to the config file. */
  readonly presetFiles: readonly string[];
}

/** Parses and checks the whole file. Throws CONFIG_INVALID. */
export async function readFileLayer(found: FoundConfig): Promise<FileLayer> {
  const document = await parseConfigDocument(found.path, found.text);
  const settings: Partial<Record<OptionName, FileSetting>> = {};
  let controls: Readonly<Record<string, string>> = {};
  let presets: readonly FileSetting[] = [];
  let presetFiles: readonly string[] = [];
  for (const [written, value] of entriesOf(document, found.path)) {
    const place = placeOf(document, found.path, [written]);
    const placeInside = (inner: string | number): ValuePlace => placeOf(document, found.path, [written, inner]);
    const key = resolveFileKey(written, placeIn(found.path, document.lineOf([written])));
    if (key === '$schema') continue;
    if (key === 'controls') controls = checkControls(value, place, placeInside);
    else if (key === 'presets') presets = checkPresets(value, document, found.path, written);
    else if (key === 'presetFiles')
      presetFiles = checkPresetFiles(value, place).map((name) => resolve(dirname(found.path), name));
    else if (settings[key] !== undefined)
      throw new OneprocpoolError(
        'CONFIG_INVALID',
        `Expected \`${key}\` once, got it again as \`${written}\` ${place.from}`,
      );
    else
      settings[key] = {
        value: parseSetting(key, value, place, placeInside),
        where: placeIn(found.path, document.lineOf([written])),
      };
  }
  return { path: found.path, settings, controls, presets, presetFiles };
}

function entriesOf(document: ConfigDocument, file: string): [string, unknown][] {
  const { value } = document;
  // package.json or pyproject.toml named with --config, without our part.
  if (value === undefined) return [];
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return Object.entries(value);
  throw new OneprocpoolError(
    'CONFIG_INVALID',
    `Expected keys and values in ${placeIn(file, document.lineOf([]))}, got \`${JSON.stringify(value)}\``,
    {
      hint: 'for example `workers: 4`',
    },
  );
}

function placeOf(document: ConfigDocument, file: string, path: readonly (string | number)[]): ValuePlace {
  return {
    name: path.join('.'),
    from: `(from ${placeIn(file, document.lineOf(path))})`,
    code: 'CONFIG_INVALID',
    giveInstead: (text) => `${path.join('.')}: ${text}`,
  };
}

function parseSetting(
  name: OptionName,
  value: unknown,
  place: ValuePlace,
  placeInside: (key: string | number) => ValuePlace,
): unknown {
  const spec = OPTIONS[name];
  return spec.parse(textsOf(spec, value, place, placeInside), place);
}

function checkPresets(value: unknown, document: ConfigDocument, file: string, key: string): FileSetting[] {
  if (!Array.isArray(value))
    throw new OneprocpoolError(
      'CONFIG_INVALID',
      mismatch(placeOf(document, file, [key]), 'a list of presets', JSON.stringify(value)),
      { hint: '`oneprocpool presets show numexpr --json` prints one to start from' },
    );
  return value.map((preset: unknown, index) => ({
    value: preset,
    where: placeIn(file, document.lineOf([key, index])),
  }));
}

function checkPresetFiles(value: unknown, place: ValuePlace): string[] {
  const names: unknown[] = Array.isArray(value) ? value : [value];
  if (names.every((name): name is string => typeof name === 'string' && name !== '')) return names;
  throw new OneprocpoolError('CONFIG_INVALID', mismatch(place, 'a list of file names', JSON.stringify(value)), {
    hint: 'for example `presetFiles: [my-library.json]`',
  });
}
