/**
 * An error as the user reads it: what was expected and found, then what to do. Pure.
 */
import type { Style } from './terminal-style.ts';
import { printable } from './text-layout.ts';

/**
 * `oneprocpool: MESSAGE`, then a blank line and `hint: ...` when there is a hint; ends with a newline.
 * The message is not wrapped: it may be copied into a search or hold a path.
 */
export function renderError(error: { message: string; hint?: string | undefined }, style: Style): string {
  const head = `${style.bad('oneprocpool:')} ${visible(error.message)}\n`;
  return error.hint === undefined ? head : `${head}\n${style.bold('hint:')} ${visible(error.hint)}\n`;
}

/** Control characters other than the newline written out: a message may quote foreign text. */
function visible(text: string): string {
  return text.split('\n').map(printable).join('\n');
}
