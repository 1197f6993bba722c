/**
 * JSON with the place of every key. `JSON.parse` tells neither lines nor, on many errors, any position. Pure.
 */
import { positionAt, syntaxError } from './config-document.ts';
import type { ConfigDocument, KeyPath } from './config-document.ts';

/** Deeper than any config; keeps hostile text from exhausting the stack. */
const MAX_DEPTH = 100;
const BLANKS = /[ \t\n\r]*/y;
const STRING = /"(?:[^"\\\u0000-\u001F]|\\(?:["\\/bfnrt]|u[0-9A-Fa-f]{4}))*"/y;
const LITERAL = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null/y;

class UnexpectedText extends Error {
  readonly offset: number;
  constructor(what: string, offset: number) {
    super(what);
    this.offset = offset;
  }
}

/** Reads text from left to right and notes where each key and item starts. */
class JsonReader {
  readonly offsets = new Map<string, number>();
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  readAll(): unknown {
    const value = this.#readValue([]);
    this.#skip(BLANKS);
    if (this.#at < this.#text.length) throw new UnexpectedText('expected nothing behind the value', this.#at);
    return value;
  }

  #readValue(path: KeyPath): unknown {
    this.#skip(BLANKS);
    if (path.length > MAX_DEPTH) throw new UnexpectedText('nested too deeply', this.#at);
    if (this.#take('{')) return this.#readObject(path);
    if (this.#take('[')) return this.#readArray(path);
    const token = this.#skip(STRING) ?? this.#skip(LITERAL);
    if (token === undefined) throw new UnexpectedText('expected a value', this.#at);
    return JSON.parse(token);
  }

  #readObject(path: KeyPath): unknown {
    const entries = new Map<string, unknown>();
    if (this.#takeAfterBlanks('}')) return {};
    do {
      this.#skip(BLANKS);
      const offset = this.#at;
      const token = this.#skip(STRING);
      if (token === undefined) throw new UnexpectedText('expected a key in double quotes', offset);
      const key = JSON.parse(token) as string;
      if (entries.has(key)) throw new UnexpectedText(`the key \`${key}\` is there twice`, offset);
      this.offsets.set(JSON.stringify([...path, key]), offset);
      if (!this.#takeAfterBlanks(':')) throw new UnexpectedText('expected `:`', this.#at);
      entries.set(key, this.#readValue([...path, key]));
    } while (this.#takeAfterBlanks(','));
    if (!this.#take('}')) throw new UnexpectedText('expected `,` or `}`', this.#at);
    // fromEntries makes an own property even of `__proto__`.
    return Object.fromEntries(entries);
  }

  #readArray(path: KeyPath): unknown {
    const items: unknown[] = [];
    if (this.#takeAfterBlanks(']')) return items;
    do {
      this.#skip(BLANKS);
      this.offsets.set(JSON.stringify([...path, items.length]), this.#at);
      items.push(this.#readValue([...path, items.length]));
    } while (this.#takeAfterBlanks(','));
    if (!this.#take(']')) throw new UnexpectedText('expected `,` or `]`', this.#at);
    return items;
  }

  #takeAfterBlanks(character: string): boolean {
    this.#skip(BLANKS);
    return this.#take(character);
  }

  #take(character: string): boolean {
    if (this.#text[this.#at] !== character) return false;
    this.#at += 1;
    return true;
  }

  #skip(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.#at;
    const token = pattern.exec(this.#text)?.[0];
    this.#at += token?.length ?? 0;
    return token;
  }
}

/** `inside` is the path to the part that is ours. Throws CONFIG_INVALID; a key that is there twice is an error. */
export function parseJsonDocument(file: string, text: string, inside: readonly string[]): ConfigDocument {
  const reader = new JsonReader(text);
  let value: unknown;
  try {
    value = reader.readAll();
  } catch (error) {
    if (!(error instanceof UnexpectedText)) throw error;
    throw syntaxError('JSON', file, positionAt(text, error.offset), error.message);
  }
  for (const key of inside) value = isObject(value) && Object.hasOwn(value, key) ? value[key] : undefined;
  return {
    value,
    lineOf: (path) => {
      for (let whole = [...inside, ...path]; whole.length > 0; whole = whole.slice(0, -1)) {
        const offset = reader.offsets.get(JSON.stringify(whole));
        if (offset !== undefined) return positionAt(text, offset).line;
      }
      return 1;
    },
  };
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
