/**
 * "Did you mean": the known name closest to a mistyped one. Pure.
 */

/**
 * The candidate with the smallest Damerau-Levenshtein distance (insert, delete, change, swap neighbours)
 * to `word`, letter case ignored; the first one among equals. `undefined` when none is within a third of
 * the length (at least 1, so that `-w` style names of one letter get no guesses: those need an exact match);
 * then the first one that starts with the word, if that has at least three characters (`openblas`).
 */
export function closestName(word: string, candidates: Iterable<string>): string | undefined {
  const names = [...candidates];
  const wanted = word.toLowerCase();
  const [best] = closestNames(word, names, 1);
  return best ?? names.find((name) => wanted.length >= 3 && name.toLowerCase().startsWith(wanted));
}

/** All candidates with that smallest distance, in their order, at most `limit`. */
export function closestNames(word: string, candidates: Iterable<string>, limit: number): string[] {
  const wanted = word.toLowerCase();
  let best: string[] = [];
  let bestDistance = Infinity;
  for (const candidate of candidates) {
    const allowed = Math.min(bestDistance, Math.floor((Math.max(wanted.length, candidate.length) + 1) / 3));
    if (Math.abs(wanted.length - candidate.length) > allowed) continue;
    const distance = editDistance(wanted, candidate.toLowerCase());
    if (distance > allowed) continue;
    best = distance < bestDistance ? [candidate] : [...best, candidate];
    bestDistance = distance;
  }
  return best.slice(0, limit);
}

/** Optimal string alignment distance: a pair of neighbours may be swapped, once. */
function editDistance(from: string, to: string): number {
  let beforeLast: number[] = [];
  let last = Array.from({ length: to.length + 1 }, (_, column) => column);
  for (let row = 1; row <= from.length; row += 1) {
    const current = [row];
    for (let column = 1; column <= to.length; column += 1) {
      const same = from[row - 1] === to[column - 1];
      let cost = Math.min(at(last, column) + 1, at(current, column - 1) + 1, at(last, column - 1) + (same ? 0 : 1));
      if (row > 1 && column > 1 && from[row - 1] === to[column - 2] && from[row - 2] === to[column - 1]) {
        cost = Math.min(cost, at(beforeLast, column - 2) + 1);
      }
      current.push(cost);
    }
    beforeLast = last;
    last = current;
  }
  return at(last, to.length);
}

function at(row: readonly number[], column: number): number {
  return row[column] ?? Infinity;
}
