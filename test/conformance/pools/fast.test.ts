/** joblib sets the variables of its workers unless they are set: what becomes of that by `--pool`. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { runPools } from './run-pools.ts';

describe('NumPy under joblib with a share of two CPUs', () => {
  test('--pool libraries: two processes with two threads each, and the proof names both cures', (t) => {
    const run = runPools('joblib-loky', 'libraries', '--size', '2', '--tasks', '32');
    if (typeof run === 'string') return t.skip(run);
    assert.deepEqual(run.working, [2, 2]);
    assert.equal(run.outcome, 'exceeded');
    const finding = run.findings.find(({ code }) => code === 'OVER_BUDGET');
    assert.match(finding?.hint ?? '', /both run a pool.*--pool app.*--pool auto/);
    assert.match(finding?.message ?? '', /OpenBLAS/);
  });

  for (const way of ['auto', 'auto-narrow', 'app'])
    test(`${way}: two processes with one thread each`, (t) => {
      const run = runPools('joblib-loky', way, '--size', '2');
      if (typeof run === 'string') return t.skip(run);
      assert.deepEqual(run.working, [1, 1]);
      if (way !== 'auto-narrow') assert.equal(run.outcome, 'within', JSON.stringify(run.findings));
    });
});
