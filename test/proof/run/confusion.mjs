// The confusion table: what was said against what is true, by condition. Pure.

export const faultOf = ({ label, verdict }) => {
  if (label === 'within' && verdict === 'exceeded') return 'false alarm';
  if (label === 'above' && verdict === 'within') return 'miss';
  if (label !== 'grey' && verdict !== 'within' && verdict !== 'exceeded') return 'unknown';
  return undefined;
};

const COLUMNS = [
  'condition',
  'runs',
  'above',
  'within',
  'grey',
  'false alarms',
  'misses',
  'unknown',
  'said after (median)',
];

/** Lines of a table in Markdown. */
export function confusionTable(results) {
  const names = [...new Set(results.map(({ condition }) => condition))];
  const groups = names.map((name) => [name, results.filter(({ condition }) => condition === name)]);
  if (names.length > 1) groups.push(['all', results]);
  const rows = groups.map(([name, group]) => rowOf(name, group));
  return [COLUMNS, COLUMNS.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`);
}

function rowOf(name, group) {
  const count = (keep) => group.filter(keep).length;
  const labelled = (label) => count((result) => result.label === label);
  const faults = (kind) => count((result) => faultOf(result) === kind);
  const [above, within] = [labelled('above'), labelled('within')];
  return [
    name,
    group.length,
    above,
    within,
    labelled('grey'),
    part(faults('false alarm'), within),
    part(faults('miss'), above),
    part(faults('unknown'), above + within),
    medianWarning(group),
  ];
}

const part = (count, all) => (count === 0 ? '0' : `${count} (${((100 * count) / all).toFixed(1)} %)`);

function medianWarning(group) {
  const times = group
    .filter(({ label, warnedAt }) => label === 'above' && warnedAt !== null)
    .map(({ warnedAt }) => warnedAt)
    .sort((a, b) => a - b);
  return times.length === 0 ? '-' : `${times[Math.floor(times.length / 2)].toFixed(1)} s`;
}
