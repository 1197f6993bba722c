import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { nodesOf, planPinning } from '../../../src/plan/pinning.ts';

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

  describe('NUMA nodes and packages', () => {
    /** Nodes whose CPUs are numbered in turns (even and odd, for two), with `size` cores of `smt` threads each. */
    function alternating(nodes: number, size: number, smt: number) {
      const coreGroups = Array.from({ length: nodes * size }, (_, core) =>
        Array.from({ length: smt }, (_unused, thread) => core + thread * nodes * size),
      );
      const ofNode = (node: number) => coreGroups.filter((_, core) => core % nodes === node).flat();
      const numaNodes = Array.from({ length: nodes }, (_, node) => ({ node, cpus: ofNode(node) }));
      const allowedCpus = coreGroups.flat().sort((a, b) => a - b);
      return { allowedCpus, onlineCpus: allowedCpus.length, quotaCpus: null, coreGroups, numaNodes };
    }

    test('two workers get a node each, also where numbers alternate', () => {
      const wanted = [
        [0, 2, 4, 6],
        [1, 3, 5, 7],
      ];
      const { numaNodes, ...machine } = alternating(2, 4, 1);
      assert.deepEqual(planPinning({ ...machine, numaNodes }, [4, 4]), wanted);
      const packages = numaNodes.map(({ cpus }) => cpus);
      assert.deepEqual(planPinning({ ...machine, packages }, [4, 4]), wanted, 'without nodes the packages tell');
      const oneNode = [{ node: 0, cpus: machine.allowedCpus }];
      assert.deepEqual(
        planPinning({ ...machine, packages, numaNodes: oneNode }, [4, 4]),
        wanted,
        'one node, two packages',
      );
      assert.deepEqual(nodesOf([1, 3], { numaNodes }), [1]);
      assert.deepEqual(nodesOf([0, 1], { numaNodes }), [0, 1]);
      assert.equal(nodesOf([0, 1], {}), undefined);
    });

    test('hardware threads of a node are filled before a worker is put on two nodes', () => {
      const plan = planPinning(alternating(2, 2, 2), [4, 4]);
      assert.deepEqual(plan, [
        [0, 2, 4, 6],
        [1, 3, 5, 7],
      ]);
    });

    test('a worker too large for a node stays on one package', () => {
      const { numaNodes, ...machine } = alternating(4, 2, 1);
      const packages = [
        [0, 2, 4, 6],
        [1, 3, 5, 7],
      ];
      assert.deepEqual(planPinning({ ...machine, numaNodes, packages }, [4, 4]), packages);
      assert.deepEqual(planPinning({ ...machine, numaNodes, packages }, [1, 4]), [[0], [1, 3, 5, 7]]);
    });

    test('uneven nodes: as many workers as possible stay whole', () => {
      const limits = { allowedCpus: [0, 1, 2, 3, 4, 5, 6], onlineCpus: 7, quotaCpus: null, coreGroups: [] };
      const numaNodes = [
        { node: 0, cpus: [0, 1, 2, 3] },
        { node: 1, cpus: [4, 5, 6] },
      ];
      assert.deepEqual(planPinning({ ...limits, numaNodes }, [3, 2, 2]), [
        [4, 5, 6],
        [0, 1],
        [2, 3],
      ]);
    });

    test('on any machine: disjoint, allowed, and each on one node when one node has room', () => {
      const shape = fc.record({
        nodes: fc.integer({ min: 1, max: 4 }),
        size: fc.integer({ min: 1, max: 6 }),
        smt: fc.integer({ min: 1, max: 2 }),
        workers: fc.integer({ min: 1, max: 12 }),
        budget: fc.integer({ min: 1, max: 48 }),
        known: fc.constantFrom('nodes', 'packages', 'both'),
      });
      fc.assert(
        fc.property(shape, ({ nodes, size, smt, workers, budget, known }) => {
          const { numaNodes, ...machine } = alternating(nodes, size, smt);
          const cpuCount = machine.allowedCpus.length;
          const total = Math.min(budget, cpuCount);
          if (workers > total) return;
          const threads = Array.from(
            { length: workers },
            (_, at) => Math.floor(total / workers) + (at < total % workers ? 1 : 0),
          );
          const packages = numaNodes.map(({ cpus }) => cpus);
          const limits = {
            ...machine,
            ...(known !== 'packages' && { numaNodes }),
            ...(known !== 'nodes' && { packages }),
          };
          const plan = planPinning(limits, threads);
          const all = plan.flat();
          assert.equal(new Set(all).size, total);
          assert.ok(all.every((cpu) => machine.allowedCpus.includes(cpu)));
          const isSpacious = total <= nodes * size;
          const room = isSpacious ? size : size * smt;
          const largest = threads[0] ?? 1;
          const whole = plan.filter((cpus) => nodesOf(cpus, { numaNodes })?.length === 1).length;
          // Every node takes as many of the largest share as it holds, whatever the others are.
          assert.ok(whole >= Math.min(workers, nodes * Math.floor(room / largest)), JSON.stringify({ threads, plan }));
          if (isSpacious) {
            const used = new Set(all.map((cpu) => cpu % (nodes * size)));
            assert.equal(used.size, total, 'a core of its own for each thread');
          }
        }),
        { numRuns: 500 },
      );
    });
  });

  test('a share that only a variable tells, and ranks on the same CPUs, are refused', () => {
    const scheduler = { cpus: 2, scheduler: 'Grid Engine', source: 'NSLOTS' };
    assert.throws(() => planPinning({ ...FOUR_CORES, scheduler }, [1, 1]), /only a number from NSLOTS: 2/);
    assert.deepEqual(planPinning({ ...FOUR_CORES, onlineCpus: 64, scheduler }, [1, 1]), [[0], [1]]);
    assert.deepEqual(planPinning({ ...FOUR_CORES, scheduler: { ...scheduler, cpus: 8 } }, [1]), [[0]]);
    const launcher = { cpus: 4, source: 'LOCAL_WORLD_SIZE', localSize: 2, localRank: 0, sharedCpus: 8 };
    assert.throws(() => planPinning({ ...FOUR_CORES, onlineCpus: 64, launcher }, [1, 1]), /2 ranks on the same CPUs/);
    assert.deepEqual(planPinning({ ...FOUR_CORES, launcher: { ...launcher, cpus: 8 } }, [1]), [[0]]);
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
