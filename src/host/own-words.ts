/**
 * Our own arguments and environment with every byte: the runtime puts U+FFFD for bytes that are not UTF-8.
 * Uses procfs, and only when there is such a character.
 */
import { readFileSync } from 'node:fs';
import { decodeExactly } from '../text/exact-bytes.ts';

const REPLACEMENT = '\ufffd';

/** Strings of `/proc/self/cmdline` or `environ`; `undefined` without procfs. */
function readStrings(name: 'cmdline' | 'environ'): string[] | undefined {
  try {
    return decodeExactly(readFileSync(`/proc/self/${name}`))
      .split('\0')
      .slice(0, -1);
  } catch {
    return undefined;
  }
}

/** @param words the last of our own arguments, as the runtime gives them. */
export function exactWords(words: readonly string[]): readonly string[] {
  if (!words.some((word) => word.includes(REPLACEMENT))) return words;
  return readStrings('cmdline')?.slice(-words.length) ?? words;
}

/** @param env our environment, as the runtime gives it. */
export function exactVariables(env: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  const strings = Object.entries(env).some((pair) => pair.join('').includes(REPLACEMENT))
    ? readStrings('environ')
    : undefined;
  if (strings === undefined) return env;
  const pairs = strings.map((text) => ({ text, equals: text.indexOf('=') })).filter(({ equals }) => equals > 0);
  return Object.fromEntries(pairs.map(({ text, equals }) => [text.slice(0, equals), text.slice(equals + 1)]));
}
