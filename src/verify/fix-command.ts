/**
 * The command line that was given, with one option more or another value of it: to copy and run. Pure.
 */
import { oneLineWord } from '../text/one-line-word.ts';

/** How oneprocpool was called. */
export interface Invocation {
  /** Its own words, the `--` before the command included. */
  readonly ownWords: readonly string[];
  /** The command with its arguments. */
  readonly command: readonly string[];
}

/** Options that a fix gives another value; others may be given several times. */
const SINGLE: Readonly<Record<string, readonly string[]>> = {
  '-w': ['-w', '--workers'],
  '--threads': ['--threads'],
  '--pool': ['--pool'],
};
/** A longer line is not one to read in a message. */
const MAX_LENGTH = 200;

/** An assignment is one only where the command stands, and that is `oneprocpool`. */
function quoted(word: string): string {
  return /^[\w./:@%+,=-]+$/.test(word) ? word : oneLineWord(word);
}

function without(words: readonly string[], names: readonly string[]): string[] {
  const kept: string[] = [];
  for (let at = 0; at < words.length; at += 1) {
    const word = words[at] ?? '';
    if (names.includes(word)) at += 1;
    else if (!names.some((name) => word.startsWith(name.startsWith('--') ? `${name}=` : name))) kept.push(word);
  }
  return kept;
}

/** `undefined` when it is too long to be shown. */
export function fixCommand({ ownWords, command }: Invocation, option: readonly string[]): string | undefined {
  const own = ownWords.at(-1) === '--' ? ownWords.slice(0, -1) : ownWords;
  const kept = without(own, SINGLE[option[0] ?? ''] ?? []);
  const text = ['oneprocpool', ...kept, ...option, '--', ...command].map(quoted).join(' ');
  return text.length > MAX_LENGTH ? undefined : text;
}
