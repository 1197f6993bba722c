/**
 * The known name that a mistyped word most likely means, for "did you mean" hints. Pure.
 */

/**
 * The closest of `names` to `wanted`, or `undefined` when none is close enough to be worth a hint.
 * Case does not count. A name that starts with the word (or the other way round) is close; otherwise at most
 * one edit per three characters of the word (at least one), where an edit is a character inserted, removed,
 * changed, or swapped with its neighbour. The first of equally close names wins.
 */
export function closestName(wanted: string, names: Iterable<string>): string | undefined {
  const word = wanted.toLowerCase();
  const allowed = Math.max(1, Math.floor(word.length / 3));
  let best: string | undefined;
  let bestDistance = allowed + 1;
  for (const name of names) {
    const candidate = name.toLowerCase();
    const distance = Math.min(prefixDistance(word, candidate), editDistance(word, candidate, bestDistance));
    if (distance < bestDistance) [best, bestDistance] = [name, distance];
  }
  return best;
}

/** Just below one edit when one word of at least three characters starts the other; otherwise infinite. */
function prefixDistance(word: string, candidate: string): number {
  const isPrefix = word.length >= 3 && candidate.length >= 3 && (candidate.startsWith(word) || word.startsWith(candidate));
  return isPrefix ? 0.5 : Infinity;
}

/**
 * Edits from `from` to `to` with neighbours swapped counted once (optimal string alignment distance).
 * Gives up with Infinity where the lengths alone differ by `limit` or more: a long text from outside costs nothing.
 */
function editDistance(from: string, to: string, limit: number): number {
  if (Math.abs(from.length - to.length) >= limit) return Infinity;
  let beforePrevious: number[] = [];
  let previous = Array.from({ length: to.length + 1 }, (_, column) => column);
  for (let row = 1; row <= from.length; row++) {
    const current = [row];
    for (let column = 1; column <= to.length; column++) {
      const changed = from[row - 1] === to[column - 1] ? 0 : 1;
      let edits = Math.min(previous[column]! + 1, current[column - 1]! + 1, previous[column - 1]! + changed);
      if (row > 1 && column > 1 && from[row - 1] === to[column - 2] && from[row - 2] === to[column - 1]) {
        edits = Math.min(edits, beforePrevious[column - 2]! + 1);
      }
      current.push(edits);
    }
    [beforePrevious, previous] = [previous, current];
  }
  return previous[to.length]!;
}
