import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import type { LimitName } from '../../../src/limits/limits.ts';
import { planThreads, type ThreadRequest } from '../../../src/plan/thread-plan.ts';

function plan(budgetCpus: number, workers: number | 'auto', more: Partial<ThreadRequest> = {}) {
  return planThreads({ budgetCpus, workers, threads: null, uniform: false, strict: false, ...more });
}

describe('planThreads', () => {
  const table: [number, number | 'auto', Partial<ThreadRequest>, number[], number][] = [
    [1, 1, {}, [1], 0],
    [8, 1, {}, [8], 0],
    [8, 3, {}, [3, 3, 2], 0],
    [8, 5, {}, [2, 2, 2, 1, 1], 0],
    [7, 2, {}, [4, 3], 0],
    [8, 3, { uniform: true }, [2, 2, 2], 0],
    [4, 4, {}, [1, 1, 1, 1], 0],
    [1, 3, {}, [1, 1, 1], 2],
    [2, 3, { uniform: true }, [1, 1, 1], 1],
    [4, 'auto', {}, [1, 1, 1, 1], 0],
    [1, 'auto', {}, [1], 0],
    [8, 'auto', { threads: 2 }, [2, 2, 2, 2], 0],
    [7, 'auto', { threads: 2 }, [2, 2, 2], 0],
    [2, 'auto', { threads: 4 }, [4], 2],
    [8, 2, { threads: 4 }, [4, 4], 0],
    [8, 2, { threads: 1 }, [1, 1], 0],
    [8, 3, { threads: 4 }, [4, 4, 4], 4],
  ];
  for (const [budget, workers, more, threads, over] of table) {
    test(`budget ${budget}, ${workers} workers ${JSON.stringify(more)}: ${threads.join(',')}`, () => {
      const result = plan(budget, workers, more);
      assert.deepEqual(result.threads, threads);
      assert.equal(result.oversubscribedBy, over);
      assert.deepEqual(
        result.findings.map(({ code, severity }) => `${severity} ${code}`),
        over === 0 ? [] : ['warning OVERSUBSCRIBED'],
      );
    });
  }

  test('says the figures and a cure that fits when there are too many workers', () => {
    const finding = plan(2, 4).findings[0]!;
    assert.equal(finding.message, '4 workers x 1 thread need 4 CPUs, but only 2 are available');
    assert.match(finding.hint ?? '', /`-w 2`/);
  });

  test('says a cure that fits when the threads of a worker are too many', () => {
    assert.match(plan(8, 3, { threads: 4 }).findings[0]?.hint ?? '', /`-w 2`/);
    assert.match(plan(2, 1, { threads: 4 }).findings[0]?.hint ?? '', /`--threads 2`/);
  });

  test('names the way to more CPUs that can work', () => {
    const hint = (decidedBy?: LimitName): string =>
      plan(2, 1, { threads: 8, ...(decidedBy && { decidedBy }) }).findings[0]?.hint ?? '';
    assert.equal(hint(), "use `--threads 2`; for more, raise the container's CPU limit or the affinity");
    assert.match(hint('user'), /raise --cpus$/);
    for (const limit of ['cgroup-quota', 'affinity', 'scheduler', 'outer-launcher', 'outer', 'physical-cores'] as const)
      assert.doesNotMatch(hint(limit), /--cpus/, limit);
  });

  test('refuses an oversubscribed plan under --strict, and lets one that fits pass', () => {
    assert.throws(() => plan(2, 4, { strict: true }), {
      code: 'OVERSUBSCRIBED',
      exitStatus: 125,
      message: /4 workers .* only 2 are available/,
    });
    assert.throws(() => plan(2, 2, { strict: true, threads: 2 }), { code: 'OVERSUBSCRIBED' });
    assert.deepEqual(plan(4, 4, { strict: true }).threads, [1, 1, 1, 1]);
  });

  test('fits every budget that has a CPU for each worker, and shares it evenly', () => {
    const request = fc
      .integer({ min: 1, max: 2000 })
      .chain((budget) =>
        fc.record({ budget: fc.constant(budget), workers: fc.integer({ min: 1, max: budget }), uniform: fc.boolean() }),
      );
    fc.assert(
      fc.property(request, ({ budget, workers, uniform }) => {
        const { threads, oversubscribedBy, findings } = plan(budget, workers, { uniform, strict: true });
        const total = threads.reduce((sum, share) => sum + share, 0);
        assert.equal(threads.length, workers);
        assert.ok(total <= budget && (uniform || total === budget));
        assert.ok(Math.max(...threads) - Math.min(...threads) <= (uniform ? 0 : 1));
        assert.ok(Math.min(...threads) >= 1);
        assert.deepEqual(
          [...threads].sort((first, second) => second - first),
          threads,
        );
        assert.equal(oversubscribedBy, 0);
        assert.deepEqual(findings, []);
      }),
    );
  });

  test('never gives a worker less than one thread and always says by how much it is over', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 64 }),
        fc.oneof(fc.constant<'auto'>('auto'), fc.integer({ min: 1, max: 200 })),
        fc.option(fc.integer({ min: 1, max: 64 })),
        fc.boolean(),
        (budget, workers, threads, uniform) => {
          const result = plan(budget, workers, { threads, uniform });
          const total = result.threads.reduce((sum, share) => sum + share, 0);
          assert.ok(
            result.threads.length >= 1 && result.threads.every((share) => Number.isInteger(share) && share >= 1),
          );
          assert.equal(result.oversubscribedBy, Math.max(0, total - budget));
          assert.equal(result.findings.length, total > budget ? 1 : 0);
        },
      ),
    );
  });
});
