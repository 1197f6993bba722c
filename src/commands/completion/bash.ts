/**
 * The completion script for bash 3.2 and later. Pure.
 */
import { allOptions, formsOf } from './vocabulary.ts';
import type { CompletionOption, Vocabulary } from './vocabulary.ts';

/**
 * Words up to the cursor are read as the program reads them, so that what follows the first word that is not
 * an option is completed as a command of its own. Bash splits `--flag=value` into three words at `=`.
 */
export function renderBash(vocabulary: Vocabulary): string {
  const withValue = allOptions(vocabulary).filter(({ takesValue }) => takesValue);
  const names = vocabulary.map(({ name }) => name).join('|');
  const commands = vocabulary
    .filter(({ takesCommand }) => takesCommand)
    .map(({ name }) => name)
    .join('|');
  return `# bash completion for oneprocpool: source <(oneprocpool completion bash)
_oneprocpool_options() {
  case $1 in
${vocabulary.map(({ name, options }) => `    ${name}) echo '${options.flatMap(formsOf).join(' ')}' ;;`).join('\n')}
  esac
}

_oneprocpool_words() {
  case $1 in
${vocabulary
  .filter(({ words }) => words.length > 0)
  .map(({ name, words }) => `    ${name}) echo '${words.join(' ')}' ;;`)
  .join('\n')}
  esac
}

_oneprocpool_value() {
  case $1 in
${withValue.filter(completesValue).map(renderValue).join('\n')}
  esac
}

# The user's command, which starts at word $1.
_oneprocpool_command() {
  if declare -F _command_offset >/dev/null; then
    _command_offset "$1"
  elif [ "$1" -ge "$COMP_CWORD" ]; then
    COMPREPLY=($(compgen -c -- "$cur"))
  else
    compopt -o filenames 2>/dev/null
    COMPREPLY=($(compgen -f -- "$cur"))
  fi
}

_oneprocpool() {
  local IFS=$' \\t\\n' cur=\${COMP_WORDS[COMP_CWORD]} sub= option= i=1
  COMPREPLY=()
  while [ "$i" -lt "$COMP_CWORD" ]; do
    option=
    case \${COMP_WORDS[i]} in
      --) _oneprocpool_command $((i + 1)); return ;;
      ${withValue.flatMap(formsOf).join('|')})
        option=\${COMP_WORDS[i]}
        i=$((i + 2))
        [ "\${COMP_WORDS[i - 1]}" = = ] && i=$((i + 1)) ;;
      -*) i=$((i + 1)) ;;
      ${names})
        if [ -z "$sub" ]; then sub=\${COMP_WORDS[i]}; i=$((i + 1))
        elif _oneprocpool_takes_command "$sub"; then _oneprocpool_command "$i"; return
        else i=$((i + 1)); fi ;;
      *) if _oneprocpool_takes_command "\${sub:-run}"; then _oneprocpool_command "$i"; return; fi
        i=$((i + 1)) ;;
    esac
  done
  local IFS=$'\\n'
  if [ "$i" -gt "$COMP_CWORD" ]; then
    [ "$cur" = = ] && cur=
    _oneprocpool_value "$option"
  elif [[ $cur == -* ]]; then
    COMPREPLY=($(compgen -W "$(_oneprocpool_options "\${sub:-run}" | tr ' ' '\\n')" -- "$cur"))
  elif [ -z "$sub" ]; then
    COMPREPLY=($(compgen -W "$(echo '${names}' | tr '|' '\\n')" -- "$cur") $(compgen -c -- "$cur"))
  elif _oneprocpool_takes_command "$sub"; then
    _oneprocpool_command "$i"
  else
    COMPREPLY=($(compgen -W "$(_oneprocpool_words "$sub" | tr ' ' '\\n')" -- "$cur"))
  fi
}

_oneprocpool_takes_command() {
  case $1 in ${commands}) return 0 ;; *) return 1 ;; esac
}

complete -F _oneprocpool oneprocpool
`;
}

function completesValue({ values, files }: CompletionOption): boolean {
  return values.length > 0 || files !== undefined;
}

function renderValue(option: CompletionOption): string {
  const forms = formsOf(option).join('|');
  if (option.files === undefined) {
    // compgen splits its words at IFS, which is a line end here.
    return `    ${forms}) COMPREPLY=($(compgen -W $'${option.values.join('\\n')}' -- "$cur")) ;;`;
  }
  return `    ${forms}) compopt -o filenames 2>/dev/null; COMPREPLY=($(compgen -${option.files === 'file' ? 'f' : 'd'} -- "$cur")) ;;`;
}
