/**
 * Text for man pages, in the macros of man(7). In the given text `` `word` `` is what one types (bold) and
 * `*word*` stands for something (italic). Pure.
 * Source: https://man7.org/linux/man-pages/man7/groff_man.7.html
 */

/** What stays as it is typed: hyphens that can be copied, nothing taken for a request. */
function literal(text: string): string {
  return text
    .replaceAll('\\', '\\e')
    .replaceAll('-', '\\-')
    .replaceAll('~', '\\(ti')
    .replaceAll('^', '\\(ha')
    .replaceAll('"', '\\(dq')
    .replaceAll("'", '\\(aq');
}

/** Prose: hyphens between words may be typographic ones, those before a word are typed. */
function prose(text: string): string {
  return text
    .replaceAll('\\', '\\e')
    .replaceAll(/(?<!\w)-(?=\S)/g, '\\-')
    .replaceAll('~', '\\(ti')
    .replaceAll('"', '\\(dq');
}

/** One line of text; a leading `.` or `'` is kept from being a request. */
export function roffText(text: string): string {
  const parts = text.split(/(`[^`]+`|\*[^*\s]+\*)/);
  const marked = parts.map((part) => {
    if (part.startsWith('`')) return `\\fB${literal(part.slice(1, -1))}\\fR`;
    if (part.length > 2 && part.startsWith('*') && part.endsWith('*')) return `\\fI${literal(part.slice(1, -1))}\\fR`;
    return prose(part);
  });
  return marked.join('').replace(/^(?=[.'])/, '\\&');
}

/** Sentences start on lines of their own, as roff wants it for the space between them. */
export function roffParagraph(text: string): string {
  return text
    .split(/(?<=\.) (?=[A-Z`*])/)
    .map(roffText)
    .join('\n');
}

/** A tagged paragraph: `tag` is roff already. */
export function roffItem(tag: string, text: string): string {
  return `.TP\n${tag}\n${roffParagraph(text)}`;
}
