/**
 * Which words of a container's command are an oneprocpool that is there already. Pure.
 */
import { OPTION_NAMES, OPTIONS } from '../../config/option-specs.ts';
import { OWN_NAME, SOURCE_SCRIPT } from './launcher-parts.ts';

/** How many words stand before the program that is started; 0 without oneprocpool, or for another of its commands. */
export function ownWordCount(words: readonly string[]): number {
  if (words[2] === SOURCE_SCRIPT) return 3;
  if (words[0]?.split('/').at(-1) !== OWN_NAME) return 0;
  let at = words[1] === 'run' ? 2 : 1;
  while (words[at]?.startsWith('-') === true) {
    const word = words[at] ?? '';
    if (word === '--') return at + 1;
    at += takesNext(word) ? 2 : 1;
  }
  return at;
}

/** Whether the value of an option is the next word. */
function takesNext(word: string): boolean {
  return OPTION_NAMES.some((name) => {
    const { flag, short, kind } = OPTIONS[name];
    return kind !== 'switch' && (word === `--${flag}` || word === `-${short ?? ''}`);
  });
}
