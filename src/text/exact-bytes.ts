/**
 * Text that keeps bytes which are not UTF-8: each becomes the lone surrogate U+DC80 to U+DCFF, and back. Pure.
 * Source: https://peps.python.org/pep-0383/
 */

/** One or more well-formed characters, or a single byte of anything else; in text of one character a byte. */
const PIECES =
  // eslint-disable-next-line no-control-regex
  /(?:[\x00-\x7f]|[\xc2-\xdf][\x80-\xbf]|\xe0[\xa0-\xbf][\x80-\xbf]|[\xe1-\xec\xee\xef][\x80-\xbf]{2}|\xed[\x80-\x9f][\x80-\xbf]|\xf0[\x90-\xbf][\x80-\xbf]{2}|[\xf1-\xf3][\x80-\xbf]{3}|\xf4[\x80-\x8f][\x80-\xbf]{2})+|[\x80-\xff]/g;

/** With `u` a surrogate of a pair does not match. */
const OTHER_BYTE = /[\udc80-\udcff]/u;
const FIRST = 0xdc00;

/** The text of bytes of any kind. */
export function decodeExactly(bytes: Buffer): string {
  return bytes.toString('latin1').replace(PIECES, (piece) => {
    const isOther = piece.length === 1 && piece > '\x7f';
    return isOther ? String.fromCharCode(FIRST + piece.charCodeAt(0)) : Buffer.from(piece, 'latin1').toString('utf8');
  });
}

/** Whether the text holds bytes that are not UTF-8. */
export function hasOtherBytes(text: string): boolean {
  return OTHER_BYTE.test(text);
}

/** The bytes of such a text. */
export function encodeExactly(text: string): Buffer {
  const pieces = text.split(/([\udc80-\udcff])/u);
  return Buffer.concat(
    pieces.map((piece) => (hasOtherBytes(piece) ? Buffer.of(piece.charCodeAt(0) - FIRST) : Buffer.from(piece))),
  );
}

/** A path for `node:fs`, which writes text as UTF-8. */
export function exactPath(path: string): string | Buffer {
  return hasOtherBytes(path) ? encodeExactly(path) : path;
}
