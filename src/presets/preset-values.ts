/**
 * The values that controls write, and the words a library understands besides a number. Pure.
 */
import type { ControlVariable } from './preset.ts';

/**
 * Templates are printable ASCII; braces only as `{threads}` and `{threads-1}`. `{threads-1}` alone is not
 * one: it would write 0, which makes real libraries fail.
 */
export const VALUE_TEMPLATE_PATTERN = '^(?!\\{threads-1\\}$)(?!\\s)(?!.*\\s$)([ -z|~]|\\{threads\\}|\\{threads-1\\})+$';

const valueTemplate = new RegExp(VALUE_TEMPLATE_PATTERN);

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
