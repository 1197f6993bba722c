/**
 * Aliases and merge keys of a document: reading through them, and giving a place nodes of its own before it is changed,
 * so that no other place changes with it. Pure, but for the document it is given.
 */
import {
  isAlias,
  isMap,
  isScalar,
  isSeq,
  Pair,
  visit,
  type Document,
  YAMLMap,
  YAMLSeq,
} from '../../config/yaml-document.ts';
import { OneprocpoolError } from '../../errors.ts';

/** More than any manifest has: aliases of aliases can stand for more than fits into memory. */
const MAX_COPIED_NODES = 100_000;

const targetsOf = new WeakMap<Document, Map<unknown, unknown>>();

/** What an alias stands for; any other node is itself. */
export function follow(doc: Document, node: unknown): unknown {
  if (!isAlias(node)) return node;
  const targets = targetsOf.get(doc) ?? findTargets(doc);
  return targets.get(node);
}

/** Of all aliases, found once: they stay valid when others become copies. */
function findTargets(doc: Document): Map<unknown, unknown> {
  const [targets, anchored] = [new Map<unknown, unknown>(), new Map<string, unknown>()];
  visit(doc, (_, node) => {
    if (isAlias(node)) targets.set(node, anchored.get(node.source));
    else if ((isScalar(node) || isMap(node) || isSeq(node)) && node.anchor !== undefined)
      anchored.set(node.anchor, node);
  });
  targetsOf.set(doc, targets);
  return targets;
}

/** The value of a key of a map, its own or merged, with aliases followed. `undefined` when there is none. */
export function lookUp(doc: Document, node: unknown, ...keys: readonly string[]): unknown {
  let found = follow(doc, node);
  for (const key of keys) found = isMap(found) ? follow(doc, pairOf(doc, found, key)?.value) : undefined;
  return found;
}

/** The text of a scalar at this place; empty without one. */
export function textAt(doc: Document, node: unknown, ...keys: readonly string[]): string {
  const found = lookUp(doc, node, ...keys);
  return isScalar(found) && typeof found.value === 'string' ? found.value : '';
}

/** The items of the list at this place, with aliases followed; empty without one. */
export function itemsAt(doc: Document, node: unknown, ...keys: readonly string[]): unknown[] {
  const list = lookUp(doc, node, ...keys);
  return isSeq(list) ? list.items.map((item) => follow(doc, item)) : [];
}

function pairOf(doc: Document, map: YAMLMap, key: string, depth = 0): Pair | undefined {
  const own = map.items.find((pair) => isScalar(pair.key) && pair.key.value === key);
  if (own !== undefined || depth > 50) return own;
  for (const source of mergedMaps(doc, map)) {
    const merged = pairOf(doc, source, key, depth + 1);
    if (merged !== undefined) return merged;
  }
  return undefined;
}

function isMerge({ key }: Pair): boolean {
  return isScalar(key) && key.value === '<<' && key.type === 'PLAIN';
}

/** Of several maps, the first that has a key decides. */
function mergedMaps(doc: Document, map: YAMLMap): YAMLMap[] {
  const values = map.items.filter(isMerge).map(({ value }) => follow(doc, value));
  return values
    .flatMap((value) => (isSeq(value) ? value.items.map((item) => follow(doc, item)) : [value]))
    .filter((value) => isMap(value));
}

/** A copy without anchors, aliases, merge keys and comments. */
export function copyNode(doc: Document, node: unknown, budget = { left: MAX_COPIED_NODES }): unknown {
  budget.left -= 1;
  if (budget.left < 0) {
    throw new OneprocpoolError('CONFIG_INVALID', 'the aliases of the manifest stand for too much', {
      hint: 'write out what the alias stands for',
    });
  }
  const source = follow(doc, node);
  if (isScalar(source)) {
    const copy = source.clone() as typeof source;
    delete copy.anchor;
    delete copy.srcToken;
    copy.comment = copy.commentBefore = null;
    return copy;
  }
  if (isMap(source)) {
    const copy = new YAMLMap();
    if (source.flow !== undefined) copy.flow = source.flow;
    if (source.tag !== undefined && source.tag !== copy.tag) copy.tag = source.tag;
    copy.items = allPairs(doc, source).map(
      ({ key, value }) => new Pair(copyNode(doc, key, budget), copyNode(doc, value, budget)),
    );
    return copy;
  }
  if (isSeq(source)) {
    const copy = new YAMLSeq();
    if (source.flow !== undefined) copy.flow = source.flow;
    if (source.tag !== undefined && source.tag !== copy.tag) copy.tag = source.tag;
    copy.items = source.items.map((item) => copyNode(doc, item, budget));
    return copy;
  }
  return source;
}

/** Own pairs, then those that are merged in and not overridden. */
function allPairs(doc: Document, map: YAMLMap, depth = 0): Pair[] {
  const pairs = map.items.filter((pair) => !isMerge(pair));
  if (depth > 50) return pairs;
  for (const source of mergedMaps(doc, map)) {
    for (const pair of allPairs(doc, source, depth + 1)) {
      const isTaken = pairs.some(({ key }) => isScalar(key) && isScalar(pair.key) && key.value === pair.key.value);
      if (!isTaken) pairs.push(pair);
    }
  }
  return pairs;
}

/**
 * Makes the node at `path` and all nodes on the way to it the place's own: aliases become copies, merged pairs own
 * pairs. The nodes, from the root; the last one is that of the path, or missing when there is nothing.
 */
export function ownPath(doc: Document, path: readonly (string | number)[]): unknown[] {
  const nodes: unknown[] = [doc.contents];
  for (const step of path) {
    const parent = nodes.at(-1);
    if (isMap(parent)) {
      ownMerged(doc, parent);
      const pair = pairOf(doc, parent, String(step));
      if (pair === undefined) break;
      if (isAlias(pair.value)) pair.value = copyNode(doc, pair.value);
      nodes.push(pair.value);
    } else if (isSeq(parent) && typeof step === 'number') {
      if (isAlias(parent.items[step])) parent.items[step] = copyNode(doc, parent.items[step]);
      nodes.push(parent.items[step]);
    } else break;
  }
  return nodes;
}

function ownMerged(doc: Document, map: YAMLMap): void {
  if (!map.items.some(isMerge)) return;
  const own = map.items.filter((pair) => !isMerge(pair));
  const merged = allPairs(doc, map).slice(own.length);
  const copies = merged.map(({ key, value }) => new Pair(copyNode(doc, key), copyNode(doc, value)));
  const at = map.items.findIndex(isMerge);
  const before = map.items.slice(0, at).filter((pair) => !isMerge(pair)).length;
  map.items = [...own.slice(0, before), ...copies, ...own.slice(before)];
}

/** Replaces all aliases of these nodes by copies, and takes their anchors away: then they can be changed. */
export function detach(doc: Document, nodes: readonly unknown[]): void {
  const anchored = new Set(
    nodes.filter((node) => isMap(node) || isSeq(node)).filter(({ anchor }) => anchor !== undefined),
  );
  if (anchored.size === 0) return;
  const copies: [alias: unknown, copy: unknown][] = [];
  visit(doc, {
    Alias: (_, alias) => {
      const target = follow(doc, alias);
      if (anchored.has(target as YAMLMap)) copies.push([alias, copyNode(doc, target)]);
    },
  });
  const copyOf = new Map(copies);
  visit(doc, { Alias: (_, alias) => copyOf.get(alias) as YAMLMap | undefined });
  for (const node of anchored) delete node.anchor;
}
