/**
 * The usual command lines, parsed by hand: loading commander costs several milliseconds at every start. Pure.
 * Anything unusual (help, an error, `-qv`) is left to commander; where this parser answers, both agree.
 */
import { addFlag } from '../config/flags.ts';
import type { Flags } from '../config/flags.ts';
import type { CommandName } from '../config/option-spec.ts';
import { COMMAND_SPECS, isCommandName } from '../config/command-specs.ts';
import { FLAG_MEANINGS } from './option-flags.ts';
import { splitArgv } from './split-argv.ts';

export interface ParsedCommand {
  readonly kind: 'command';
  readonly command: CommandName;
  readonly flags: Flags;
  /** The command to run, or the operands of a subcommand. */
  readonly words: readonly string[];
}

/** `undefined` when the command line is not one of the usual ones. */
export function parseFastArgv(argv: readonly string[]): ParsedCommand | undefined {
  const { own, rest } = splitArgv(argv);
  let command: CommandName | undefined;
  let flags: Flags = {};
  const words: string[] = [];
  for (let at = 0; at < own.length; at += 1) {
    const word = own[at] ?? '';
    if (word.length < 2 || !word.startsWith('-')) {
      if (command === undefined && isCommandName(word)) {
        command = word;
      } else if (COMMAND_SPECS[command ?? 'run'].takes === 'command') {
        return finish(command, flags, joinCommand(own.slice(at), rest));
      } else {
        words.push(word);
      }
      continue;
    }
    const option = readOption(word, own[at + 1]);
    if (option === undefined) return undefined;
    flags = addFlag(flags, option.name, option.given);
    if (option.usedNext) at += 1;
  }
  return finish(command, flags, [...words, ...(rest ?? [])]);
}

/** The command started before the first `--`, so that this `--` is an argument of the command. */
export function joinCommand(words: readonly string[], rest: readonly string[] | undefined): string[] {
  return rest === undefined ? [...words] : [...words, '--', ...rest];
}

function finish(command: CommandName | undefined, flags: Flags, words: readonly string[]): ParsedCommand {
  return { kind: 'command', command: command ?? 'run', flags, words };
}

/** `--flag value`, `--flag=value`, `-w4`, `-w 4`, `--switch`, `--no-flag`. */
function readOption(word: string, next: string | undefined) {
  const isLong = word.startsWith('--');
  const end = isLong ? word.indexOf('=') : 2;
  const form = end === -1 ? word : word.slice(0, end);
  const meaning = FLAG_MEANINGS.get(form);
  if (meaning === undefined) return undefined;
  const { name, takesValue, negated } = meaning;
  const attached = form === word ? undefined : word.slice(isLong ? end + 1 : end);
  if (!takesValue) return attached === undefined ? { name, given: !negated, usedNext: false } : undefined;
  if (attached !== undefined) return { name, given: attached, usedNext: false };
  if (next === undefined) return undefined;
  return { name, given: next, usedNext: true };
}
