/**
 * The engine does what the table says, seen by the recorder. All figures hold beside busy neighbours too: the share of the
 * time without waiting that a thread works, who is there, and how many work at once.
 */
import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { missingCompiler } from '../support/c-programs.ts';
import { PROGRAM, PROJECT_ROOT } from '../support/project.ts';
import { loadPrepare, loadTraces, type Look } from './load.ts';

const { buildPath } = await loadPrepare();
const { openTrace } = await loadTraces();
const skip = missingCompiler() ?? false;
const SECONDS = 2;
let folder = '';

before(() => (folder = mkdtempSync(join(tmpdir(), 'oneprocpool-engine-'))));
after(() => rmSync(folder, { recursive: true, force: true }));

interface Seen {
  /** Share of the time without waiting that it ran, by thread. */
  readonly shares: number[];
  /** Threads that ran or wanted to, by look. */
  readonly runnable: number[];
  readonly looks: { processes: number; atMs: number }[];
}

function record(groups: string, copies = 1): Seen {
  const path = join(folder, 'trace.jsonl');
  const words = [
    path,
    '20',
    String(copies),
    '-',
    '{}',
    '--',
    buildPath('engine'),
    String(SECONDS),
    ...groups.split(' '),
  ];
  execFileSync(buildPath('recorder'), words);
  return see(openTrace(path).looks());
}

function see(looks: Iterable<Look>): Seen {
  const first = new Map<string, { atMs: number }>();
  const last = new Map<string, { atMs: number; runMs: number; waitMs: number }>();
  const runnable: number[] = [];
  const counts: Seen['looks'] = [];
  for (const { atMs, threads, processes } of looks) {
    const alive = [...threads.values()].filter(({ state }) => state !== 'Z');
    for (const { pid, tid, runNs, waitNs } of alive) {
      const key = `${pid}/${tid}`;
      if (!first.has(key)) first.set(key, { atMs });
      last.set(key, { atMs, runMs: runNs / 1e6, waitMs: waitNs / 1e6 });
    }
    runnable.push(alive.filter(({ state }) => state === 'R').length);
    counts.push({ processes: [...processes.values()].filter(({ state }) => state !== 'Z').length, atMs });
  }
  const shares = [...last].map(([key, { atMs, runMs, waitMs }]) => {
    const wallMs = atMs - (first.get(key)?.atMs ?? 0);
    return wallMs > 500 ? runMs / Math.max(1, wallMs - waitMs) : 0;
  });
  return { shares, runnable, looks: counts };
}

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);
const middle = (values: readonly number[]): number =>
  [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;

describe('the engine', { skip }, () => {
  const duties: readonly [groups: string, cpus: number][] = [
    ['sleep n=3 on=5 off=20', 0.6],
    ['timed n=2 on=5 off=15', 0.5],
    ['threads n=1 on=5 off=1000', 0],
    ['sleep procs=4 on=5 off=45', 0.4],
  ];
  for (const [groups, cpus] of duties) {
    test(`${groups}: its threads work ${cpus} of the time in which they do not wait`, () => {
      const total = sum(record(groups).shares);
      assert.ok(Math.abs(total - cpus) <= 0.05 + 0.3 * cpus, `${total}`);
    });
  }

  // Who hands something over wants to run a moment longer: then there is one more, or one that has just ended.
  const crowds: readonly [groups: string, atOnce: number, scatter: number][] = [
    ['busy n=3', 3, 0],
    ['busy procs=2 detach=2', 2, 0],
    ['busy procs=2 n=2 nice=10', 4, 0],
    ['busy procs=2 policy=idle', 2, 0],
    ['children n=3 on=50', 3, 1],
    ['threads n=3 on=50', 3, 1],
    ['gang n=3 on=20 serial=0 spin=1', 3, 0],
    ['turns n=6 on=5', 1, 1],
    ['sleepers n=50 + busy', 1, 0],
    ['pool n=3 on=5000 off=0', 3, 0],
  ];
  for (const [groups, atOnce, scatter] of crowds) {
    test(`${groups}: ${atOnce} threads at once`, () => {
      const seen = middle(record(groups).runnable.slice(5, -5));
      assert.ok(Math.abs(seen - atOnce) <= scatter, `${seen}`);
    });
  }

  test('a phase ends when it should', () => {
    const { runnable, looks } = record('busy n=3 from=1 until=1.5');
    const within = (fromMs: number, toMs: number): number[] =>
      runnable.filter((_, i) => (looks[i]?.atMs ?? 0) > fromMs && (looks[i]?.atMs ?? 0) < toMs);
    assert.equal(middle(within(100, 900)), 0);
    assert.equal(middle(within(1100, 1450)), 3);
  });

  test('copies are counted together', () => {
    assert.equal(middle(record('busy n=2', 2).runnable.slice(5, -5)), 4);
  });

  test('unknown words are refused', () => {
    for (const words of [
      ['1', 'bussy'],
      ['1', 'busy', 'm=3'],
      ['1', 'busy', 'n'],
    ]) {
      assert.equal(spawnSync(buildPath('engine'), words).status, 2, words.join(' '));
    }
  });
});

test('the runner judges programs with the product and writes the results', { skip }, () => {
  const out = join(folder, 'results.json');
  const words = ['test/proof/run.mjs', '--only', 'busy-3', '--only', 'sleep-1x1', '--condition', 'quiet', '--out', out];
  const env = { ...process.env, ONEPROCPOOL_PROOF_PROGRAM: PROGRAM };
  const { status, stdout } = spawnSync(process.execPath, words, { cwd: PROJECT_ROOT, encoding: 'utf8', env });
  assert.equal(status, 0, stdout);
  const { results } = JSON.parse(readFileSync(out, 'utf8')) as {
    results: { id: string; verdict: string; label: string }[];
  };
  assert.deepEqual(
    results.map(({ id, label, verdict }) => `${id} ${label} ${verdict}`),
    ['busy-3 above exceeded', 'sleep-1x1 within within'],
  );
  assert.match(stdout, /\| quiet \| 2 \| 1 \| 1 \| 0 \| 0 \| 0 \| 0 \|/);
});
