/**
 * How our own text looks on a terminal: whether it is coloured, how wide it may be, and the few meanings
 * that colour carries. The words alone must always be enough. Pure.
 */

export type ColorWhen = 'auto' | 'always' | 'never';

export interface Style {
  readonly color: boolean;
  /** Width of the terminal in columns, at least 40. */
  readonly columns: number;
  bold(text: string): string;
  dim(text: string): string;
  good(text: string): string;
  warn(text: string): string;
  bad(text: string): string;
  /** A bar that fills `fraction` (0 to 1) of `width` columns, padded with blanks to `width`. */
  bar(fraction: number, width: number): string;
}

/**
 * Whether to write colours. `--color always|never` decides; with `auto` FORCE_COLOR, then NO_COLOR, then
 * TERM=dumb, then whether it is a terminal. An empty variable counts as unset; FORCE_COLOR=0 means no.
 * Sources: https://no-color.org, https://force-color.org; Node.js too lets FORCE_COLOR beat NO_COLOR.
 */
export function resolveColor(input: {
  when: ColorWhen;
  isTerminal: boolean;
  env: Readonly<Record<string, string | undefined>>;
}): boolean {
  if (input.when !== 'auto') return input.when === 'always';
  const force = input.env['FORCE_COLOR'];
  if (force !== undefined && force !== '') return force !== '0' && force !== 'false';
  const no = input.env['NO_COLOR'];
  if (no !== undefined && no !== '') return false;
  if (input.env['TERM'] === 'dumb') return false;
  return input.isTerminal;
}

const EIGHTHS = ['', '▏', '▎', '▍', '▌', '▋', '▊', '▉'];

function drawBar(fraction: number, width: number): string {
  const clamped = Number.isFinite(fraction) ? Math.min(1, Math.max(0, fraction)) : 0;
  const eighths = Math.round(clamped * width * 8);
  const text = '█'.repeat(Math.floor(eighths / 8)) + (EIGHTHS[eighths % 8] ?? '');
  return text + ' '.repeat(width - text.length);
}

/** `columns` below 40 are taken as 40: narrower tables are no longer tables. */
export function createStyle(input: { color: boolean; columns: number }): Style {
  const paint = (on: number, off: number) => (text: string) =>
    input.color && text !== '' ? `\u001B[${on}m${text}\u001B[${off}m` : text;
  return {
    color: input.color,
    columns: Math.max(40, Number.isFinite(input.columns) ? Math.floor(input.columns) : 80),
    bold: paint(1, 22),
    dim: paint(2, 22),
    good: paint(32, 39),
    warn: paint(33, 39),
    bad: paint(31, 39),
    bar: drawBar,
  };
}
