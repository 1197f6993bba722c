/**
 * What the parser would find too late or too slowly in a YAML document: keys that are there twice, anchors that contain
 * themselves, aliases that grow too large. Pure; linear in the size of the text.
 */
import { isAlias, isMap, isScalar, isSeq, type Alias } from './yaml-library.ts';

/** Nodes that all aliases together may stand for: more than a config needs, and no attack on memory ("billion laughs"). */
const MOST_ALIASED_NODES = 1000;
/** For hand-written files; each stands for one node at least. */
const MOST_ALIASES = 100;

export interface YamlProblem {
  readonly message: string;
  readonly offset: number;
}

interface Anchored {
  /** Number of nodes with all that its aliases stand for; `undefined` as long as it is being read. */
  size: number | undefined;
}

/** The first problem in the order of the text. */
export function findReferenceProblem(contents: unknown): YamlProblem | undefined {
  const anchors = new Map<string, Anchored>();
  let aliasCount = 0;
  let aliasedNodes = 0;
  let problem: YamlProblem | undefined;

  function resolve({ source, range }: Alias): number {
    const target = anchors.get(source);
    aliasCount += 1;
    aliasedNodes += target?.size ?? 0;
    const offset = range?.[0] ?? 0;
    if (target === undefined) problem = { message: `there is no &${source} before *${source}`, offset };
    else if (target.size === undefined) problem = { message: `&${source} contains itself`, offset };
    else if (aliasCount > MOST_ALIASES || aliasedNodes > MOST_ALIASED_NODES)
      problem = { message: `too many aliases, or too large ones: *${source} is number ${aliasCount}`, offset };
    return target?.size ?? 0;
  }

  function measureMap(items: readonly { key: unknown; value: unknown }[]): number {
    const seen = new Set<unknown>();
    let size = 1;
    for (const { key, value } of items) {
      if (problem !== undefined) return size;
      const name = isScalar(key) ? String(key.value) : key;
      if (seen.has(name)) problem = { message: `the key \`${String(name)}\` is there twice`, offset: offsetOf(key) };
      else size += measure(key) + measure(value);
      seen.add(name);
    }
    return size;
  }

  function measureItems(node: unknown): number {
    if (isMap(node)) return measureMap(node.items);
    if (!isSeq(node)) return 1;
    let size = 1;
    for (const item of node.items) if (problem === undefined) size += measure(item);
    return size;
  }

  function measure(node: unknown): number {
    if (isAlias(node)) return resolve(node);
    const anchored: Anchored = { size: undefined };
    if ((isMap(node) || isSeq(node) || isScalar(node)) && node.anchor !== undefined) anchors.set(node.anchor, anchored);
    const size = measureItems(node);
    anchored.size = size;
    return size;
  }

  measure(contents);
  return problem;
}

function offsetOf(node: unknown): number {
  return isScalar(node) ? (node.range?.[0] ?? 0) : 0;
}
