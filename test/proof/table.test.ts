/** The set itself: what is true of its programs, and which of them run where. Nothing is run. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { loadConfusion, loadSelection, loadShapes, loadTruth } from './load.ts';

const { demandOf, truthOf } = await loadTruth();
const { parseGroups } = await loadShapes();
const { ROWS, selectRuns } = await loadSelection();
const { confusionTable, faultOf } = await loadConfusion();

const ALL = { only: [], conditions: [], fast: false, seed: '1' };

describe('the demand that follows from the construction', () => {
  const cases: readonly [groups: string, mean: number, peak: number, label: string][] = [
    ['busy n=3', 3, 3, 'above'],
    ['sleep n=3 on=20 off=80', 0.6, 0.6, 'within'],
    ['timer n=8 on=10 off=90', 0.8, 0.8, 'within'],
    ['arrivals n=8 on=100 every=125', 0.8, 0.8, 'within'],
    ['gang n=4 on=50 serial=50', 2.5, 2.5, 'above'],
    ['gang n=2 on=20 serial=60 spin=1', 2, 2, 'above'],
    ['turns n=8 on=5', 1, 1, 'within'],
    ['pool n=6 on=1000 off=1000', 3, 6, 'above'],
    ['children n=2 on=50 procs=2', 4, 4, 'above'],
    ['busy + busy n=3 from=2 until=4', 1.75, 4, 'grey'],
    ['busy + busy n=3 from=2 until=5.5', 2.3125, 4, 'above'],
    ['sleep n=16 on=5 off=95 together=1', 0.8, 0.8, 'grey'],
    ['sleepers n=2000', 0, 0, 'within'],
  ];
  for (const [like, mean, peak, label] of cases) {
    test(`${like}: ${mean}`, () => {
      const row = { like, seconds: 8, workers: 1, threads: 1 };
      const demand = demandOf(row);
      assert.ok(Math.abs(demand.mean - mean) < 0.02, `mean ${demand.mean}`);
      assert.ok(Math.abs(demand.peak - peak) < 0.02, `peak ${demand.peak}`);
      assert.equal(truthOf(row, 2).share, label);
    });
  }

  test('two CPUs shared by four threads make the parallel part of a gang longer', () => {
    // 4 threads of 50 ms take 100 ms on two CPUs: (4 x 100 + 50) / 150.
    assert.ok(Math.abs(demandOf({ like: 'gang n=4 on=50 serial=50', seconds: 9 }, 2).mean - 3) < 0.05);
  });

  test('nothing is said of a program that has no time for its pauses', () => {
    const labelIn = (like: string, availableCpus: number): string =>
      truthOf({ like, seconds: 6, workers: 1, threads: 1 }, 2, availableCpus).label;
    assert.deepEqual(
      [2, 0.5].map((cpus) => labelIn('timer n=8 on=10 off=90', cpus)),
      ['within', 'grey'],
    );
    assert.deepEqual(
      [2, 0.1].map((cpus) => labelIn('sleep n=4 on=500 off=2000', cpus)),
      ['within', 'grey'],
    );
    assert.equal(labelIn('sleep n=16 on=5 off=95', 0.1), 'within');
    assert.equal(labelIn('busy n=3', 0.1), 'above');
  });

  test('workers within their shares can be above the budget together', () => {
    const row = { like: 'busy', seconds: 6, workers: 4, threads: 1 };
    assert.deepEqual({ ...pick(truthOf(row, 2)) }, { share: 'within', total: 'above', label: 'above' });
    assert.deepEqual({ ...pick(truthOf(row, 4)) }, { share: 'within', total: 'within', label: 'within' });
  });
});

const pick = ({ share, total, label }: { share: string; total: string; label: string }): object => ({
  share,
  total,
  label,
});

describe('the table', () => {
  test('has at least 140 programs with names of their own, whose demand can be computed', () => {
    assert.ok(ROWS.length >= 140, `${ROWS.length} programs`);
    assert.equal(new Set(ROWS.map(({ id }) => id)).size, ROWS.length);
    for (const { id, like } of ROWS) assert.ok(parseGroups(like).length > 0, id);
  });

  test('is about half innocent, in every number of workers', () => {
    const runs = selectRuns(ALL);
    const innocent = runs.filter(({ truth }) => truth.label === 'within').length / runs.length;
    assert.ok(innocent > 0.4 && innocent < 0.6, `${innocent} of the runs are innocent`);
    for (const workers of [1, 2, 4]) {
      for (const label of ['above', 'within']) {
        assert.ok(
          runs.some(({ row, truth }) => row.workers === workers && truth.label === label),
          `${workers} workers ${label}`,
        );
      }
    }
  });

  test('gives each program a quiet run and the same loaded one for the same seed', () => {
    const drawn = (seed: string): string[] =>
      selectRuns({ ...ALL, seed }).map(({ row, condition }) => `${row.id} ${condition.name}`);
    assert.deepEqual(drawn('1'), drawn('1'));
    assert.notDeepEqual(drawn('1'), drawn('2'));
    assert.equal(drawn('1').length, 2 * ROWS.length);
    assert.equal(drawn('1').filter((name) => name.endsWith(' quiet')).length, ROWS.length);
  });

  test('has a fast part of 20 innocent and 20 other programs that takes at most 8 minutes', () => {
    const runs = selectRuns({ ...ALL, fast: true });
    assert.deepEqual(
      ['within', 'above'].map((label) => runs.filter(({ truth }) => truth.label === label).length),
      [20, 20],
    );
    // Starting and ending takes some seconds in a small quota.
    assert.ok(runs.reduce((sum, { row }) => sum + row.seconds + 5, 0) <= 480);
  });
});

test('the confusion table counts false alarms, misses and what is unknown by condition', () => {
  const result = (condition: string, label: string, verdict: string): object => ({
    condition,
    label,
    verdict,
    warnedAt: null,
  });
  const table = confusionTable([
    result('quiet', 'within', 'within'),
    result('quiet', 'within', 'exceeded'),
    result('quiet', 'grey', 'exceeded'),
    result('neighbours', 'above', 'within'),
    result('neighbours', 'above', 'unknown'),
  ]);
  assert.equal(table[2], '| quiet | 3 | 0 | 2 | 1 | 1 (50.0 %) | 0 | 0 | - |');
  assert.equal(table[3], '| neighbours | 2 | 2 | 0 | 0 | 0 | 1 (50.0 %) | 1 (50.0 %) | - |');
  assert.equal(faultOf({ label: 'above', verdict: 'exceeded' }), undefined);
});
