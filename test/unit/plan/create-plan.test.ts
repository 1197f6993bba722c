import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import type { CpuBudget, CpuLimitsReading } from '../../../src/limits/limits.ts';
import { createPlan, type PlanInput, type PlanOptions } from '../../../src/plan/create-plan.ts';
import type { ThreadPlan } from '../../../src/plan/plan.ts';
import { loadControls } from '../../../src/presets/load-presets.ts';
import { selectPresets } from '../../../src/presets/select-presets.ts';

const all = loadControls();
const defaults = selectPresets(all, { only: null, with: [], without: [] });

const limits: CpuLimitsReading = {
  quotaCpus: null,
  cgroupVersion: 'v2',
  quotaSource: null,
  allowedCpus: [0, 1, 2, 3],
  physicalCores: 2,
  outer: null,
  memoryBytes: null,
  onlineCpus: 8,
  coreGroups: [[0, 1]],
  findings: [{ code: 'FROM_LIMITS', severity: 'info', message: 'limits' }],
};

function plan(cpus: number, options: Partial<PlanOptions> = {}, more: Partial<PlanInput> = {}): ThreadPlan {
  const budget: CpuBudget = { cpus, exact: cpus, decidedBy: 'affinity', rounding: 'floor', reserved: 0 };
  return createPlan({
    limits,
    budget,
    budgetFindings: [{ code: 'FROM_BUDGET', severity: 'info', message: 'budget' }],
    controls: defaults,
    knownControls: all,
    current: {},
    options: {
      workers: 1,
      threads: null,
      uniform: false,
      strict: false,
      pool: 'libraries',
      inherit: 'cap',
      userEnv: {},
      extraControls: {},
      ...options,
    },
    resolvedOptions: { workers: { value: options.workers ?? 1, origin: 'default' } },
    ...more,
  });
}

const codesOf = ({ findings }: ThreadPlan): string[] => findings.map(({ code }) => code);

describe('createPlan', () => {
  test('gives every worker its own threads, index, count and share', () => {
    const { workers } = plan(8, { workers: 3 });
    assert.deepEqual(
      workers.map(({ index, threads, env: { set } }) => [
        index,
        threads,
        set['OMP_NUM_THREADS'],
        set['ONEPROCPOOL_WORKER_INDEX'],
        set['ONEPROCPOOL_WORKER_COUNT'],
        set['ONEPROCPOOL_THREADS'],
        set['ONEPROCPOOL_CPUS'],
      ]),
      [
        [0, 3, '3', '0', '3', '3', '3'],
        [1, 3, '3', '1', '3', '3', '3'],
        [2, 2, '2', '2', '3', '2', '2'],
      ],
    );
  });

  test('holds the limits, the budget and the options, and nothing that only planning needed', () => {
    const result = plan(4);
    assert.deepEqual(Object.keys(result), [
      'schemaVersion',
      'limits',
      'budget',
      'pool',
      'workers',
      'options',
      'findings',
    ]);
    assert.deepEqual(Object.keys(result.limits), [
      'quotaCpus',
      'cgroupVersion',
      'quotaSource',
      'allowedCpus',
      'physicalCores',
      'outer',
      'memoryBytes',
    ]);
    assert.equal(result.schemaVersion, 1);
    assert.deepEqual(result.options, { workers: { value: 1, origin: 'default' } });
    assert.ok(result.workers[0]!.env.unset.includes('GOTO_NUM_THREADS'));
    assert.deepEqual(JSON.parse(JSON.stringify(result)), result);
  });

  test('says each sentence once, in the order limits, budget, threads, environment, advice', () => {
    const result = plan(
      3,
      { workers: 2, threads: 2, verbose: true },
      { current: { OMP_NUM_THREADS: '8', GOTO_NUM_THREADS: '8' } },
    );
    assert.deepEqual(codesOf(result), [
      'FROM_LIMITS',
      'FROM_BUDGET',
      'OVERSUBSCRIBED',
      'VALUE_LOWERED',
      'VARIABLE_REMOVED',
      'POOL_CHOICE',
    ]);
  });

  test('lowers an inherited value to the share of each worker', () => {
    const result = plan(5, { workers: 2 }, { current: { OMP_NUM_THREADS: '3' } });
    assert.deepEqual(
      result.workers.map(({ env }) => [env.set['OMP_NUM_THREADS'], env.kept['OMP_NUM_THREADS']]),
      [
        [undefined, '3'],
        ['2', undefined],
      ],
    );
    assert.match(result.findings.at(-1)?.message ?? '', /`OMP_NUM_THREADS=3`.*lowered to 2/);
  });

  test('finds a kept value too high exactly when all workers together exceed the budget', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 40 }),
        fc.integer({ min: 1, max: 40 }),
        fc.integer({ min: 1, max: 40 }),
        (budget, workerCount, kept) => {
          fc.pre(workerCount <= budget);
          const codes = codesOf(
            plan(budget, { workers: workerCount, inherit: 'keep' }, { current: { OMP_NUM_THREADS: String(kept) } }),
          );
          assert.equal(codes.includes('VALUE_ABOVE_SHARE'), workerCount * kept > budget);
        },
      ),
    );
  });

  test('recommends --pool app only when it was asked to be verbose and there is something to multiply', () => {
    assert.ok(codesOf(plan(4, { verbose: true })).includes('POOL_CHOICE'));
    assert.ok(!codesOf(plan(4)).includes('POOL_CHOICE'));
    assert.ok(!codesOf(plan(1, { verbose: true })).includes('POOL_CHOICE'));
    assert.ok(!codesOf(plan(4, { verbose: true, pool: 'app' })).includes('POOL_CHOICE'));
  });

  describe('lets waiting threads sleep', () => {
    const policy = (result: ThreadPlan): string | undefined => result.workers[0]!.env.set['OMP_WAIT_POLICY'];
    const withQuota = (
      quotaCpus: number,
      allowedCpus: number[] | null,
      onlineCpus: number | null,
    ): Partial<PlanInput> => ({
      limits: { ...limits, quotaCpus, allowedCpus, onlineCpus },
    });
    for (const [name, result, expected] of [
      ['without a quota: no', plan(4), undefined],
      ['with a quota below the allowed CPUs: yes', plan(2, {}, withQuota(2, [0, 1, 2, 3], 8)), 'passive'],
      ['with a quota of all allowed CPUs: no', plan(4, {}, withQuota(4, [0, 1, 2, 3], 8)), undefined],
      [
        'with a quota below the online CPUs when affinity is unknown: yes',
        plan(2, {}, withQuota(2, null, 8)),
        'passive',
      ],
      ['with a quota on a machine of unknown size: yes', plan(2, {}, withQuota(2, null, null)), 'passive'],
      ['with more threads than the budget: yes', plan(2, { workers: 2, threads: 2 }), 'passive'],
      ['with more workers than the budget: yes', plan(2, { workers: 3 }), 'passive'],
    ] as const) {
      test(name, () => assert.equal(policy(result), expected));
    }
  });

  test('removes binding variables for several workers and leaves them to a single one', () => {
    const current = { OMP_PROC_BIND: 'true' };
    assert.ok(plan(4, { workers: 2 }, { current }).workers[1]!.env.unset.includes('OMP_PROC_BIND'));
    assert.ok(!plan(4, {}, { current }).workers[0]!.env.unset.includes('OMP_PROC_BIND'));
  });

  test('gives the application its CPUs and each library one thread under --pool app', () => {
    const { set } = plan(4, { pool: 'app' }).workers[0]!.env;
    assert.deepEqual(
      [
        set['OMP_NUM_THREADS'],
        set['LOKY_MAX_CPU_COUNT'],
        set['PYTHON_CPU_COUNT'],
        set['TOKENIZERS_PARALLELISM'],
        set['ONEPROCPOOL_THREADS'],
      ],
      ['1', '4', '4', 'false', '4'],
    );
  });

  test('under --pool auto leaves OMP_NUM_THREADS to frameworks only where all CPUs are the share', () => {
    const host = (cpus: number, quotaCpus: number | null = null) => ({
      limits: { ...limits, quotaCpus, allowedCpus: Array.from({ length: cpus }, (_, cpu) => cpu) },
    });
    const written = (share: number, options: Partial<PlanOptions>, more: Partial<PlanInput>): (string | undefined)[] =>
      plan(share, { pool: 'auto', ...options }, more).workers.map(({ env: { set } }) => set['OMP_NUM_THREADS']);
    assert.deepEqual(written(4, {}, host(4)), [undefined]);
    assert.deepEqual(written(4, {}, host(8)), ['4']);
    assert.deepEqual(written(4, {}, host(4, 3.5)), ['4']);
    assert.deepEqual(written(4, { workers: 2 }, host(4)), ['2', '2']);
    assert.deepEqual(written(4, { workers: 2, pin: true }, host(4)), [undefined, undefined]);
  });

  test('refuses to oversubscribe under --strict', () => {
    assert.throws(() => plan(2, { workers: 4, strict: true }), { code: 'OVERSUBSCRIBED' });
  });

  test('keeps processes times threads within the budget for every quota, affinity and number of workers', () => {
    const hosts = fc.record({
      budget: fc.integer({ min: 1, max: 128 }),
      workers: fc.integer({ min: 1, max: 128 }),
      quotaCpus: fc.option(fc.double({ min: 0.01, max: 256, noNaN: true })),
      allowed: fc.option(fc.integer({ min: 1, max: 256 })),
      uniform: fc.boolean(),
      pool: fc.constantFrom('libraries' as const, 'app' as const),
    });
    fc.assert(
      fc.property(hosts, ({ budget, workers, quotaCpus, allowed, uniform, pool }) => {
        fc.pre(workers <= budget);
        const allowedCpus = allowed === null ? null : Array.from({ length: allowed }, (_, cpu) => cpu);
        const result = plan(
          budget,
          { workers, uniform, pool, strict: true },
          { limits: { ...limits, quotaCpus, allowedCpus } },
        );
        const sumOf = (name: string): number => result.workers.reduce((sum, { env }) => sum + Number(env.set[name]), 0);
        for (const name of [
          'OMP_NUM_THREADS',
          'OPENBLAS_NUM_THREADS',
          'POLARS_MAX_THREADS',
          'PYTHON_CPU_COUNT',
          'ONEPROCPOOL_THREADS',
        ]) {
          assert.ok(sumOf(name) >= workers && sumOf(name) <= budget, `${name}: ${sumOf(name)}`);
        }
      }),
    );
  });
});
