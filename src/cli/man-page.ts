/**
 * The man page oneprocpool(1), from the table of options and the table of commands. Pure.
 */
import { COMMAND_SPECS } from '../config/command-specs.ts';
import { COMMAND_NAMES, OPTION_GROUPS, offersNegation } from '../config/option-spec.ts';
import type { OptionGroup } from '../config/option-spec.ts';
import { OPTION_NAMES, OPTIONS } from '../config/option-specs.ts';
import type { OptionName } from '../config/option-specs.ts';
import { roffItem, roffParagraph, roffText } from '../text/roff.ts';
import { MAN_DESCRIPTION, MAN_ENVIRONMENT, MAN_EXAMPLES, MAN_EXIT_STATUS, MAN_FILES, MAN_NOTES } from './man-text.ts';

/** The whole page. `date` is that of the release, `YYYY-MM-DD`. Ends with a newline. */
export function renderManPage({ version, date }: { readonly version: string; readonly date: string }): string {
  const parts = [
    '.\\" Written by `npm run generate`.',
    `.TH ONEPROCPOOL 1 "${date}" "oneprocpool ${version}" "User Commands"`,
    // No hyphenation, ragged right: option names stay whole.
    '.nh\n.ad l',
    section('NAME', ['oneprocpool \\- start a command so that processes times threads fits the CPUs']),
    section('SYNOPSIS', [renderSynopsis()]),
    section('DESCRIPTION', paragraphs(MAN_DESCRIPTION)),
    section(
      'EXAMPLES',
      MAN_EXAMPLES.map(([line, text]) => roffItem(roffText(`\`${line}\``), text)),
    ),
    section('COMMANDS', COMMAND_NAMES.map(renderCommand)),
    section('OPTIONS', [roffParagraph(OPTIONS_INTRO), ...OPTION_GROUPS.map(renderGroup), renderHelpOptions()]),
    section('EXIT STATUS', items(MAN_EXIT_STATUS)),
    section('ENVIRONMENT', items(MAN_ENVIRONMENT)),
    section('FILES', items(MAN_FILES)),
    section('NOTES', paragraphs(MAN_NOTES)),
    section('SEE ALSO', ['.BR nproc (1),\n.BR taskset (1),\n.BR cpuset (7),\n.BR cgroups (7),\n.BR sched (7)']),
  ];
  return `${parts.join('\n')}\n`;
}

const OPTIONS_INTRO =
  'Own options end at `--` or at the first word that is not an option. ' +
  'Each option can also be given as a variable (`ONEPROCPOOL_STOP_TIMEOUT=5s`) or in a config file (`stopTimeout: 5s`) unless it says otherwise. ' +
  'The command line comes before the environment, the environment before the file. ' +
  'A switch is turned off with `--no-`*NAME*.';

function section(title: string, parts: readonly string[]): string {
  return `.SH ${title.includes(' ') ? `"${title}"` : title}\n${parts.join('\n')}`;
}

function paragraphs(texts: readonly string[]): string[] {
  return texts.map((text, i) => `${i === 0 ? '' : '.PP\n'}${roffParagraph(text)}`);
}

function items(rows: readonly (readonly [tag: string, text: string])[]): string[] {
  return rows.map(([tag, text]) => roffItem(roffText(tag), text));
}

function renderSynopsis(): string {
  const lines = COMMAND_NAMES.map((name) => {
    const words = name === 'run' ? '`oneprocpool`' : `\`oneprocpool ${name}\``;
    return roffText(`${words} [*options*] ${markOperands(COMMAND_SPECS[name].operands)}`.trimEnd());
  });
  return lines.join('\n.br\n');
}

/** Capitals stand for something; what is in small letters is typed. */
function markOperands(operands: string): string {
  return operands.replaceAll(/[A-Z]+/g, '*$&*').replaceAll(/[a-z][a-z0-9]*|--/g, '`$&`');
}

function renderCommand(name: (typeof COMMAND_NAMES)[number]): string {
  const { operands, summary } = COMMAND_SPECS[name];
  return roffItem(roffText(`\`${name}\` ${markOperands(operands)}`.trimEnd()), sentence(summary));
}

function renderGroup(group: OptionGroup): string {
  const names = OPTION_NAMES.filter((name) => OPTIONS[name].group === group);
  return [`.SS "${group}"`, ...names.map(renderOption)].join('\n');
}

function renderOption(name: OptionName): string {
  const spec = OPTIONS[name];
  const value = spec.placeholder === '' ? '' : ` *${spec.placeholder}*`;
  const forms = [...(spec.short === undefined ? [] : [`\`-${spec.short}\``]), `\`--${spec.flag}\``];
  const tag = `${forms.join(', ')}${value}${offersNegation(spec) ? `, \`--no-${spec.flag}\`` : ''}`;
  const notes = [
    markWords(sentence(spec.description), spec.placeholder),
    spec.fallbackText === '' ? '' : `Default: \`${spec.fallbackText}\`.`,
    placesOf(name),
  ];
  return roffItem(roffText(tag), notes.filter((text) => text !== '').join(' '));
}

/** Options of ours and the placeholder, where the description speaks of them. */
function markWords(text: string, placeholder: string): string {
  const marked = text.replaceAll(/(?<![\w-])--[a-z][a-z-]*/g, '`$&`');
  const names = placeholder.match(/[A-Z]+/g) ?? [];
  return names.reduce(
    (words, name) => words.replaceAll(new RegExp(`(?<![\\w-])${name}(?![\\w.])`, 'g'), '*$&*'),
    marked,
  );
}

/** Where it can be given, when that is not everywhere. */
function placesOf(name: OptionName): string {
  const { layers, commands, group } = OPTIONS[name];
  // The group of this name says it.
  if (group === 'Export' && commands.length === 1) return '';
  if (!commands.includes('run')) return `For ${commands.map((each) => `\`${each}\``).join(' and ')} only.`;
  if (layers.length === 1) return 'On the command line only.';
  if (!layers.includes('environment')) return 'Not as a variable.';
  return layers.includes('file') ? '' : 'Not in a config file.';
}

function renderHelpOptions(): string {
  return [
    '.SS Help',
    roffItem(roffText('`-h`, `--help`'), 'Show help; after a command, that of the command.'),
    roffItem(roffText('`-V`, `--version`'), 'Show the version.'),
  ].join('\n');
}

/** With a capital, unless it starts with a word that one types (`k8s: ...`, `sh, fish ...`). */
function sentence(text: string): string {
  if (/^(k8s|docker|sh)[:,]/.test(text)) return `${text}.`;
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;
}
