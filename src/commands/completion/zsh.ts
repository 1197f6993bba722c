/**
 * The completion script for zsh: to be sourced, or to be put on the fpath as `_oneprocpool`. Pure.
 */
import { formsOf } from './vocabulary.ts';
import type { CompletionOption, Vocabulary } from './vocabulary.ts';

/** `_arguments` reads options up to the first other word; what follows that word is completed on its own. */
export function renderZsh(vocabulary: Vocabulary): string {
  return `#compdef oneprocpool
# zsh completion for oneprocpool: source <(oneprocpool completion zsh)

_oneprocpool_first() {
  local -a subcommands=(
${vocabulary.map(({ name, summary }) => `    ${quote(`${name}:${summary}`)}`).join('\n')}
  )
  _describe -t subcommands subcommand subcommands
  _command_names -e
}

_oneprocpool() {
  local curcontext=$curcontext state line
  local -A opt_args
  _arguments -s -S -A '-*' : \\
${renderOptions(vocabulary[0]?.options ?? [])}
    '(-)1: :_oneprocpool_first' \\
    '(-)*:: :->rest' && return
  [[ $state == rest ]] || return 1
  case $line[1] in
${vocabulary.map(renderCommand).join('\n')}
    *) _normal ;;
  esac
}

if [[ $funcstack[1] == _oneprocpool ]]; then
  _oneprocpool "$@"
else
  compdef _oneprocpool oneprocpool
fi
`;
}

function renderCommand({ name, takesCommand, words, options }: Vocabulary[number]): string {
  const rest = takesCommand
    ? ["'(-)1: :_command_names -e'", "'(-)*:: :_normal'"]
    : words.length === 0
      ? []
      : [`'1: :(${words.join(' ')})'`, "'*: :_files'"];
  const lines = [renderOptions(options), ...rest.map((line) => `    ${line} \\`)].join('\n');
  return `    ${name}) _arguments -s -S${takesCommand ? " -A '-*'" : ''} : \\\n${lines.replace(/ \\$/, '')} ;;`;
}

function renderOptions(options: readonly CompletionOption[]): string {
  return options
    .flatMap((option) => formsOf(option).map((form) => `    ${quote(renderForm(option, form))} \\`))
    .join('\n');
}

/** `*--workers=[description]:value:(auto)`: the star allows it again. */
function renderForm(option: CompletionOption, form: string): string {
  const text = option.description.replace(/[[\]:\\]/g, '\\$&');
  if (!option.takesValue) return `*${form}[${text}]`;
  const action =
    option.files === 'file' ? '_files' : option.files === 'directory' ? '_files -/' : `(${option.values.join(' ')})`;
  return `*${form}${form.startsWith('--') ? '=' : '+'}[${text}]:value:${option.values.length === 0 && option.files === undefined ? ' ' : action}`;
}

function quote(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}
