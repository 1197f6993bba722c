/**
 * TOML as data with the line of every key. The one importer of `smol-toml`; loaded only for a TOML file. Pure.
 */
import { parse, TomlError } from 'smol-toml';
import { syntaxError } from './config-document.ts';
import type { ConfigDocument } from './config-document.ts';

/** `inside` is the path to the table that is ours. Throws CONFIG_INVALID with line and column. */
export function parseTomlDocument(file: string, text: string, inside: readonly string[]): ConfigDocument {
  let value: unknown;
  try {
    value = parse(text);
  } catch (error) {
    if (error instanceof TomlError) {
      const what = (error.message.split('\n', 1)[0] ?? '').replace(/^Invalid TOML document: /, '');
      throw syntaxError('TOML', file, error, what);
    }
    // Nested too deeply for the stack.
    throw syntaxError('TOML', file, { line: 1, column: 1 }, error instanceof Error ? error.message : String(error));
  }
  for (const key of inside) value = isTable(value) && Object.hasOwn(value, key) ? value[key] : undefined;
  const lines = findKeyLines(text);
  return {
    value,
    lineOf: (path) => {
      for (let whole = [...inside, ...path.map(String)]; whole.length > 0; whole = whole.slice(0, -1)) {
        const line = lines.get(whole.join('\0'));
        if (line !== undefined) return line;
      }
      return 1;
    },
  };
}

function isTable(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/**
 * The first line on which each table or key is named, by its path. The parser keeps no places, so the text
 * is looked through line by line; only messages depend on it. Keys inside inline tables are not found.
 */
function findKeyLines(text: string): Map<string, number> {
  const found = new Map<string, number>();
  let table: string[] = [];
  text.split('\n').forEach((line, index) => {
    const header = /^\s*\[+([^\]]+)\]/.exec(line)?.[1];
    const key = /^\s*((?:[\w-]+|"[^"]*"|'[^']*'|\s*\.\s*)+?)\s*=/.exec(line)?.[1];
    if (header !== undefined) table = splitKey(header);
    else if (key === undefined) return;
    const path = header === undefined && key !== undefined ? [...table, ...splitKey(key)] : table;
    const name = path.join('\0');
    if (!found.has(name)) found.set(name, index + 1);
  });
  return found;
}

/** `tool . "oneprocpool"` as its parts. */
function splitKey(key: string): string[] {
  return [...key.matchAll(/[\w-]+|"([^"]*)"|'([^']*)'/g)].map((match) => match[1] ?? match[2] ?? match[0]);
}
