/**
 * Separates our own arguments from the user's command. Pure.
 */

export interface SplitArgv {
  /** Before the first `--`: options, perhaps a subcommand, perhaps already the command. */
  readonly own: readonly string[];
  /** After the first `--`; `undefined` when there is none. */
  readonly rest: readonly string[] | undefined;
}

/**
 * Splits at the first `--`, before any parser sees it: `oneprocpool -- plan` runs the user's program `plan`.
 * (When the command starts before it, as in `oneprocpool git log -- file`, the parser puts `--` back.)
 */
export function splitArgv(argv: readonly string[]): SplitArgv {
  const at = argv.indexOf('--');
  return at === -1 ? { own: argv, rest: undefined } : { own: argv.slice(0, at), rest: argv.slice(at + 1) };
}
