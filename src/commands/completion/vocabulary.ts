/**
 * What there is to complete: subcommands, and for each the options with the words they take. Pure.
 */
import { COMMAND_NAMES, offersNegation } from '../../config/option-spec.ts';
import type { CommandName } from '../../config/option-spec.ts';
import { OPTION_NAMES, OPTIONS } from '../../config/option-specs.ts';
import { COMMAND_SPECS } from '../../config/command-specs.ts';

export interface CompletionOption {
  /** `--workers` */
  readonly long: string;
  /** `-w` */
  readonly short: string | undefined;
  readonly takesValue: boolean;
  /** Words the value can be; empty when it is free. */
  readonly values: readonly string[];
  /** Complete names of files or directories. */
  readonly files: 'file' | 'directory' | undefined;
  readonly description: string;
}

/** One entry for each subcommand; `run` is also what stands without one. */
export type Vocabulary = readonly CompletionCommand[];

export interface CompletionCommand {
  readonly name: CommandName;
  readonly summary: string;
  /** What follows the options: the user's command, or one of these words. */
  readonly takesCommand: boolean;
  readonly words: readonly string[];
  readonly options: readonly CompletionOption[];
}

const HELP: CompletionOption = {
  long: '--help',
  short: '-h',
  takesValue: false,
  values: [],
  files: undefined,
  description: 'show help',
};
const VERSION: CompletionOption = {
  long: '--version',
  short: '-V',
  takesValue: false,
  values: [],
  files: undefined,
  description: 'show the version',
};
const OPERANDS: Partial<Record<CommandName, readonly string[]>> = {
  presets: ['list', 'show', 'check'],
  export: ['sh', 'docker', 'k8s', 'systemd', 'slurm'],
  completion: ['bash', 'zsh', 'fish'],
  help: COMMAND_NAMES,
};

/** `presetIds` are the words for options that take a preset. */
export function readVocabulary(presetIds: readonly string[]): Vocabulary {
  return COMMAND_NAMES.map((name) => ({
    name,
    summary: COMMAND_SPECS[name].summary,
    takesCommand: COMMAND_SPECS[name].takes === 'command',
    words: OPERANDS[name] ?? [],
    options: [
      ...OPTION_NAMES.flatMap((option) =>
        OPTIONS[option].commands.includes(name) ? optionsOf(option, presetIds) : [],
      ),
      HELP,
      VERSION,
    ],
  }));
}

function optionsOf(name: (typeof OPTION_NAMES)[number], presetIds: readonly string[]): CompletionOption[] {
  const { flag, short, kind, choices, placeholder, description } = OPTIONS[name];
  const files = placeholder === 'FILE' ? 'file' : placeholder === 'DIR' ? 'directory' : undefined;
  const option: CompletionOption = {
    long: `--${flag}`,
    short: short === undefined ? undefined : `-${short}`,
    takesValue: kind !== 'switch',
    values: placeholder === 'ID' ? presetIds : choices,
    files,
    description,
  };
  if (!offersNegation(OPTIONS[name])) return [option];
  const negated = {
    ...option,
    long: `--no-${flag}`,
    short: undefined,
    takesValue: false,
    values: [],
    files: undefined,
    description: `turn --${flag} off`,
  };
  return [option, negated];
}

/** Every form of an option: `-w` and `--workers`. */
export function formsOf({ short, long }: CompletionOption): string[] {
  return short === undefined ? [long] : [short, long];
}

/** The options of all subcommands together, each once. */
export function allOptions(vocabulary: Vocabulary): CompletionOption[] {
  return [...new Map(vocabulary.flatMap(({ options }) => options).map((option) => [option.long, option])).values()];
}
