/**
 * Help as people read it: examples first, options in groups, 80 columns, no colour needed. Pure.
 */
import { COMMAND_NAMES, OPTION_GROUPS } from '../config/option-spec.ts';
import type { CommandName, OptionSpec } from '../config/option-spec.ts';
import { OPTION_NAMES, OPTIONS } from '../config/option-specs.ts';
import { COMMAND_SPECS } from '../config/command-specs.ts';
import type { CommandSpec } from '../config/command-specs.ts';

const COLUMNS = 80;
/** Where descriptions start: those of options, and those of subcommands. */
const INDENT = 26;
const SUBCOMMAND_INDENT = 14;

const HELP_OPTIONS: readonly (readonly [forms: string, text: string])[] = [
  ['-h, --help', 'show this help; `oneprocpool help COMMAND` for a subcommand'],
  ['-V, --version', 'show the version'],
];

/** Help of the program, or of one subcommand. Ends with a newline. */
export function renderHelp(command: CommandName | undefined): string {
  const spec = COMMAND_SPECS[command ?? 'run'];
  const name = command === undefined ? 'oneprocpool' : `oneprocpool ${command}`;
  const intro =
    command === undefined
      ? 'Start a command, or N copies of it, so that processes x threads fits the CPUs\nthat are really there, and prove it.'
      : `${spec.summary.charAt(0).toUpperCase()}${spec.summary.slice(1)}.`;
  const usage = `Usage: ${name} [options] ${spec.operands}`.trimEnd();
  const parts = [intro, `${usage}${command === undefined ? '\n       oneprocpool SUBCOMMAND [options] ...' : ''}`];
  parts.push(section('Examples', renderExamples(spec.examples)));
  if (command === undefined) {
    parts.push(
      section(
        'Subcommands',
        COMMAND_NAMES.map((each) => renderRow(each, COMMAND_SPECS[each].summary, SUBCOMMAND_INDENT)),
      ),
    );
  }
  parts.push(...OPTION_GROUPS.map((group) => renderGroup(group, command ?? 'run')).filter((text) => text !== ''));
  parts.push(
    section(
      'Help',
      HELP_OPTIONS.map(([forms, text]) => renderRow(forms, text)),
    ),
  );
  if (command === undefined) parts.push(FOOT);
  return `${parts.join('\n\n')}\n`;
}

const FOOT = `Options end at \`--\` or at the first other word. Each one can also be given as a
variable (ONEPROCPOOL_STOP_TIMEOUT=5s) or in a config file (stopTimeout: 5s).
Exit status: that of the command; 128+n when a signal ended it; 125 our own
failure; 126 found but not executable; 127 not found.`;

function renderGroup(group: string, command: CommandName): string {
  const specs = OPTION_NAMES.map((name) => OPTIONS[name]).filter(
    (spec) => spec.group === group && spec.commands.includes(command),
  );
  return specs.length === 0
    ? ''
    : section(
        group,
        specs.map((spec) => renderRow(formsOf(spec), describe(spec))),
      );
}

function section(title: string, rows: readonly string[]): string {
  return `${title}:\n${rows.join('\n')}`;
}

/** `-w, --workers N`; a switch that is on by default shows how to turn it off. */
export function formsOf(spec: OptionSpec<unknown>): string {
  const short = spec.short === undefined ? '    ' : `-${spec.short}, `;
  const long = spec.kind === 'switch' && spec.fallback === true ? `--[no-]${spec.flag}` : `--${spec.flag}`;
  return `${short}${long}${spec.placeholder === '' ? '' : ` ${spec.placeholder}`}`;
}

function describe(spec: OptionSpec<unknown>): string {
  return spec.fallbackText === '' ? spec.description : `${spec.description} [${spec.fallbackText}]`;
}

/** Wraps the text beside the forms, or below them when they are long. */
function renderRow(forms: string, text: string, indent = INDENT): string {
  const margin = `\n${' '.repeat(indent)}`;
  const left = `  ${forms}`;
  const head = left.length + 2 > indent ? `${left}${margin}` : left.padEnd(indent);
  return `${head}${wrap(text, COLUMNS - indent).join(margin)}`;
}

function renderExamples(examples: CommandSpec['examples']): string[] {
  const width = Math.max(...examples.map(([line]) => line.length));
  return examples.map(([line, meaning]) => `  ${line.padEnd(width)}  # ${meaning}`);
}

function wrap(text: string, width: number): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    if (line !== '' && line.length + 1 + word.length > width) {
      lines.push(line);
      line = word;
    } else {
      line = line === '' ? word : `${line} ${word}`;
    }
  }
  return [...lines, line];
}
