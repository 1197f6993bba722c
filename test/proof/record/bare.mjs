// Runs a program without the product, under the recorder: for a trace, or to compare its truth with what the kernel counted.
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { runChild } from '../run/child.mjs';
import { CPUS } from '../run/conditions.mjs';
import { buildPath } from '../run/prepare.mjs';
import { summarizeSteps } from '../truth/demand.mjs';
import { demandOf } from '../truth/truth.mjs';
import { openTrace, windowsOf } from './traces.mjs';

const RECORD_PERIOD_MS = 50;
const TRUTH_PERIOD_MS = 10;
const PATIENCE_SECONDS = 60;
/** The program before all others on the machine, also where the kernel shares CPUs between sessions first. */
const BEFORE_OTHERS = ['sh', '-c', 'echo -19 2>&- >/proc/self/autogroup; exec nice -n -19 "$@"', 'sh'];
/** What a runtime does at its start, and the last moments of what lives shortly, are not in the construction. */
const TOLERANCE_CPUS = 0.15;
const TOLERANCE_SHARE = 0.15;
/** The recorder takes some of it where there are many threads. */
const QUIET_CPUS = 0.3;

/** `{ line, wrong }` */
export async function runBare(run, command, setting, { record, truth: wantsTruth, seed }) {
  const periodMs = wantsTruth ? TRUTH_PERIOD_MS : RECORD_PERIOD_MS;
  const meta = { ...metaOf(run, seed), periodMs };
  const folder = wantsTruth ? mkdtempSync(join(tmpdir(), 'oneprocpool-truth-')) : record;
  mkdirSync(folder, { recursive: true });
  const path = join(folder, `${run.row.id}.${run.condition.name}.jsonl`);
  try {
    await recordTo(path, meta, command, setting, wantsTruth ? BEFORE_OTHERS : []);
    if (wantsTruth) return compare(run, openTrace(path));
    writeFileSync(`${path}.gz`, gzipSync(readFileSync(path)));
    rmSync(path);
    return { line: `recorded ${path}.gz`, wrong: false };
  } finally {
    if (wantsTruth) rmSync(folder, { recursive: true, force: true });
  }
}

function metaOf({ row, condition, truth }, seed) {
  const { id, blind, workers, threads, seconds, like } = row;
  const { quotaCpus = null, neighbours, name } = condition;
  return {
    id,
    condition: name,
    blind,
    workers,
    threads,
    seconds,
    like,
    ...truth,
    quotaCpus,
    neighbours,
    cpus: CPUS,
    seed,
  };
}

async function recordTo(path, meta, command, setting, first) {
  const [, words] = setting.wrap(command);
  // `taskset -c CPUS` first: the recorder counts the CPUs that it may use itself. It stays outside the quota.
  const [flag, cpus, file, ...args] = words;
  const recorder = [
    buildPath('recorder'),
    path,
    meta.periodMs,
    meta.workers,
    setting.directory ?? '-',
    JSON.stringify(meta),
  ];
  const all = [...first, 'taskset', flag, cpus, ...recorder, '--', file, ...args];
  const { status } = await runChild([all[0], all.slice(1)], meta.seconds + PATIENCE_SECONDS);
  if (status !== 0) throw new Error(`the recorder ended with ${status}`);
}

/**
 * The construction on so many CPUs, shared fairly, is what a sampler sees on a machine where nobody else works. Where
 * others took a part of them, the truth lies between that and the construction on the rest.
 */
function compare({ row }, trace) {
  const seen = summarizeSteps(stepsOf(trace));
  const others = othersCpus(trace);
  const many = { ...row, like: Array.from({ length: row.workers }, () => row.like).join(' + ') };
  const [expected, crowded] = [CPUS, Math.max(0.5, CPUS - others)].map((cpus) => demandOf(many, cpus));
  const allowed = TOLERANCE_CPUS + TOLERANCE_SHARE * expected.mean;
  const [least, most] = [expected.mean, crowded.mean].sort((a, b) => a - b);
  const wrong = seen.mean < least - allowed || seen.mean > most + allowed;
  const figures = `mean ${seen.mean.toFixed(2)} of ${expected.mean.toFixed(2)}, peak ${seen.peak.toFixed(2)} of ${expected.peak.toFixed(2)}`;
  const noise = others > QUIET_CPUS ? `; others used ${others.toFixed(2)} CPUs` : '';
  return { line: `${wrong ? 'WRONG' : 'ok   '} ${row.id}: ${figures}${noise}`, wrong };
}

/** CPUs that others used on the same CPUs meanwhile. */
function othersCpus(trace) {
  const windows = [...windowsOf(trace)];
  return windows.reduce((sum, { othersMs }) => sum + othersMs, 0) / windows.reduce((sum, { ms }) => sum + ms, 0);
}

/** Running and waiting of all threads between two looks, as steps. */
function stepsOf(trace) {
  const known = new Map();
  const steps = [];
  let lastMs = 0;
  for (const { atMs, threads } of trace.looks()) {
    let ns = 0;
    for (const { tid, pid, runNs, waitNs } of threads.values()) {
      const key = `${pid}/${tid}`;
      ns += runNs + waitNs - (known.get(key) ?? 0);
      known.set(key, runNs + waitNs);
    }
    if (atMs > lastMs) steps.push([lastMs, ns / 1e6 / (atMs - lastMs)]);
    lastMs = atMs;
  }
  return [...steps, [lastMs, 0]];
}
