/**
 * The command line of the program: the fast parser first, commander for everything else. Pure.
 */
import { parseFastArgv } from './fast-argv.ts';
import type { ParsedCommandLine } from './program.ts';
import { checkCommandLine } from './usage-errors.ts';

export type { ParsedCommand } from './fast-argv.ts';
export type { ParsedCommandLine } from './program.ts';

/** `argv` without node and the script. Help and version come back as text; throws USAGE. */
export async function parseCommandLine(argv: readonly string[]): Promise<ParsedCommandLine> {
  const parsed = parseFastArgv(argv) ?? (await import('./program.ts')).parseWithCommander(argv);
  if (parsed.kind === 'command') checkCommandLine(parsed);
  return parsed;
}
