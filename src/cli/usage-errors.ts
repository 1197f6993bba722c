/**
 * The errors of a command line, the same whichever parser found them. Pure.
 */
import { OneprocpoolError } from '../errors.ts';
import type { CommandName } from '../config/option-spec.ts';
import { OPTIONS } from '../config/option-specs.ts';
import type { OptionName } from '../config/option-specs.ts';
import { closestName } from '../text/closest-name.ts';
import { COMMAND_SPECS } from '../config/command-specs.ts';
import type { ParsedCommand } from './fast-argv.ts';
import { FLAG_MEANINGS } from './option-flags.ts';

const SEE_HELP = 'see `oneprocpool --help` for all options';

/** `word` as it was written, perhaps with `=value`. */
export function unknownOption(word: string): OneprocpoolError {
  const [form = word] = word.split('=', 1);
  if (FLAG_MEANINGS.get(form)?.takesValue === false) {
    return new OneprocpoolError('USAGE', `Expected \`${form}\` without a value, got \`${word}\``, {
      hint: `write \`${form}\` alone`,
    });
  }
  const meant = form.startsWith('--') ? closestName(form, [...FLAG_MEANINGS.keys(), '--help', '--version']) : undefined;
  return new OneprocpoolError('USAGE', `Expected an option of oneprocpool, got \`${form}\``, {
    hint: meant === undefined ? `${SEE_HELP}; options of your command go behind it` : `did you mean \`${meant}\`?`,
  });
}

/** `form` with its dashes. */
export function missingValue(form: string): OneprocpoolError {
  const meaning = FLAG_MEANINGS.get(form);
  const usage = meaning === undefined ? form : `${form} ${OPTIONS[meaning.name].placeholder}`;
  return new OneprocpoolError('USAGE', `Expected a value behind \`${form}\`, got none`, {
    hint: `write \`${usage}\`; ${SEE_HELP}`,
  });
}

/** Throws USAGE when a flag is not for this command, or words are missing or too many. */
export function checkCommandLine({ command, flags, words }: ParsedCommand): void {
  for (const name of Object.keys(flags) as OptionName[]) checkApplies(name, command);
  const { takes } = COMMAND_SPECS[command];
  if (takes === 'nothing' && words.length > 0) {
    const [word = ''] = words;
    const isFormat = command === 'env' && OPTIONS.format.choices.includes(word);
    throw new OneprocpoolError('USAGE', `\`oneprocpool ${command}\` takes no arguments`, {
      hint: isFormat
        ? `for ${word} use \`--format ${word}\``
        : `to run a program called ${command}: \`oneprocpool -- ${[command, ...words].join(' ')}\``,
    });
  }
  // `plan` without a command is fine, with an empty one it is a mistake all the same.
  if (takes === 'command' && (words.length > 0 || command === 'run')) checkNotEmpty(words);
}

function checkApplies(name: OptionName, command: CommandName): void {
  const { flag, commands } = OPTIONS[name];
  if (commands.includes(command)) return;
  throw new OneprocpoolError('USAGE', `Expected an option of \`oneprocpool ${command}\`, got \`--${flag}\``, {
    hint: `\`--${flag}\` is for ${commands.map((other) => `\`${other}\``).join(', ')}`,
  });
}

function checkNotEmpty(words: readonly string[]): void {
  if (words[0] !== undefined && words[0].trim() !== '') return;
  throw new OneprocpoolError(
    'USAGE',
    `Expected a command to run, got ${words.length === 0 ? 'none' : 'an empty one'}`,
    {
      hint: 'for example `oneprocpool -w 2 -- python3 train.py`; see `oneprocpool --help`',
    },
  );
}
