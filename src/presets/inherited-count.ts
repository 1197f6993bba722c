/**
 * The number of threads that a value in the environment means, however it is written. Pure.
 * `opp_read` in export/sh/threads.sh reads the same.
 */
import type { ControlVariable } from './preset.ts';

export interface InheritedCount {
  /** At least 1. */
  readonly threads: number;
  /** The rest of a list, from its first comma; empty where there is none that the library understands. */
  readonly tail: string;
  /** Whether the text is written so that the library understands it; otherwise it has to be rewritten. */
  readonly plain: boolean;
}

/** Blank in the C locale, as in `[[:space:]]` of sh. */
const BLANKS = '[ \\t\\n\\v\\f\\r]*';
const TRIMMED = new RegExp(`^${BLANKS}([^]*?)${BLANKS}$`);
const QUOTED = /^(?:"([^]*)"|'([^]*)')$/;
/** `2`, `+2`, `02`, `2.0`. */
const NUMBER = /^\+?0*([1-9][0-9]*)(?:\.0*)?$/;
const TAILS: Readonly<Record<NonNullable<ControlVariable['list']>, RegExp>> = {
  levels: new RegExp(`^(?:,${BLANKS}[1-9][0-9]*)+$`),
  pools: new RegExp(`^,${BLANKS}(?:auto|[0-9]+)$`),
};
/** Libraries hold the count in a C int. */
const LARGEST_COUNT = 2 ** 31 - 1;

/**
 * The count; `undefined` when the text does not plainly say one (empty, 0, 1.5, a word, too large). Blanks, quotes
 * and a comment around it come from env files. Of a list the first number counts, and the rest is kept only
 * where the library takes lists (`list` of the control).
 */
export function parseInheritedCount(text: string, list?: ControlVariable['list']): InheritedCount | undefined {
  const bare = trim(text.replace(/#[^]*$/, ''));
  const quoted = QUOTED.exec(bare);
  const value = quoted === null ? bare : trim(quoted[1] ?? quoted[2] ?? '');
  const [first = ''] = value.split(',', 1);
  const digits = NUMBER.exec(trim(first))?.[1];
  if (digits === undefined || Number(digits) > LARGEST_COUNT) return undefined;
  const rest = value.slice(first.length);
  const tail = list !== undefined && TAILS[list].test(rest) ? rest.replaceAll(/\s/g, '') : '';
  return { threads: Number(digits), tail, plain: text === `${digits}${tail}` };
}

function trim(text: string): string {
  return TRIMMED.exec(text)?.[1] ?? '';
}
