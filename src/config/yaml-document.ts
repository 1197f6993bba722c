/**
 * YAML 1.2 as data with the place of every key. The one importer of `yaml`; loaded only for a YAML file. Pure.
 */
import { isMap, isScalar, isSeq, LineCounter, parseDocument } from 'yaml';
import { syntaxError } from './config-document.ts';
import type { ConfigDocument, KeyPath } from './config-document.ts';

// For the editor of Kubernetes manifests.
export { isMap, isScalar, isSeq, LineCounter, parseDocument };
export { isAlias, isPair, Pair, Parser, Scalar, visit, YAMLMap, YAMLSeq } from 'yaml';
export { stringifyString } from 'yaml/util';
export type { Alias, CST, Document, ScalarTag } from 'yaml';

/** Enough for hand-written files; more is an attack on memory ("billion laughs"). */
const MAX_ALIASES = 50;

/**
 * Core schema: no tags that run or build anything (an unknown tag is an error), no merge keys.
 * An empty file is an empty config. Throws CONFIG_INVALID with line and column.
 */
export function parseYamlDocument(file: string, text: string): ConfigDocument {
  const lineCounter = new LineCounter();
  const parsed = attempt(file, () =>
    parseDocument(text, { lineCounter, schema: 'core', prettyErrors: false, logLevel: 'silent' }),
  );
  const problem = parsed.errors[0] ?? parsed.warnings[0];
  if (problem !== undefined) {
    const { line, col } = lineCounter.linePos(problem.pos[0]);
    throw syntaxError('YAML', file, { line, column: col }, firstLine(problem.message));
  }
  const value: unknown = attempt(file, () => parsed.toJS({ maxAliasCount: MAX_ALIASES }) as unknown);
  return {
    value: value ?? {},
    lineOf: (path) => lineCounter.linePos(findOffset(parsed.contents, path)).line,
  };
}

/** The parser throws itself for what it cannot hold: too deep (RangeError), too many aliases (ReferenceError). */
function attempt<Result>(file: string, action: () => Result): Result {
  try {
    return action();
  } catch (error) {
    throw syntaxError(
      'YAML',
      file,
      { line: 1, column: 1 },
      firstLine(error instanceof Error ? error.message : String(error)),
    );
  }
}

function firstLine(message: string): string {
  return message.split('\n', 1)[0] ?? message;
}

/** Offset of the key or item at `path`, or of its nearest parent. */
function findOffset(contents: unknown, path: KeyPath): number {
  let node = contents;
  let offset = 0;
  for (const segment of path) {
    if (isMap(node)) {
      const pair = node.items.find(({ key }) => isScalar(key) && String(key.value) === segment);
      if (pair === undefined) break;
      if (isScalar(pair.key)) offset = pair.key.range?.[0] ?? offset;
      node = pair.value;
    } else if (isSeq(node) && typeof segment === 'number') {
      node = node.items[segment];
      if (hasRange(node)) offset = node.range[0];
    } else {
      break;
    }
  }
  return offset;
}

function hasRange(node: unknown): node is { range: readonly [number, number, number] } {
  return typeof node === 'object' && node !== null && 'range' in node && Array.isArray(node.range);
}
