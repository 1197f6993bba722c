import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { planPinning } from '../../../src/plan/pinning.ts';

/** Cores with their hardware threads numbered as Linux does on Intel: 0 and 4 are one core of four. */
function machine(cores: number, threadsPerCore: number) {
  const coreGroups = Array.from({ length: cores }, (_, core) =>
    Array.from({ length: threadsPerCore }, (_unused, thread) => core + thread * cores),
  );
  const allowedCpus = coreGroups.flat().sort((a, b) => a - b);
  return { allowedCpus, onlineCpus: allowedCpus.length, quotaCpus: null, coreGroups };
}

describe('planPinning', () => {
  const FOUR_CORES = machine(4, 2);
  const CASES: [string, number[], number[][]][] = [
    ['one thread each: a core each', [1, 1], [[0], [1]]],
    [
      'as many threads as cores: a core for each thread',
      [2, 2],
      [
        [0, 1],
        [2, 3],
      ],
    ],
    [
      'all CPUs: whole cores for each worker',
      [2, 2, 2, 2],
      [
        [0, 4],
        [1, 5],
        [2, 6],
        [3, 7],
      ],
    ],
    [
      'more threads than cores: no core stays idle',
      [3, 3],
      [
        [0, 1, 4],
        [2, 3, 6],
      ],
    ],
    [
      'uneven',
      [3, 3, 2],
      [
        [0, 1, 4],
        [2, 3, 6],
        [5, 7],
      ],
    ],
    ['one worker with everything', [8], [[0, 1, 2, 3, 4, 5, 6, 7]]],
  ];
  for (const [name, threads, wanted] of CASES) {
    test(name, () => {
      assert.deepEqual(planPinning(FOUR_CORES, threads), wanted);
    });
  }

  test('without a topology each CPU counts as a core', () => {
    const limits = { allowedCpus: [3, 5, 9], onlineCpus: 16, quotaCpus: null, coreGroups: [] };
    assert.deepEqual(planPinning(limits, [2, 1]), [[3, 5], [9]]);
  });

  test('on any machine: disjoint, allowed, of the right size, and cores are shared only when they must be', () => {
    const core = fc.integer({ min: 1, max: 4 });
    const anything = fc.tuple(
      fc.array(core, { minLength: 1, maxLength: 24 }),
      fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 12 }),
    );
    fc.assert(
      fc.property(anything, ([sizes, wishes]) => {
        let next = 0;
        const coreGroups = sizes.map((size) => Array.from({ length: size }, () => (next += 3)));
        const allowedCpus = coreGroups.flat();
        const threads: number[] = [];
        for (const wish of wishes) {
          const left = allowedCpus.length - threads.reduce((sum, share) => sum + share, 0);
          if (left > 0) threads.push(Math.min(wish, left));
        }
        const plan = planPinning({ allowedCpus, onlineCpus: 10_000, quotaCpus: 1, coreGroups }, threads);
        assert.deepEqual(
          plan.map((cpus) => cpus.length),
          threads,
        );
        const all = plan.flat();
        assert.equal(new Set(all).size, all.length);
        assert.ok(all.every((cpu) => allowedCpus.includes(cpu)));
        const total = all.length;
        const coresUsed = coreGroups.filter((group) => group.some((cpu) => all.includes(cpu))).length;
        assert.equal(coresUsed, Math.min(total, coreGroups.length), 'a core is idle while another is shared');
      }),
    );
  });

  test('a quota alone is refused, a cpuset under a quota is not', () => {
    const limits = { ...FOUR_CORES, quotaCpus: 2 };
    assert.throws(() => planPinning(limits, [1, 1]), /found only a quota: 2 of 8 CPUs/);
    assert.throws(() => planPinning({ ...limits, onlineCpus: null }, [1, 1]), /only a quota/);
    assert.deepEqual(planPinning({ ...limits, onlineCpus: 64 }, [1, 1]), [[0], [1]]);
    assert.deepEqual(planPinning({ ...FOUR_CORES, quotaCpus: 8 }, [1]), [[0]]);
  });

  test('fewer CPUs than threads, and unknown CPUs, are refused', () => {
    assert.throws(() => planPinning(machine(1, 2), [1, 1, 1]), /got 2 CPUs for 3 threads/);
    assert.throws(() => planPinning({ ...FOUR_CORES, allowedCpus: null }, [1]), /found none/);
  });
});
