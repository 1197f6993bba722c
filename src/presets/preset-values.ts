/**
 * The values that controls write and read: thread counts, templates, and words a library understands besides
 * a number. Pure.
 */
import type { ControlVariable } from './preset.ts';

/**
 * Templates are printable ASCII; braces only as `{threads}` and `{threads-1}`. `{threads-1}` alone is not
 * one: it would write 0, which makes real libraries fail.
 */
export const VALUE_TEMPLATE_PATTERN = '^(?!\\{threads-1\\}$)(?!\\s)(?!.*\\s$)([ -z|~]|\\{threads\\}|\\{threads-1\\})+$';

const valueTemplate = new RegExp(VALUE_TEMPLATE_PATTERN);
const plainCount = /^[1-9][0-9]*$/;
/** What C's strtol and Python's int() read as a count although it is not written plainly: ` 2 `, `+2`, `02`. */
const paddedCount = /^\s*\+?0*([1-9][0-9]*)\s*$/;
/** Libraries hold the count in a C int. */
const LARGEST_COUNT = 2 ** 31 - 1;

export function isValueTemplate(text: string): boolean {
  return valueTemplate.test(text);
}

/** Whether the control writes a bare thread count (and not a word or an option list). */
export function isCountControl(control: ControlVariable): boolean {
  return control.value === '{threads}';
}

/** The template with `{threads}` replaced by `threads` (whole, at least 1) and `{threads-1}` by one less. */
export function expandValue(template: string, threads: number): string {
  return template.replaceAll('{threads}', String(threads)).replaceAll('{threads-1}', String(threads - 1));
}

export interface InheritedCount {
  /** At least 1. */
  readonly threads: number;
  /** Whether it is written as `^[1-9][0-9]*$`; otherwise some library fails on it and it must be rewritten. */
  readonly plain: boolean;
}

/** The thread count that an inherited value means; `undefined` when it is none (empty, 0, a list, a word, too large). */
export function parseInheritedCount(text: string): InheritedCount | undefined {
  const digits = paddedCount.exec(text)?.[1];
  if (digits === undefined) return undefined;
  const threads = Number(digits);
  return threads > LARGEST_COUNT ? undefined : { threads, plain: plainCount.test(text) };
}

/**
 * Whether the library accepts the value although it is not a count, by the control's `alsoValid`: words
 * compared without case, where `{n}` stands for any whole number.
 */
export function isAlsoValid(control: ControlVariable, value: string): boolean {
  return (control.alsoValid ?? []).some((word) => {
    const literal = word.split('{n}').map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'));
    return new RegExp(`^${literal.join('[0-9]+')}$`, 'i').test(value);
  });
}
