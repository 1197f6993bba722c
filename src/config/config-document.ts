/**
 * A config file as data with places: the shape that JSON, YAML and TOML are brought to. Pure.
 */
import { basename, extname } from 'node:path';
import { OneprocpoolError } from '../errors.ts';

export type KeyPath = readonly (string | number)[];

export interface ConfigDocument {
  /** The whole file, or in package.json and pyproject.toml the part that is ours; `undefined` when that is absent. */
  readonly value: unknown;
  /** Line of a key or item, 1-based; that of the nearest parent when it cannot be told. */
  readonly lineOf: (path: KeyPath) => number;
}

/** A file and a place in it, for messages. */
export function placeIn(file: string, line: number): string {
  return `${file} line ${line}`;
}

/** Text that is not in its language. `column` is 1-based, `what` says what was expected or is wrong. */
export function syntaxError(
  language: string,
  file: string,
  at: { line: number; column: number },
  what: string,
): OneprocpoolError {
  return new OneprocpoolError(
    'CONFIG_INVALID',
    `Expected ${language}, got an error in ${file} line ${at.line} column ${at.column}: ${what}`,
    {
      hint: 'correct the file, or run with `--no-config`',
    },
  );
}

/** 1-based line and column of an offset in the text. */
export function positionAt(text: string, offset: number): { line: number; column: number } {
  const before = text.slice(0, offset).split('\n');
  return { line: before.length, column: (before.at(-1)?.length ?? 0) + 1 };
}

/** More than anybody writes by hand; as for a file that is found. */
const MAX_CHARACTERS = 1024 * 1024;

/**
 * Parses by the name of the file; without an extension it is YAML, of which JSON is a part. The YAML and
 * TOML parsers are loaded only for such a file. Throws CONFIG_INVALID with line and column.
 */
export async function parseConfigDocument(file: string, source: string): Promise<ConfigDocument> {
  if (source.length > MAX_CHARACTERS) {
    throw new OneprocpoolError('CONFIG_INVALID', `config file too large: ${file} has more than 1 MiB`, {
      hint: 'is it the right file? One with options has a few lines',
    });
  }
  const text = source.startsWith('\uFEFF') ? source.slice(1) : source;
  switch (extname(file).toLowerCase()) {
    case '.json': {
      const { parseJsonDocument } = await import('./json-document.ts');
      return parseJsonDocument(file, text, basename(file) === 'package.json' ? ['oneprocpool'] : []);
    }
    case '.toml': {
      const { parseTomlDocument } = await import('./toml-document.ts');
      return parseTomlDocument(file, text, basename(file) === 'pyproject.toml' ? ['tool', 'oneprocpool'] : []);
    }
    case '':
    case '.yaml':
    case '.yml':
      return (await import('./yaml-document.ts')).parseYamlDocument(file, text);
    default:
      throw new OneprocpoolError(
        'CONFIG_INVALID',
        `Expected a config file ending in .json, .yaml, .yml or .toml, got \`${file}\``,
        {
          hint: 'a config file is data; scripts and other formats are not read',
        },
      );
  }
}
