/**
 * The completion script for fish. Pure.
 */
import { allOptions, formsOf } from './vocabulary.ts';
import type { CompletionOption, Vocabulary } from './vocabulary.ts';

/** A function tells where the cursor is: in which subcommand, or in the user's command. */
export function renderFish(vocabulary: Vocabulary): string {
  const withValue = allOptions(vocabulary)
    .filter(({ takesValue }) => takesValue)
    .flatMap(formsOf);
  const names = vocabulary.map(({ name }) => name).join(' ');
  const commands = vocabulary
    .filter(({ takesCommand }) => takesCommand)
    .map(({ name }) => name)
    .join(' ');
  return `# fish completion for oneprocpool: oneprocpool completion fish | source
# Prints the subcommand ("none" without one), or "command" and the words of the user's command.
function __oneprocpool_place
    set -l sub none
    set -l words (commandline -opc)[2..]
    while set -q words[1]
        switch $words[1]
            case --
                string join \\n -- command $words[2..]
                return
            case ${withValue.join(' ')}
                set -e words[1]
            case '-*'
            case '*'
                if test $sub = none; and contains -- $words[1] ${names}
                    set sub $words[1]
                else if contains -- $sub none ${commands}
                    string join \\n -- command $words
                    return
                end
        end
        set -e words[1]
    end
    echo $sub
end

function __oneprocpool_in
    contains -- (__oneprocpool_place)[1] $argv
end

# The user's command as if it stood alone.
function __oneprocpool_command
    set -l place (__oneprocpool_place)
    set -l words (string escape -- $place[2..]) (commandline -ct)
    complete -C"$words"
end

complete -c oneprocpool -e
complete -c oneprocpool -f
complete -c oneprocpool -n '__oneprocpool_in command' -a '(__oneprocpool_command)'
complete -c oneprocpool -n '__oneprocpool_in none ${commands}' -a '(__fish_complete_command)'
${vocabulary.map(({ name, summary }) => `complete -c oneprocpool -n '__oneprocpool_in none' -a ${name} -d ${quote(summary)}`).join('\n')}
${vocabulary
  .filter(({ words }) => words.length > 0)
  .map(({ name, words }) => `complete -c oneprocpool -n '__oneprocpool_in ${name}' -a '${words.join(' ')}'`)
  .join('\n')}
${allOptions(vocabulary)
  .map((option) => renderOption(option, vocabulary))
  .join('\n')}
`;
}

function renderOption(option: CompletionOption, vocabulary: Vocabulary): string {
  const places = vocabulary
    .filter(({ options }) => options.some(({ long }) => long === option.long))
    .map(({ name }) => name);
  const condition = `__oneprocpool_in ${places.includes('run') ? 'none ' : ''}${places.join(' ')}`;
  const short = option.short === undefined ? '' : ` -s ${option.short.slice(1)}`;
  return `complete -c oneprocpool -n '${condition}'${short} -l ${option.long.slice(2)}${renderValue(option)} -d ${quote(option.description)}`;
}

function renderValue({ takesValue, values, files }: CompletionOption): string {
  if (!takesValue) return '';
  if (files === 'file') return ' -r -F';
  if (files === 'directory') return " -x -a '(__fish_complete_directories)'";
  return values.length === 0 ? ' -x' : ` -x -a '${values.join(' ')}'`;
}

function quote(text: string): string {
  return `'${text.replace(/[\\']/g, '\\$&')}'`;
}
