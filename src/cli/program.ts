/**
 * The whole command line as commander sees it, for help, errors and unusual forms. The one importer of
 * commander; itself imported only when it is needed. Pure: text to print is returned.
 */
import { Command, CommanderError, Option } from 'commander';
import { addFlag } from '../config/flags.ts';
import type { Flags } from '../config/flags.ts';
import { COMMAND_NAMES } from '../config/option-spec.ts';
import type { CommandName } from '../config/option-spec.ts';
import { OPTION_NAMES, OPTIONS } from '../config/option-specs.ts';
import { COMMAND_SPECS } from '../config/command-specs.ts';
import { joinCommand } from './fast-argv.ts';
import type { ParsedCommand } from './fast-argv.ts';
import { renderHelp } from './help-text.ts';
import { splitArgv } from './split-argv.ts';
import { missingValue, unknownOption } from './usage-errors.ts';

export type ParsedCommandLine = ParsedCommand | { readonly kind: 'print'; readonly text: string };

/** What commander reports while it parses. */
interface Outcome {
  command: CommandName;
  flags: Flags;
  words: readonly string[];
  printed: string;
}

/** Throws USAGE for an unknown option and a missing value. */
export function parseWithCommander(argv: readonly string[]): ParsedCommandLine {
  const { own, rest } = splitArgv(argv);
  const outcome: Outcome = { command: 'run', flags: {}, words: [], printed: '' };
  try {
    createProgram(outcome).parse([...own], { from: 'user' });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    if (error.exitCode === 0) return { kind: 'print', text: outcome.printed };
    throw translate(error);
  }
  const { command, flags, words } = outcome;
  const [first] = words;
  // Commander takes `-1` for an operand.
  if (first !== undefined && first.length > 1 && first.startsWith('-')) throw unknownOption(first);
  const startsBefore = COMMAND_SPECS[command].takes === 'command' && words.length > 0;
  return {
    kind: 'command',
    command,
    flags,
    words: startsBefore ? joinCommand(words, rest) : [...words, ...(rest ?? [])],
  };
}

function createProgram(outcome: Outcome): Command {
  const program = new Command('oneprocpool');
  // Before addCommand: subcommands made by `command()` inherit these settings.
  program
    .exitOverride()
    .configureOutput({
      writeOut: (text) => {
        outcome.printed += text;
      },
      writeErr: () => {},
    })
    .showSuggestionAfterError(false)
    .enablePositionalOptions()
    .helpCommand(false);
  program.version(`oneprocpool ${__ONEPROCPOOL_VERSION__}`, '-V, --version');
  for (const name of COMMAND_NAMES) configure(program.command(name), name, outcome);
  return configure(program, 'run', outcome);
}

/** The program itself is configured as `run`. */
function configure(command: Command, name: CommandName, outcome: Outcome): Command {
  const isProgram = command.parent === null;
  command.helpOption('-h, --help').argument('[words...]').allowExcessArguments();
  command.helpInformation = () => renderHelp(isProgram ? undefined : name);
  if (isProgram || COMMAND_SPECS[name].takes === 'command') command.passThroughOptions();
  for (const option of OPTION_NAMES) addOption(command, option, outcome);
  command.action((words: string[]) => {
    outcome.command = name;
    outcome.words = words;
  });
  return command;
}

/** All options everywhere: whether one applies to the command is checked for both parsers together. */
function addOption(command: Command, name: (typeof OPTION_NAMES)[number], outcome: Outcome): void {
  const spec = OPTIONS[name];
  const forms = spec.short === undefined ? `--${spec.flag}` : `-${spec.short}, --${spec.flag}`;
  command.addOption(new Option(spec.kind === 'switch' ? forms : `${forms} <value>`));
  command.on(`option:${spec.flag}`, (text?: string | null) => {
    outcome.flags = addFlag(outcome.flags, name, text ?? true);
  });
  if (!spec.negatable) return;
  command.addOption(new Option(`--no-${spec.flag}`));
  command.on(`option:no-${spec.flag}`, () => {
    outcome.flags = addFlag(outcome.flags, name, false);
  });
}

function translate(error: CommanderError): Error {
  const quoted = /'(.*)'/s.exec(error.message)?.[1] ?? '';
  if (error.code === 'commander.optionMissingArgument') return missingValue(/--[\w-]+/.exec(quoted)?.[0] ?? quoted);
  return unknownOption(quoted);
}
