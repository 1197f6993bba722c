/**
 * A word of a command line that is shown in a comment: it never leaves its line. Pure.
 */

const PLAIN = /^[\w./:@%+,-]+$/;
/** C0 and C1 controls, DEL, and what other readers take for the end of a line. */
// eslint-disable-next-line no-control-regex
const LEAVES_LINE = /[\u0000-\u001F\u007F-\u009F\u2028\u2029]/;

/**
 * The word as one would type it. Line breaks and control characters are written as escapes between `$'` and `'`, which
 * bash, zsh, ksh and POSIX.1-2024 read back; everything else is quoted as for any sh.
 */
export function oneLineWord(word: string): string {
  if (PLAIN.test(word)) return word;
  if (!LEAVES_LINE.test(word)) return `'${word.replaceAll("'", String.raw`'\''`)}'`;
  return `$'${[...word].map(escape).join('')}'`;
}

/** The text as it is, or when it would leave its line, as such a word. */
export function onOneLine(text: string): string {
  return LEAVES_LINE.test(text) ? oneLineWord(text) : text;
}

function escape(character: string): string {
  if (character === '\\' || character === "'") return `\\${character}`;
  if (character === '\n') return String.raw`\n`;
  if (!LEAVES_LINE.test(character)) return character;
  // Three octal digits for each byte: a hexadecimal escape would go on into the next characters.
  return [...new TextEncoder().encode(character)].map((byte) => `\\${byte.toString(8).padStart(3, '0')}`).join('');
}
