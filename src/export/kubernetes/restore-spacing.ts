/**
 * Blanks before comments and between brackets, which the YAML writer makes uniform, as they were. Pure.
 */

function normalize(line: string): string {
  return line
    .trimEnd()
    .replaceAll(/(?<=\S)[ \t]+/g, ' ')
    .replaceAll(/(?<=[[{]) | (?=[\]}])/g, '');
}

/** `written`, with each line that differs from one of `original` in blanks only as it was there. */
export function restoreSpacing(original: string, written: string): string {
  const lines = new Map<string, string[]>();
  for (const line of original.split('\n').toReversed()) {
    const key = normalize(line);
    const same = lines.get(key);
    if (same === undefined) lines.set(key, [line]);
    else same.push(line);
  }
  const take = (line: string) => lines.get(normalize(line))?.pop();
  const restored: string[] = [];
  for (const line of written.split('\n')) {
    // A comment behind the key of a list is written below it.
    const key = restored.at(-1);
    const joined = key?.endsWith(':') === true && /^ *#/.test(line) ? take(`${key} ${line.trim()}`) : undefined;
    if (joined === undefined) restored.push(take(line) ?? line);
    else restored[restored.length - 1] = joined;
  }
  return withoutNewGap(original, restored.join('\n'));
}

/** The writer puts a blank line before a comment at the end. */
function withoutNewGap(original: string, text: string): string {
  return /\n[ \t]*\r?\n(?:#[^\n]*\n?)+$/.test(original) ? text : text.replace(/\n\n((?:#[^\n]*\n?)+)$/, '\n$1');
}
