/**
 * The variables of a plan as a table. Names that share their values share a row; groups of workers that
 * differ stand side by side (`3 | 2`). Pure.
 */
import type { EnvironmentOverlay } from '../plan/plan.ts';
import type { Style } from './terminal-style.ts';
import { displayWidth, hangingIndent, padRight, printable } from './text-layout.ts';
import type { WorkerGroup } from './worker-groups.ts';

const OWN_PREFIX = 'ONEPROCPOOL_';

/** Names by the values they have in the groups, `-` where a group lacks the name. */
function namesByValues(
  groups: readonly WorkerGroup[],
  part: 'set' | 'kept',
  wanted: (name: string) => boolean,
): Map<string, string[]> {
  const overlays: EnvironmentOverlay[] = groups.map((group) => group.workers[0].env);
  const names = new Set(overlays.flatMap((overlay) => Object.keys(overlay[part])).filter(wanted));
  const rows = new Map<string, string[]>();
  for (const name of [...names].sort()) {
    const values = overlays
      .map((overlay) => overlay[part][name])
      .map((value) => (value === undefined ? '-' : printable(value)));
    const label = new Set(values).size === 1 ? (values[0] ?? '') : values.join(' | ');
    const row = rows.get(label);
    if (row === undefined) rows.set(label, [name]);
    else row.push(name);
  }
  return rows;
}

/** Names of all groups' overlays that are removed, in order. */
function removedNames(groups: readonly WorkerGroup[]): string[] {
  return [...new Set(groups.flatMap((group) => group.workers[0].env.unset))].sort();
}

/**
 * Lines of the section. Without `verbose` the removed names are only counted and our own ONEPROCPOOL_*
 * variables are left out.
 */
export function renderVariables(groups: readonly WorkerGroup[], options: { style: Style; verbose: boolean }): string[] {
  const { style, verbose } = options;
  const set = namesByValues(groups, 'set', (name) => !name.startsWith(OWN_PREFIX));
  const own = verbose
    ? namesByValues(groups, 'set', (name) => name.startsWith(OWN_PREFIX) && name !== 'ONEPROCPOOL_WORKER_INDEX')
    : new Map<string, string[]>();
  const kept = namesByValues(groups, 'kept', () => true);
  const removed = removedNames(groups);
  if (verbose) own.set('(index)', ['ONEPROCPOOL_WORKER_INDEX']);

  const rows: [label: string, text: string][] = [];
  for (const [value, names] of [...set, ...own]) rows.push([`= ${value}`, names.join(' ')]);
  for (const [value, names] of kept) rows.push([`= ${value}`, `${names.join(' ')} (yours, kept)`]);
  if (removed.length > 0) {
    rows.push([
      'removed',
      verbose ? removed.join(' ') : `${removed.length} names that would defeat these, where present (-v lists them)`,
    ]);
  }
  if (rows.length === 0) rows.push(['none', '']);

  const width = Math.min(24, Math.max(...rows.map(([label]) => displayWidth(label))));
  const which = groups.length > 1 ? `  workers ${groups.map((group) => group.indexes).join(' | ')}` : '';
  return [
    style.bold('Variables') + which,
    ...rows.map(([label, text]) => hangingIndent(`  ${padRight(label, width)}  `, text, style.columns).trimEnd()),
  ];
}
