/**
 * Values in sh: quoting, and the values that a library takes besides a number (`alsoValid`) as `case` patterns. Pure.
 */

const PLAIN = /^[\w./:@%+,-]+$/;
const LINE_WIDTH = 118;

/** Literal, whatever it holds. */
export function quoteWord(text: string): string {
  return PLAIN.test(text) ? text : `'${text.replaceAll("'", String.raw`'\''`)}'`;
}

/** A value template between double quotes, with `share` for `{threads}`. */
export function quoteTemplate(template: string, share: string): string {
  if (PLAIN.test(template)) return template;
  const literal = template.replaceAll(/["$`\\]/g, String.raw`\$&`);
  const less = share.startsWith('$') ? `$((${share.slice(1)} - 1))` : String(Number(share) - 1);
  return `"${literal.replaceAll('{threads}', share).replaceAll('{threads-1}', less)}"`;
}

/**
 * Lines that do `action` unless the variable has one of the forms, and then `ifLike`. Forms are words without regard
 * to case, in which `{n}` is any whole number. `case` has no "digits only", so that what else stands in the place of a number is sorted out first.
 */
export function guardUnlessLike(name: string, forms: readonly string[], action: string, ifLike = ''): string[] {
  if (forms.length === 0) return [action];
  if (ifLike === '' && forms.length === 1 && forms[0] === '{n}')
    return [`case \${${name}:-x} in *[!0-9]*) ${action} ;; esac`];
  const done = `${ifLike} ;;`.trimStart();
  const words = forms.filter((form) => !form.includes('{n}')).map((form) => patternOf(form));
  const numbered = forms
    .filter((form) => form.includes('{n}'))
    .map((form) => form.split('{n}').map(patternOf))
    .sort((a, b) => a.length - b.length);
  const arms = [
    ...(words.length === 0 ? [] : [`${words.join(' | ')}) ${done}`]),
    ...numbered.map((parts) => `${otherThanNumbers(parts)}) ${action} ;; ${parts.join('[0-9]*')}) ${done}`),
    `*) ${action} ;;`,
  ];
  return packLines([`case \${${name}-} in`, ...arms, 'esac']);
}

/** As many of the pieces on a line as it holds; what does not fit on the first is indented. */
export function packLines(pieces: readonly string[]): string[] {
  const lines: string[] = [];
  for (const piece of pieces) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + 1 + piece.length <= LINE_WIDTH)
      lines[lines.length - 1] = `${last} ${piece}`;
    else lines.push(last === undefined ? piece : `  ${piece}`);
  }
  return lines;
}

/** One pattern for each number of the form: something in its place is no digit. */
function otherThanNumbers(parts: readonly string[]): string {
  return parts
    .slice(1)
    .map((_, wrong) =>
      parts.map((part, at) => (at === 0 ? part : `${at - 1 === wrong ? '*[!0-9]*' : '*'}${part}`)).join(''),
    )
    .join(' | ');
}

function patternOf(text: string): string {
  return text.replaceAll(/[\s\S]/g, (character) => {
    if (/[a-z]/i.test(character)) return `[${character.toUpperCase()}${character.toLowerCase()}]`;
    return /[\w,.:+-]/.test(character) ? character : `'${character === "'" ? String.raw`'\''` : character}'`;
  });
}
