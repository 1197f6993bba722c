/**
 * Nodes for what is added to a manifest, written so that every reader takes a text for a text. Pure.
 */
import { Pair, Scalar, YAMLMap, YAMLSeq } from '../../config/yaml-document.ts';

/** Numbers, dates, times of day, truth values and null of YAML 1.1 and 1.2. */
const NOT_TEXT = [
  /^[-+]?(?:\d[\d_]*)?\.?[\d_]*(?:[eE][-+]?\d+)?$/,
  /^[-+]?0[xob][\da-f_]+$/i,
  /^[-+]?\d[\d_]*(?::\d+)+(?:\.\d*)?$/,
  /^\d{4}-\d\d?-\d\d?/,
  /^[-+]?\.(?:inf|nan)$/i,
  /^(?:y|n|yes|no|on|off|true|false|null|~|=|<<|\.{3}|-{3})$/i,
];
/** Line breaks of one of the versions, and what an editor would hide. */
// eslint-disable-next-line no-control-regex
const UNPRINTABLE = /[\u0000-\u001F\u007F-\u009F\u2028\u2029\uFEFF]/;

/** Whether a text without quotes is a text for every reader. */
export function isPlainText(text: string): boolean {
  return !NOT_TEXT.some((form) => form.test(text));
}

/** Of texts, truth values, lists and objects; a node stands for itself. */
export function toNode(value: unknown): unknown {
  if (Array.isArray(value)) {
    const list = new YAMLSeq();
    list.items = value.map(toNode);
    return list;
  }
  if (value instanceof Scalar || value instanceof YAMLMap || value instanceof YAMLSeq) return value;
  if (typeof value === 'object' && value !== null) {
    const map = new YAMLMap();
    map.items = Object.entries(value).map(([key, inner]) => new Pair(toNode(key), toNode(inner)));
    return map;
  }
  const scalar = new Scalar(String(value));
  if (typeof value !== 'string') scalar.type = 'PLAIN';
  else if (UNPRINTABLE.test(value) || !isPlainText(value)) scalar.type = 'QUOTE_DOUBLE';
  return scalar;
}
