/**
 * Laying out text in columns: the width of a text on a terminal, padding, wrapping, and making foreign
 * text harmless. Pure.
 */

// Colour codes take no room.
// eslint-disable-next-line no-control-regex
const COLOR_CODE = /\u001B\[[\d;]*m/g;
// eslint-disable-next-line no-control-regex
const CONTROL = /[\u0000-\u0008\u000B-\u001F\u007F-\u009F\u200E\u200F\u202A-\u202E\u2066-\u2069]/g;
// Made when asked for: such a pattern takes 0.1 ms, and the start does not need it.
let zeroWidth: RegExp | undefined;
// East Asian wide and full-width blocks and the emoji: close enough for aligning names and values.
const WIDE =
  /^[\u1100-\u115F\u2E80-\u303E\u3041-\u33FF\u3400-\u4DBF\u4E00-\u9FFF\uA000-\uA4CF\uAC00-\uD7A3\uF900-\uFAFF\uFE30-\uFE6F\uFF00-\uFF60\uFFE0-\uFFE6\u{1F300}-\u{1F64F}\u{1F680}-\u{1F6FF}\u{1F900}-\u{1F9FF}\u{20000}-\u{3FFFD}]$/u;

/** Columns that `text` takes on a terminal; colour codes count as nothing, East Asian characters as two. */
export function displayWidth(text: string): number {
  let width = 0;
  for (const character of text.replace(COLOR_CODE, '')) {
    zeroWidth ??= /^[\p{Mn}\p{Me}\p{Cf}]$/u;
    if (zeroWidth.test(character)) continue;
    width += WIDE.test(character) ? 2 : 1;
  }
  return width;
}

/** Foreign text with its control characters written out (`\x1b`), so that it cannot steer the terminal. */
export function printable(text: string): string {
  return text
    .replace(CONTROL, (character) => {
      const code = character.charCodeAt(0);
      return code < 256 ? `\\x${code.toString(16).padStart(2, '0')}` : `\\u${code.toString(16)}`;
    })
    .replaceAll('\n', '\\n')
    .replaceAll('\t', '\\t');
}

export function padRight(text: string, width: number): string {
  return text + ' '.repeat(Math.max(0, width - displayWidth(text)));
}

export function padLeft(text: string, width: number): string {
  return ' '.repeat(Math.max(0, width - displayWidth(text))) + text;
}

/**
 * The end of `text` in `width` columns, an ellipsis before it when something was cut off: of a long path
 * the end tells more than the beginning. For uncoloured text.
 */
export function keepEnd(text: string, width: number): string {
  if (displayWidth(text) <= width) return text;
  const characters = [...text];
  let start = characters.length;
  let used = 1;
  while (start > 0 && used + displayWidth(characters[start - 1] ?? '') <= width) {
    start -= 1;
    used += displayWidth(characters[start] ?? '');
  }
  return `…${characters.slice(start).join('')}`;
}

/** `text` cut to `width` columns, the last one an ellipsis when something was cut off. For uncoloured text. */
export function truncate(text: string, width: number): string {
  if (displayWidth(text) <= width) return text;
  let kept = '';
  let used = 0;
  for (const character of text) {
    used += displayWidth(character);
    if (used > width - 1) break;
    kept += character;
  }
  return `${kept}…`;
}

/** Words of `text` on lines of at most `width` columns; a word that is longer stands alone and overflows. */
export function wrapWords(text: string, width: number): string[] {
  const lines: string[] = [];
  for (const paragraph of text.split('\n')) {
    let line = '';
    for (const word of paragraph.split(' ')) {
      if (line !== '' && displayWidth(line) + 1 + displayWidth(word) > width) {
        lines.push(line);
        line = word;
      } else {
        line = line === '' ? word : `${line} ${word}`;
      }
    }
    lines.push(line);
  }
  return lines;
}

/** `text` wrapped below `first`, the following lines indented by as many columns as `first` takes. */
export function hangingIndent(first: string, text: string, columns: number): string {
  const indent = displayWidth(first);
  const lines = wrapWords(text, Math.max(20, columns - indent));
  return lines.map((line, index) => (index === 0 ? first : ' '.repeat(indent)) + line).join('\n');
}
