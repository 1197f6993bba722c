/**
 * Reading and writing the text of a manifest so that what is not changed means the same to every reader. Pure.
 *
 * Scalars stay text: `0644` is octal for Kubernetes and decimal in YAML 1.2, `on` is a truth value for some readers, and
 * a number may have more digits than a double.
 */
import {
  isAlias,
  isMap,
  isScalar,
  isSeq,
  LineCounter,
  parseDocument,
  Parser,
  stringifyString,
  visit,
  type CST,
  type Document,
  type Scalar,
  type ScalarTag,
} from '../../config/yaml-document.ts';
import { OneprocpoolError } from '../../errors.ts';
import { isPlainText } from './new-nodes.ts';

export interface ManifestChunk {
  /** With comments, directives and markers. All chunks together are the text. */
  readonly text: string;
  /** 1-based, of its first line. */
  readonly line: number;
}

/** One chunk for each document. */
export function splitDocuments(text: string): ManifestChunk[] {
  const starts = [0];
  let isComplete = false;
  for (const token of new Parser().parse(text)) {
    if (isComplete && token.type !== 'doc-end' && 'offset' in token && token.offset > 0) {
      starts.push(token.offset);
      isComplete = false;
    }
    if (token.type === 'document') isComplete = true;
  }
  let line = 1;
  return starts.map((start, at) => {
    const chunk = { text: text.slice(start, starts[at + 1]), line };
    line += chunk.text.split('\n').length - 1;
    return chunk;
  });
}

/** Throws CONFIG_INVALID with the line for text that is not YAML, USAGE for a template. */
export function parseManifest({ text, line }: ManifestChunk, file: string): Document {
  const lines = new LineCounter();
  const doc = parseDocument(text, {
    lineCounter: lines,
    prettyErrors: false,
    logLevel: 'silent',
    keepSourceTokens: true,
    schema: 'failsafe',
    resolveKnownTags: false,
    // The parser compares each key with each other one of its map.
    uniqueKeys: false,
    customTags: (tags) => tags.map((tag) => (isStringTag(tag) ? { ...tag, stringify: stringifyScalar } : tag)),
  });
  const lineAt = (offset: number) => line + lines.linePos(offset).line - 1;
  const template = findTemplate(doc, text);
  if (template !== undefined) {
    throw new OneprocpoolError('USAGE', `${file}, line ${lineAt(template)}: this is a template, not yet a manifest`, {
      hint: 'render it first: `helm template RELEASE CHART | oneprocpool export k8s -f - ...`',
    });
  }
  const [error] = doc.errors;
  const problem =
    error === undefined ? (findBadAlias(doc) ?? findDuplicate(doc)) : { message: error.message, offset: error.pos[0] };
  if (problem === undefined) return doc;
  const message = problem.message.split('\n')[0] ?? '';
  throw new OneprocpoolError('CONFIG_INVALID', `invalid YAML in ${file}, line ${lineAt(problem.offset)}: ${message}`, {
    hint: 'correct the line; the YAML of the whole file must be valid',
  });
}

/** An alias of nothing, or of what it stands in. */
function findBadAlias(doc: Document): { message: string; offset: number } | undefined {
  const anchored = new Map<string, unknown>();
  let found: { message: string; offset: number } | undefined;
  visit(doc, (_, node, path) => {
    if (isAlias(node)) {
      const { source, range } = node;
      const target = anchored.get(source);
      if (target !== undefined && !path.includes(target as Scalar)) return undefined;
      const what = target === undefined ? `there is no &${source} before *${source}` : `&${source} contains itself`;
      found = { message: what, offset: range?.[0] ?? 0 };
      return visit.BREAK;
    }
    if (isScalar(node) || isMap(node) || isSeq(node)) {
      if (node.anchor !== undefined) anchored.set(node.anchor, node);
    }
    return undefined;
  });
  return found;
}

/** A reader would drop one of them. */
function findDuplicate(doc: Document): { message: string; offset: number } | undefined {
  let found: { message: string; offset: number } | undefined;
  visit(doc, {
    Map: (_, { items }) => {
      const seen = new Set<unknown>();
      for (const { key } of items) {
        if (!isScalar(key)) continue;
        if (seen.has(key.value)) {
          found = { message: `the key ${String(key.value)} is there twice`, offset: key.range?.[0] ?? 0 };
          return visit.BREAK;
        }
        seen.add(key.value);
      }
      return undefined;
    },
  });
  return found;
}

function isStringTag(tag: unknown): tag is ScalarTag {
  return typeof tag === 'object' && tag !== null && 'tag' in tag && tag.tag === 'tag:yaml.org,2002:str';
}

/**
 * Where `{{ ... }}` stands for something else: `{{ .Values.x }}` is a map with a map as its key for YAML, and other
 * forms are errors. Between quotes and in blocks of text it is text.
 */
function findTemplate(doc: Document, text: string): number | undefined {
  const braces = text.search(/\{\{/);
  if (braces === -1) return undefined;
  if (doc.errors.length > 0) return braces;
  let found: number | undefined;
  visit(doc, {
    Scalar: (_, { type, source, range }) => {
      if (type !== 'PLAIN' || source?.includes('{{') !== true) return undefined;
      found = range?.[0] ?? braces;
      return visit.BREAK;
    },
    Pair: (_, { key }) => {
      if (!isMap(key) || key.flow !== true) return undefined;
      found = key.range?.[0] ?? braces;
      return visit.BREAK;
    },
  });
  return found;
}

/** Text is written as it was read: the writer would join its lines, and write characters for escapes. */
const stringifyScalar: NonNullable<ScalarTag['stringify']> = (item, context, onComment, onChompKeep) => {
  const written = stringifyString(item, context, onComment, onChompKeep);
  const token = 'srcToken' in item ? (item.srcToken as CST.Token | undefined) : undefined;
  switch (token?.type) {
    case 'scalar':
    case 'double-quoted-scalar':
    case 'single-quoted-scalar':
      return token.source;
    case 'block-scalar':
      return keepFolds(written, token);
    default:
      return item.type === 'QUOTE_DOUBLE' ? escapeBreaks(written) : written;
  }
};

/** A folded block with the line breaks that it had. */
function keepFolds(written: string, { props, source }: CST.BlockScalar): string {
  const header = props.find(({ type }) => type === 'block-scalar-header');
  if (header === undefined || !('source' in header) || !/^>[^+]*$/.test(header.source)) return written;
  const firstLine = (written.split('\n', 1)[0] ?? '').replace(/^\S+/, header.source);
  return `${firstLine}\n${source.trimEnd()}`;
}

/** From now on the writer chooses the form of each text. */
export function forgetSources(doc: Document): void {
  visit(doc, {
    Scalar: (_, node) => {
      delete node.srcToken;
    },
  });
}

/** What YAML 1.1 takes for a line break and YAML 1.2 for a character is written as an escape. */
function escapeBreaks(text: string): string {
  return text.replaceAll(
    /[\u0080-\u009F\u2028\u2029\uFEFF]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

/** Whether a reader may take it for a number, a truth value or null. */
function isUntyped({ type, value }: Scalar): boolean {
  return type === 'PLAIN' && typeof value === 'string' && !isPlainText(value);
}

/** The same for two texts that differ only in blanks, comments and the style of maps and lists. */
export function shapeOf(doc: Document): string {
  const parts: unknown[] = [];
  visit(doc, (_, node) => {
    if (isScalar(node)) parts.push(isUntyped(node) ? 'untyped' : 'text', node.value, node.tag, node.anchor);
    else if (isMap(node) || isSeq(node))
      parts.push(isMap(node) ? 'map' : 'list', node.items.length, node.tag, node.anchor);
    else if (isAlias(node)) parts.push('alias', node.source);
  });
  return JSON.stringify(parts);
}
