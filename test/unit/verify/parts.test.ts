import { describe, test } from 'node:test';
import assert from 'node:assert/strict';
import { attributePools, lostVariables, recognisePools } from '../../../src/verify/attribution.ts';
import { createBurstWatch } from '../../../src/verify/burst-watch.ts';
import { createReadBudget } from '../../../src/verify/read-budget.ts';
import { createFakeMachine } from './fake-machine.ts';
import { BLAS, BLAS_MAP, PRESETS, RUNTIME } from './presets.ts';

describe('recognising pools', () => {
  test('by a mapped file, by a thread name, or not at all', () => {
    assert.deepEqual(recognisePools(PRESETS, ['/usr/lib/libfastblas64.so.3'], ['job', 'free-worker-7']), [
      { presetId: 'blas', name: 'FastBLAS', evidence: 'libfastblas64.so.3' },
      { presetId: 'runtime', name: 'Free Runtime', evidence: 'free-worker-7' },
    ]);
    assert.deepEqual(recognisePools(PRESETS, ['/usr/lib/libc.so.6'], ['job']), []);
  });
  test('in a live process, with the variables that matter and no others', () => {
    const machine = createFakeMachine();
    machine.add(200, 2, [{}, { name: 'free-worker-1' }], {
      maps: BLAS_MAP,
      environ: 'BLAS_NUM_THREADS=4\0TOKEN=secret\0OTHER=1\0',
    });
    const found = attributePools(machine.files, 200, PRESETS, ['OTHER']);
    assert.deepEqual(
      found?.pools.map(({ presetId }) => presetId),
      ['blas', 'runtime'],
    );
    assert.deepEqual(found.variables, { OTHER: '1', BLAS_NUM_THREADS: '4' });
  });
  test('nothing is said of a process that is gone or ending', () => {
    const machine = createFakeMachine();
    assert.equal(attributePools(machine.files, 200, PRESETS, []), undefined);
    machine.add(200, 2, [{}], { maps: '', environ: '' });
    assert.equal(attributePools(machine.files, 200, PRESETS, []), undefined);
  });
  test('a truly empty environment has lost the variables that were given, and only those', () => {
    const machine = createFakeMachine();
    machine.add(200, 2, [{}], { maps: BLAS_MAP, environ: '' });
    const found = attributePools(machine.files, 200, [BLAS, RUNTIME], []);
    assert.ok(found);
    assert.deepEqual(lostVariables(found, PRESETS, ['BLAS_NUM_THREADS', 'UNRELATED']), ['BLAS_NUM_THREADS']);
    assert.deepEqual(lostVariables(found, PRESETS, []), []);
  });
});

describe('looking for bursts', () => {
  test('three looks above the share plus one of the last 64', () => {
    const watch = createBurstWatch(2);
    const looks = [4, 1, 3, 5, 0, 4];
    assert.deepEqual(
      looks.map((runnable) => watch.book(runnable, 0)),
      [undefined, undefined, undefined, undefined, undefined, 5],
    );
  });
  test('two in 64 are nothing, and then it rests longer and longer', () => {
    const watch = createBurstWatch(1);
    const round = (atMs: number): void => {
      for (let look = 0; look < 64; look++) assert.equal(watch.book(look < 2 ? 9 : 1, atMs), undefined);
    };
    round(0);
    assert.equal(watch.wantsLook(29_000), false);
    assert.equal(watch.wantsLook(30_000), true);
    round(30_000);
    assert.equal(watch.wantsLook(89_000), false);
    assert.equal(watch.wantsLook(90_000), true);
  });
});

describe('the budget of reads', () => {
  test('what is spent has to be earned again at 0.2 % of a CPU', () => {
    const budget = createReadBudget(0);
    assert.equal(budget.waitMs(0, 0), 0);
    budget.spend(2000, 20, 20);
    const waitMs = budget.waitMs(0, 20);
    assert.ok(waitMs > 1000, String(waitMs));
    assert.ok(budget.affordableReads(20) < 0);
    assert.equal(budget.waitMs(0, 20 + waitMs + 1), 0);
  });
  test('a pass that had to wait for the CPU itself is not charged for that', () => {
    const calm = createReadBudget(0);
    const crowded = createReadBudget(0);
    calm.spend(100, 1.5, 2);
    crowded.spend(100, 400, 400);
    assert.ok(crowded.waitMs(0, 400) < 2000);
  });
});
