/**
 * The kinds of values that options take: how to parse one, how to describe it in words, and its JSON Schema. Pure.
 */
import {
  MAX_CPUS,
  parseAssignment,
  parseCpuAmount,
  parseDurationMs,
  parsePath,
  parseReserve,
  parseWholeNumber,
} from './parse-values.ts';
import type { Reserve } from './parse-values.ts';
import { parseSignal } from './signal-names.ts';

export type JsonSchema = Readonly<Record<string, unknown>>;

export interface ValueType<Value> {
  /** Completes "Expected `--workers` to be ...". */
  readonly expected: string;
  /** A value that parses, for hints. */
  readonly example: string;
  /** All values there are, when they can be listed. */
  readonly choices?: readonly string[];
  /** `undefined` when the text is not of this type. */
  readonly parse: (text: string) => Value | undefined;
  /** Of the value in a config file. */
  readonly schema: JsonSchema;
}

/** One of the words, exactly as written. */
export function choice<const Word extends string>(...words: readonly [Word, ...Word[]]): ValueType<Word> {
  return {
    expected: `one of ${words.join(', ')}`,
    example: words[0],
    choices: words,
    parse: (text) => words.find((word) => word === text),
    schema: { enum: words },
  };
}

/** 1 to `max`. */
export function wholeNumber(max: number): ValueType<number> {
  return {
    expected: `a whole number from 1 to ${max}`,
    example: '4',
    parse: (text) => parseWholeNumber(text, max),
    schema: { type: 'integer', minimum: 1, maximum: max },
  };
}

/** 0 to 255. */
const STATUS = '(0|[1-9][0-9]?|1[0-9][0-9]|2[0-4][0-9]|25[0-5])';

export const exitStatus: ValueType<number> = {
  expected: 'an exit status from 0 to 255',
  example: '143',
  parse: (text) => (/^(?:0|[1-9][0-9]{0,2})$/.test(text) && Number(text) <= 255 ? Number(text) : undefined),
  schema: {
    anyOf: [
      { type: 'integer', minimum: 0, maximum: 255 },
      { type: 'string', pattern: `^${STATUS}(,${STATUS})*$` },
    ],
  },
};

/** A value of `type`, or the word. */
export function orWord<Value, const Word extends string>(type: ValueType<Value>, word: Word): ValueType<Value | Word> {
  return {
    expected: `${type.expected} or \`${word}\``,
    example: type.example,
    choices: [word],
    parse: (text) => (text === word ? word : type.parse(text)),
    schema: { anyOf: [type.schema, { const: word }] },
  };
}

export const cpuAmount: ValueType<number> = {
  expected: 'a number of CPUs above 0, such as 2, 1.5 or 1500m',
  example: '1.5',
  parse: parseCpuAmount,
  schema: {
    anyOf: [
      { type: 'number', exclusiveMinimum: 0, maximum: MAX_CPUS },
      { type: 'string', pattern: '^(\\d{1,9}m|\\d{1,9}(\\.\\d+)?|\\.\\d+)$' },
    ],
  },
};

export const reserve: ValueType<Reserve> = {
  expected: 'a number of CPUs such as 1 or 500m, or a share below 100% such as 10%',
  example: '10%',
  parse: parseReserve,
  schema: {
    anyOf: [
      { type: 'number', minimum: 0, maximum: MAX_CPUS },
      { type: 'string', pattern: '^(\\d{1,9}m|\\d{1,9}(\\.\\d+)?|\\.\\d+|\\d{1,2}(\\.\\d{1,3})?%)$' },
    ],
  },
};

/** In milliseconds. */
export const duration: ValueType<number> = {
  expected: 'a time up to 24h, such as 500ms, 10s or 2m',
  example: '10s',
  parse: parseDurationMs,
  schema: {
    anyOf: [
      { type: 'number', minimum: 0, maximum: 86_400 },
      { type: 'string', pattern: '^\\d{1,9}(\\.\\d{1,3})?(ms|s|m|h)?$' },
    ],
  },
};

export const signal: ValueType<NodeJS.Signals> = {
  expected: 'a signal such as SIGTERM, INT or 15',
  example: 'SIGTERM',
  parse: parseSignal,
  schema: { anyOf: [{ type: 'string', pattern: '^([Ss][Ii][Gg])?[A-Za-z0-9]+$' }, { enum: [1, 2, 3, 6, 9, 14, 15] }] },
};

/** Path of a file or directory. */
export function path(what: string): ValueType<string> {
  return {
    expected: `the name of a ${what}`,
    example: what === 'directory' ? '/mnt/host' : 'run.json',
    parse: parsePath,
    schema: { type: 'string', minLength: 1 },
  };
}

/** Id of a preset; whether there is such a preset is checked where the presets are known. */
export const presetId: ValueType<string> = {
  expected: 'the id of a preset',
  example: 'openblas',
  parse: (text) => (/^[A-Za-z0-9][A-Za-z0-9._-]*$/.test(text) ? text : undefined),
  schema: { type: 'string', pattern: '^[A-Za-z0-9][A-Za-z0-9._-]*$' },
};

export const assignment: ValueType<readonly [name: string, value: string]> = {
  expected: 'a variable as NAME=VALUE, the name of letters, digits and _',
  example: 'OMP_PROC_BIND=close',
  parse: parseAssignment,
  schema: { type: 'string', pattern: '^[A-Za-z_][A-Za-z0-9_]*=' },
};
