// The record of what was measured, in the `verified` arrays of presets/*.json. The table for people: document.mjs.
import { readFileSync, writeFileSync } from 'node:fs';

export const COLUMNS = ['unset', '1', '2', '3'];

/** Replaces the record of each preset that ran; with `partial`, only the entries of the same libraries. */
export function updatePresets(results, partial) {
  for (const presetId of new Set(results.map(({ workload }) => workload.presetId))) {
    const path = `presets/${presetId}.json`;
    const preset = JSON.parse(readFileSync(path, 'utf8'));
    const fresh = results.filter(({ workload }) => workload.presetId === presetId).map(entryOf);
    const names = new Set(fresh.map(({ version }) => nameIn(version)));
    const others = partial ? preset.verified.filter(({ version }) => !names.has(nameIn(version))) : [];
    preset.verified = [...others, ...fresh];
    writeFileSync(path, `${JSON.stringify(preset, null, 2)}\n`);
  }
}

function entryOf({ workload, runs, date }) {
  const measured = COLUMNS.filter((k) => typeof runs[k]?.independent === 'number');
  const note = noteOf(workload, runs, (run) => String(round(run.independent)));
  return {
    version: versionOf(runs),
    date,
    variable: workload.variable,
    demandCpus: Object.fromEntries(measured.map((k) => [k, round(runs[k].independent)])),
    ...(note ? { note } : {}),
  };
}

/** `numpy` of `numpy 2.4.6, OpenBLAS 0.3.31`; builds of Debian are told apart by what follows the number. */
function nameIn(version) {
  return version.replaceAll(/[\d.]+/g, '');
}

/** The version that the record of the preset names for this workload, for messages about a change. */
export function recordedVersions(presetId) {
  return JSON.parse(readFileSync(`presets/${presetId}.json`, 'utf8')).verified.map(({ version }) => version);
}

export function versionOf(runs) {
  return Object.values(runs).find(({ version }) => version)?.version ?? 'unknown version';
}

export function noteOf(workload, runs, show) {
  const cure = runs.cure ? `with the cure in code at 1: ${show(runs.cure)}` : undefined;
  return [workload.note, cure].filter(Boolean).join('; ');
}

/** Two decimals; `undefined` when nothing was measured. */
export function round(demand) {
  return typeof demand === 'number' ? Math.round(demand * 100) / 100 : undefined;
}
