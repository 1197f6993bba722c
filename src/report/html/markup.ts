/** HTML in which foreign text stays text: every value that is put in is escaped, unless it is markup of ours. Pure. */
import { printable } from '../text-layout.ts';

const ESCAPES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** Text that a browser may take as HTML. Only `html` makes it. */
export class Markup {
  readonly #text: string;
  constructor(text: string) {
    this.#text = text;
  }
  toString(): string {
    return this.#text;
  }
}

export type Part = string | number | Markup | readonly Part[];

/** For the text of an element and for an attribute in quotes; control characters are written out. */
function escape(text: string): string {
  // Halves of a pair cannot be in a file of UTF-8; the others are no characters in HTML.
  return printable(text.replace(/[\p{Surrogate}\p{Noncharacter_Code_Point}]/gu, '\ufffd')).replace(
    /[&<>"']/g,
    (character) => ESCAPES[character] ?? '',
  );
}

function toText(part: Part): string {
  if (part instanceof Markup) return part.toString();
  if (typeof part === 'string') return escape(part);
  return typeof part === 'number' ? String(part) : part.map(toText).join('');
}

/** A template of HTML; attributes must stand in double quotes. */
export function html(strings: TemplateStringsArray, ...parts: readonly Part[]): Markup {
  return new Markup(strings.map((text, at) => text + toText(parts[at] ?? '')).join(''));
}
