// The record of what was measured: presets/VERIFIED.md and the `verified` arrays of presets/*.json.
import { readFileSync, writeFileSync } from 'node:fs';

const DOCUMENT = 'presets/VERIFIED.md';
const COLUMNS = ['unset', '1', '2', '3'];

/** Replaces the entries of the workloads that ran; entries of others stay. */
export function updatePresets(results, date) {
  for (const presetId of new Set(results.map(({ workload }) => workload.presetId))) {
    const path = `presets/${presetId}.json`;
    const preset = JSON.parse(readFileSync(path, 'utf8'));
    const fresh = results
      .filter(({ workload }) => workload.presetId === presetId)
      .map((result) => entryOf(result, date));
    preset.verified = fresh;
    writeFileSync(path, `${JSON.stringify(preset, null, 2)}\n`);
  }
}

function entryOf({ workload, runs }, date) {
  const demandCpus = Object.fromEntries(
    COLUMNS.filter((k) => runs[k]?.independent !== undefined && runs[k].independent !== null).map((k) => [
      k,
      round(runs[k].independent),
    ]),
  );
  const note = [workload.note, runs.cure ? `With the cure in code at 1: ${round(runs.cure.independent)}.` : '']
    .filter(Boolean)
    .join(' ');
  return { version: versionOf(runs), date, variable: workload.variable, demandCpus, ...(note ? { note } : {}) };
}

/** The whole table; `skipped`: `{ workload, reason }` of what could not run here. */
export function writeDocument(results, skipped, selfTests, machine) {
  const rows = results.map(({ workload, runs, date }) => [
    workload.library,
    versionOf(runs),
    date,
    workload.variable ? `\`${workload.variable}\`` : 'none',
    ...COLUMNS.map((k) => cell(runs[k])),
    [workload.note, runs.cure ? `cure in code at 1: ${cell(runs.cure)}` : ''].filter(Boolean).join('; '),
  ]);
  const text = `# Verified libraries

Written by \`npm run test:conformance -- --update\`; not by hand. Each library ran a real workload (\`test/conformance/workloads\`) under \`oneprocpool --threads k\`, and its demand was measured twice: by the report of oneprocpool (highest mean over a window of at least one second, start-up included; for pools of processes the mean over the whole run) / by an independent sampler (mean over the steady part). Demand is the number of threads that run or wait for a CPU, on average: a library obeys when it is at most k + 0.25. "unset" is the same run with no variable set.

Machine: ${machine}. A count above the CPUs of the machine is clamped by some libraries.

${table(['Library', 'Version', 'Date', 'Variable', 'unset', 'k = 1', 'k = 2', 'k = 3', 'Note'], rows)}

## The suite can fail

Controls that do nothing, judged by the same rule at k = 1. They must break it.

${table(
  ['Library', 'Variable set to 1', 'Demand'],
  selfTests.map((row) => [row.library, `\`${row.setting}\``, cell(row.run)]),
)}

## Could not run here

${
  skipped.length === 0
    ? 'Everything ran.'
    : table(
        ['Library', 'Reason'],
        skipped.map(({ library, reason }) => [library, reason]),
      )
}
`;
  writeFileSync(DOCUMENT, text);
}

/** The version that the record of the preset names for this workload, for messages about a change. */
export function recordedVersions(presetId) {
  return JSON.parse(readFileSync(`presets/${presetId}.json`, 'utf8')).verified.map(({ version }) => version);
}

export function versionOf(runs) {
  return Object.values(runs).find(({ version }) => version)?.version ?? 'unknown version';
}

export function cell(run) {
  if (!run) return '';
  return `${round(run.product) ?? '?'} / ${round(run.independent) ?? '?'}`;
}

function round(demand) {
  return demand === null || demand === undefined ? undefined : Math.round(demand * 100) / 100;
}

function table(head, rows) {
  const line = (cells) =>
    `| ${cells.map((text) => String(text).replaceAll('|', '\\|').replaceAll('\n', ' ')).join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}
