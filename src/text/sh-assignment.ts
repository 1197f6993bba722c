/** Writing a value in sh so that every byte arrives. Pure. */
import { encodeExactly, hasOtherBytes } from './exact-bytes.ts';

/** Everything is literal between single quotes, except a single quote. */
export function quoteForSh(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}

/** The statement that gives `name` the value, with `exports` for all programs. */
export function shAssignment(name: string, value: string, exports = false): string {
  const word = exports ? `export ${name}` : name;
  if (!hasOtherBytes(value)) return `${word}=${quoteForSh(value)}`;
  const escaped = [...encodeExactly(value)].map((byte) => {
    const letter = String.fromCharCode(byte);
    return /[\w./:=@,+-]/.test(letter) ? letter : `\\${byte.toString(8).padStart(3, '0')}`;
  });
  // Bytes that are not UTF-8 go through printf. The dot saves newlines at the end from the shell.
  return `${name}=$(printf '${escaped.join('')}.'); ${word}="\${${name}%.}"`;
}
