// presets/VERIFIED.md: the table of what was measured, for people.
import { existsSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { softRow } from './soft.mjs';
import { COLUMNS, noteOf, round, versionOf } from './verified.mjs';
import { listWorkloads } from './workload.mjs';

const DOCUMENT = 'presets/VERIFIED.md';
const SOFT_HEAD = ['Library', 'Variable', '= 1', 'of the framework', '= 2 and the framework 1', ''];
const SOFT_TITLE = '## Soft limits';
/** By preset: why it has no workload. */
const REASONS = JSON.parse(readFileSync('tools/conformance/without-workload.json', 'utf8'));
const UNPROVEN_TITLE = '## Without a workload';
const HEAD = ['Library', 'Version', 'Date', 'Variable', 'unset', 'k = 1', 'k = 2', 'k = 3', 'Note'];

/** `product / independent`, in CPUs. */
export function cell(run) {
  return run ? `${round(run.product) ?? '?'} / ${round(run.independent) ?? '?'}` : '';
}

/** A whole run writes the document anew. */
export function writeDocument(results, skipped, selfTests, softLimits, machine) {
  const told = selfTests.map((row) => [row.library, `\`${row.setting}\``, cell(row.run)]);
  const reasons = skipped.map(({ library, reason }) => [library, reason]);
  const text = `# Verified libraries

Written by \`npm run test:conformance -- --update\`, not by hand. Each library ran a real workload (\`test/conformance/workloads\`) under \`oneprocpool --threads k\`. Its demand, the mean number of threads that run or wait for a CPU, was measured twice: by the report of oneprocpool (highest mean over a window of at least one second, start-up included) / by an independent sampler (mean of the steady part). A library obeys when the second, and the mean that oneprocpool reports for the whole run, are at most k + 0.25. "unset" is the same run with no variable set.

Machine: ${machine}. Some libraries clamp a count to the CPUs of the machine, and a thread that lives shorter than a period of a sampler is not seen by it.

${table(HEAD, results.map(rowOf))}

## The suite can fail

Controls that do nothing, judged by the same rule at k = 1. They break it, or the suite fails.

${table(['Library', 'Variable', 'Demand'], told)}

${renderSoftLimits(softLimits)}

## Could not run here

${reasons.length === 0 ? 'Nothing: all of them ran.' : table(['Library', 'Reason'], reasons)}

${renderUnproven()}`;
  writeFileSync(DOCUMENT, text);
}

function renderSoftLimits(softLimits) {
  return `${SOFT_TITLE}

Variables that rank below those that frameworks set for their own workers: alone at 1, then at 2 where the framework has set 1. Demand by the independent sampler. \`--pool auto\` chooses among those that say "the framework decides"; which, why, and whether it should be the default, is in [docs/pools.md](../docs/pools.md).

${table(SOFT_HEAD, softLimits.map(softRow))}`;
}

/** Presets of libraries that cannot be had for this machine, with what was tried. */
function renderUnproven() {
  const proven = new Set(listWorkloads().map(({ presetId }) => presetId));
  const rows = readdirSync('presets')
    .filter((name) => name.endsWith('.json') && !proven.has(name.slice(0, -'.json'.length)))
    .map((name) => JSON.parse(readFileSync(`presets/${name}`, 'utf8')))
    .map(({ id, name }) => [name, REASONS[id] ?? 'nobody has written one']);
  return `${UNPROVEN_TITLE}

These presets rest on their sources alone.

${table(['Library', 'Why'], rows)}
`;
}

/** Replaces what is said of soft limits and of presets without a workload. */
export function updateSoftLimits(softLimits) {
  const text = readFileSync(DOCUMENT, 'utf8');
  const next = text.indexOf('## Could not run here');
  const begin = text.includes(SOFT_TITLE) ? text.indexOf(SOFT_TITLE) : next;
  const end = text.includes(UNPROVEN_TITLE) ? text.indexOf(UNPROVEN_TITLE) : text.length;
  const kept = text.slice(next, end).trimEnd();
  writeFileSync(DOCUMENT, `${text.slice(0, begin)}${renderSoftLimits(softLimits)}\n\n${kept}\n\n${renderUnproven()}`);
}

/** A partial run replaces the rows of the libraries that ran, adds those that are new, and says what has no workload. */
export function updateDocument(results) {
  if (!existsSync(DOCUMENT)) return;
  const lines = readFileSync(DOCUMENT, 'utf8').split('\n');
  const first = lines.indexOf(line(HEAD)) + 2;
  let end = first;
  while (lines[end]?.startsWith('|')) end += 1;
  const libraryIn = (row) => row.split(' | ')[0].slice('| '.length);
  const rows = new Map(lines.slice(first, end).map((row) => [libraryIn(row), row]));
  for (const result of results) rows.set(result.workload.library, line(rowOf(result)));
  const text = [...lines.slice(0, first), ...rows.values(), ...lines.slice(end)].join('\n');
  writeFileSync(DOCUMENT, `${text.slice(0, text.indexOf(UNPROVEN_TITLE))}${renderUnproven()}`);
}

function rowOf({ workload, runs, date }) {
  const variable = workload.variable ? `\`${workload.variable}\`` : 'none';
  const demands = COLUMNS.map((k) => cell(runs[k]));
  return [workload.library, versionOf(runs), date, variable, ...demands, noteOf(workload, runs, cell)];
}

function line(cells) {
  return `| ${cells.map((text) => String(text).replaceAll('|', '/').replaceAll('\n', ' ')).join(' | ')} |`;
}

function table(head, rows) {
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}
