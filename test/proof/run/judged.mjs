// One run of a program under the product: what it said, when, and how that compares with the truth.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runChild } from './child.mjs';

const PROJECT = new URL('../../..', import.meta.url).pathname;
const PROGRAM = process.env.ONEPROCPOOL_PROOF_PROGRAM ?? join(PROJECT, 'bin', 'oneprocpool');
/** Longer than anything takes that starts in a quota of 0.1. */
const PATIENCE_SECONDS = 90;

export async function runJudged({ row, condition, truth }, command, setting) {
  const folder = mkdtempSync(join(tmpdir(), 'oneprocpool-proof-'));
  const report = join(folder, 'report.json');
  const words = [PROGRAM, '-w', row.workers, '--threads', row.threads, '--report', report, '--', ...command].map(
    String,
  );
  try {
    const { status, lines, seconds } = await runLines(setting.wrap(words), row.seconds + PATIENCE_SECONDS);
    return {
      ...describe(row, condition, truth),
      status,
      wallSeconds: seconds,
      ...readVerdict(report),
      warnedAt: firstWarning(lines),
      said: lines.map(({ text }) => text).slice(0, 12),
    };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function describe({ id, blind, workers, threads }, { name }, { label, mean, peak, share, total }) {
  return {
    id,
    condition: name,
    blind,
    workers,
    threads,
    label,
    share,
    total,
    trueMean: round(mean),
    truePeak: round(peak),
  };
}

const round = (value) => Math.round(value * 100) / 100;

/** `lines`: of stderr, each with the seconds since the start. */
async function runLines(words, patienceSeconds) {
  const startedMs = performance.now();
  const seconds = () => round((performance.now() - startedMs) / 1000);
  const lines = [];
  const { status } = await runChild(words, patienceSeconds, (text) => lines.push({ at: seconds(), text }));
  return { status, lines, seconds: seconds() };
}

function readVerdict(report) {
  try {
    const { verdict, workers } = JSON.parse(readFileSync(report, 'utf8'));
    const peaks = workers.map(({ peakDemandCpus }) => peakDemandCpus ?? 0);
    const means = workers.map(({ meanDemandCpus }) => meanDemandCpus ?? 0);
    return {
      verdict: verdict.outcome,
      peak: Math.max(...peaks),
      mean: round(Math.max(...means)),
      codes: verdict.findings.map(({ code }) => code),
    };
  } catch (error) {
    return { verdict: 'no report', peak: null, mean: null, codes: [], problem: String(error) };
  }
}

/** What is said about the plan before anything runs is no warning about demand. */
function firstWarning(lines) {
  const isDemand = ({ text }) =>
    /busy|running or waiting|threads at once|kept .* threads/.test(text) && !/need \d+ CPUs/.test(text);
  return lines.find(isDemand)?.at ?? null;
}
