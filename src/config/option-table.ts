/**
 * The table of options for documents, in Markdown. Pure.
 */
import { OPTION_GROUPS, offersNegation } from './option-spec.ts';
import { OPTION_NAMES, OPTIONS, variableOf } from './option-specs.ts';
import type { OptionName } from './option-specs.ts';

/** One Markdown table with a heading row for each group. `full` adds variable, key and commands. */
export function renderOptionTable(full: boolean): string {
  const head = full
    ? ['| Option | Default | Variable | Config key | For | Meaning |', '| --- | --- | --- | --- | --- | --- |']
    : ['| Option | Default | Meaning |', '| --- | --- | --- |'];
  const rows = OPTION_GROUPS.flatMap((group) => [
    `| **${group}** |${' |'.repeat(full ? 5 : 2)}`,
    ...OPTION_NAMES.filter((name) => OPTIONS[name].group === group).map((name) =>
      full ? renderFull(name) : renderShort(name),
    ),
  ]);
  return [...head, ...rows].join('\n');
}

function renderShort(name: OptionName): string {
  return row([flagText(name), defaultText(name), escape(OPTIONS[name].description)]);
}

function renderFull(name: OptionName): string {
  const { layers, commands, description } = OPTIONS[name];
  const variable = layers.includes('environment') ? code(variableOf(name)) : '';
  const key = layers.includes('file') ? code(name) : '';
  return row([flagText(name), defaultText(name), variable, key, commands.join(', '), escape(description)]);
}

function row(cells: readonly string[]): string {
  return `| ${cells.join(' | ')} |`;
}

function flagText(name: OptionName): string {
  const { flag, short, placeholder } = OPTIONS[name];
  const value = placeholder === '' ? '' : ` ${placeholder}`;
  const forms = [...(short === undefined ? [] : [code(`-${short}`)]), code(`--${flag}${value}`)];
  if (offersNegation(OPTIONS[name])) forms.push(code(`--no-${flag}`));
  return forms.join(', ');
}

function defaultText(name: OptionName): string {
  const { fallbackText } = OPTIONS[name];
  return fallbackText === '' ? '' : code(fallbackText);
}

/** In a table, a bar needs a backslash even inside code. */
function code(text: string): string {
  return `\`${text.replaceAll('|', '\\|')}\``;
}

/** `{index}` and the like are fine in Markdown; bars end a cell. */
function escape(text: string): string {
  return text.replaceAll('|', '\\|');
}
