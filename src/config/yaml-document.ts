/**
 * YAML 1.2 as data with the place of every key; loaded only for a YAML file. Pure.
 */
import { syntaxError } from './config-document.ts';
import type { ConfigDocument, KeyPath } from './config-document.ts';
import { isMap, isScalar, isSeq, LineCounter, parseDocument } from './yaml-library.ts';
import { findReferenceProblem } from './yaml-references.ts';

// For the editor of Kubernetes manifests.
export * from './yaml-library.ts';

/**
 * Core schema: no tags that run or build anything (an unknown tag is an error), no merge keys.
 * An empty file is an empty config. Throws CONFIG_INVALID with line and column.
 */
export function parseYamlDocument(file: string, text: string): ConfigDocument {
  const lineCounter = new LineCounter();
  const parsed = attempt(file, () =>
    // The parser compares each key with all others of its map.
    parseDocument(text, { lineCounter, schema: 'core', prettyErrors: false, logLevel: 'silent', uniqueKeys: false }),
  );
  const [error] = [...parsed.errors, ...parsed.warnings];
  const problem =
    error === undefined
      ? attempt(file, () => findReferenceProblem(parsed.contents))
      : { message: error.message, offset: error.pos[0] };
  if (problem !== undefined) {
    const { line, col } = lineCounter.linePos(problem.offset);
    throw syntaxError('YAML', file, { line, column: col }, firstLine(problem.message));
  }
  // The aliases are counted already.
  const value: unknown = attempt(file, () => parsed.toJS({ maxAliasCount: -1 }) as unknown);
  return {
    value: value ?? {},
    lineOf: (path) => lineCounter.linePos(findOffset(parsed.contents, path)).line,
  };
}

/** The parser throws itself for what it cannot hold: text that is too deep (RangeError). */
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
