import { describe, test } from 'node:test';
import assert from 'node:assert/strict';
import fc from 'fast-check';
import {
  demandBetween,
  emptySnapshot,
  exceeds,
  modeOf,
  type ProcessSnapshot,
  treeDemand,
} from '../../../src/verify/demand.ts';

const SECOND = 1e9;

function snapshot(
  atMs: number,
  ownTicks: number,
  threads: [number, number, number][],
  complete = true,
): ProcessSnapshot {
  return {
    atMs,
    ownTicks,
    threads: new Map(threads.map(([tid, runNs, waitNs]) => [tid, { runNs, waitNs }])),
    complete,
  };
}

describe('demandBetween', () => {
  test('running and waiting both count, so a starved thread still demands one CPU', () => {
    const before = snapshot(0, 0, [
      [1, 0, 0],
      [2, 0, 0],
    ]);
    const after = snapshot(2000, 50, [
      [1, 0.4 * SECOND, 1.6 * SECOND],
      [2, 0.1 * SECOND, 1.9 * SECOND],
    ]);
    const { cpus, activeThreads, complete } = demandBetween(before, after);
    assert.equal(cpus, 2);
    assert.deepEqual(activeThreads, [1, 2]);
    assert.ok(complete);
  });

  test('a thread that is new counts from 0, but only when all were known before', () => {
    const after = snapshot(1000, 100, [
      [1, 0, 0],
      [2, SECOND, 0],
    ]);
    assert.equal(demandBetween(snapshot(0, 0, [[1, 0, 0]]), after).cpus, 1);
    const partly = demandBetween(snapshot(0, 100, [[1, 0, 0]], false), after);
    assert.equal(partly.cpus, 0);
    assert.equal(partly.complete, false);
  });

  test('threads that were born and died in between show in the CPU time of the process', () => {
    const { cpus } = demandBetween(snapshot(0, 0, [[1, 0, 0]]), snapshot(1000, 252, [[1, 0.5 * SECOND, 0.5 * SECOND]]));
    assert.equal(cpus, 3);
  });

  test('a wait that began before the window cannot make one thread more than one CPU', () => {
    const { cpus } = demandBetween(snapshot(0, 0, [[1, 0, 0]]), snapshot(1000, 1, [[1, 1e7, 9 * SECOND]]));
    assert.equal(cpus, 1);
  });

  test('a short wake-up is not an active thread', () => {
    const after = snapshot(1000, 0, [
      [1, 0.9e6, 0],
      [2, 1.1e6, 0],
    ]);
    assert.deepEqual(demandBetween(emptySnapshot(0), after).activeThreads, [2]);
  });

  test('no time, no demand', () => {
    assert.equal(demandBetween(emptySnapshot(5), snapshot(5, 9, [[1, SECOND, 0]])).cpus, 0);
  });

  test('is never negative, NaN, or more than threads and lost CPU time allow', () => {
    const times = fc.tuple(fc.integer({ min: 1, max: 6 }), fc.nat(5e9), fc.nat(5e9));
    const any = fc.record({
      atMs: fc.nat(5000),
      ownTicks: fc.nat(1000),
      threads: fc.array(times).map((list) => new Map(list.map(([tid, runNs, waitNs]) => [tid, { runNs, waitNs }]))),
      complete: fc.boolean(),
    });
    fc.assert(
      fc.property(any, any, (before, after) => {
        const { cpus } = demandBetween(before, after);
        const lost =
          Math.max(0, after.ownTicks - before.ownTicks) / 100 / Math.max(1e-9, (after.atMs - before.atMs) / 1000);
        assert.ok(cpus >= 0 && cpus <= after.threads.size + lost + 1e-9);
      }),
    );
  });
});

describe('demand of a tree', () => {
  test('children that ended in the window count with their CPU time', () => {
    assert.equal(treeDemand(1, 350, 100, 1000), 3.5);
    assert.equal(treeDemand(1, 90, 100, 1000), 1);
    assert.equal(treeDemand(1, 90, 100, 0), 0);
  });
  test('a quarter of a CPU is tolerated', () => {
    assert.equal(exceeds(2.25, 2), false);
    assert.equal(exceeds(2.26, 2), true);
  });
  test('the mode is the most frequent value, the smaller of two', () => {
    assert.equal(modeOf([3, 1, 3, 1, 2]), 1);
    assert.equal(modeOf([2, 2, 5]), 2);
    assert.equal(modeOf([]), 0);
  });
});
