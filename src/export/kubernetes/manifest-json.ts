/**
 * A manifest that is JSON: recognizing it, and writing it as JSON again. Pure.
 */
import { isMap, isScalar, isSeq } from '../../config/yaml-document.ts';

export function isJson(text: string): boolean {
  if (!/^\s*[[{]/.test(text)) return false;
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

/** With the indentation of `original`; numbers keep their digits. */
export function writeJson(root: unknown, original: string): string {
  const step = /^\s*[[{]\r?\n([ \t]+)/.exec(original)?.[1];
  const end = /\s*$/.exec(original)?.[0] ?? '';
  const text = write(root, step, '\n');
  return `${original.includes('\r\n') ? text.replaceAll('\n', '\r\n') : text}${end}`;
}

function write(node: unknown, step: string | undefined, lineStart: string): string {
  if (isScalar(node)) return node.type === 'PLAIN' ? String(node.value) : JSON.stringify(node.value);
  const inner = `${lineStart}${step ?? ''}`;
  const [separator, colon] = step === undefined ? [',', ':'] : [`,${inner}`, ': '];
  const around = (open: string, parts: readonly string[], close: string) => {
    if (parts.length === 0 || step === undefined) return `${open}${parts.join(separator)}${close}`;
    return `${open}${inner}${parts.join(separator)}${lineStart}${close}`;
  };
  if (isSeq(node))
    return around(
      '[',
      node.items.map((item) => write(item, step, inner)),
      ']',
    );
  if (!isMap(node)) return 'null';
  const parts = node.items.map(({ key, value }) => {
    const name = JSON.stringify(isScalar(key) ? key.value : '');
    return `${name}${colon}${write(value, step, inner)}`;
  });
  return around('{', parts, '}');
}
