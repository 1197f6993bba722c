/**
 * Presets as a person reads them: all in a table, one with everything that is known about it. Pure.
 */
import type {
  ControlCondition,
  ControlVariable,
  LibraryPreset,
  PresetControls,
  PresetVerification,
} from '../presets/preset.ts';
import { formatNumber } from './quantities.ts';
import type { Style } from './terminal-style.ts';
import { displayWidth, hangingIndent, padRight } from './text-layout.ts';

/** Columns that the variables need at least; the library's name goes when they have less. */
const VARIABLES_WIDTH = 36;

/** Lines of a table with id, name, tier and the variables that are set; ends with a newline. */
export function renderPresetList(presets: readonly PresetControls[], style: Style): string {
  const widest = (texts: readonly string[]) => Math.max(0, ...texts.map(displayWidth));
  const idWidth = widest(['id', ...presets.map(({ id }) => id)]);
  const nameWidth = widest(['library', ...presets.map(({ name }) => name)]);
  const tierWidth = widest(['tier', ...presets.map(({ tier }) => tier)]);
  const isWide = style.columns >= idWidth + nameWidth + tierWidth + 6 + VARIABLES_WIDTH;
  const line = (id: string, name: string, tier: string, variables: string) => {
    const columns = [
      padRight(id, idWidth),
      ...(isWide ? [padRight(name, nameWidth)] : []),
      padRight(tier, tierWidth),
      '',
    ];
    return hangingIndent(columns.join('  '), variables, style.columns).trimEnd();
  };
  const rows = presets.map(({ id, name, tier, set }) =>
    line(
      id,
      name,
      tier,
      tier === 'no-control' ? 'none exists' : [...new Set(set.map(({ variable }) => variable))].join(' '),
    ),
  );
  return [style.bold(line('id', 'library', 'tier', 'variables')), ...rows, ''].join('\n');
}

function conditionText(when: ControlCondition | undefined): string {
  if (when === undefined) return '';
  const parts: string[] = [];
  if (when.minThreads !== undefined) parts.push(`with ${when.minThreads} threads or more`);
  if (when.maxThreads !== undefined)
    parts.push(when.maxThreads === 1 ? 'with 1 thread' : `with at most ${when.maxThreads} threads`);
  if (when.spinningHurts === true) parts.push('where waiting threads take CPU time from working ones');
  return parts.length === 0 ? '' : ` Only ${parts.join(' and ')}.`;
}

function verificationText({ version, date, variable, demandCpus, note }: PresetVerification): string {
  const figures = Object.entries(demandCpus).map(([value, demand]) =>
    value === 'unset' || variable === null
      ? `${value}: ${formatNumber(demand)}`
      : `${variable}=${value}: ${formatNumber(demand)}`,
  );
  const demand = figures.length === 0 ? '' : `; demand in CPUs: ${figures.join(', ')}`;
  return `${version}, ${date}${demand}${note === undefined ? '' : `. ${note}`}`;
}

function setText(control: ControlVariable): string {
  return `${control.variable}=${control.value}: ${control.meaning}.${conditionText(control.when)}`;
}

/** Everything about one preset, ending with a newline. */
export function renderPresetDetails(preset: LibraryPreset, style: Style): string {
  const sections: [title: string, texts: readonly string[]][] = [
    ['languages', [preset.languages.join(', ')]],
    ['tier', [`${preset.tier} (${preset.side} side)`]],
    ['sets', preset.set.map(setText)],
    [
      'removes',
      preset.unset.map(
        (removed) =>
          `${removed.variable}: ${removed.reason}${removed.onlyWithSeveralWorkers === true ? ' Only with several workers.' : ''}`,
      ),
    ],
    ['precedence', [preset.precedence]],
    ['read at', [preset.readAt]],
    ['when unset', [preset.unsetDefault]],
    ['cure', preset.cure === undefined ? [] : [preset.cure]],
    ['traps', preset.traps],
    [
      'recognised',
      [[...preset.detect.sonames, ...preset.detect.threadNames.map((name) => `thread ${name}`)].join(', ')],
    ],
    ['verified', preset.verified.map(verificationText)],
    ['sources', preset.sources],
  ];
  const lines = sections.flatMap(([title, texts]) =>
    texts
      .filter((text) => text !== '')
      .map((text, index) => hangingIndent(`  ${padRight(index === 0 ? title : '', 11)}  `, text, style.columns)),
  );
  return [`${style.bold(preset.id)}  ${preset.name}`, ...lines, ''].join('\n');
}
