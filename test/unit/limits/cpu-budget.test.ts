/** The budget: which limit decides, rounding, reserve, and what is said about it. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { chooseBudget } from '../../../src/limits/cpu-budget.ts';
import type { BudgetOptions } from '../../../src/limits/cpu-budget.ts';
import type { CpuLimits, Rounding } from '../../../src/limits/limits.ts';

const NOTHING: CpuLimits = {
  quotaCpus: null,
  cgroupVersion: null,
  quotaSource: null,
  allowedCpus: null,
  physicalCores: null,
  outer: null,
  memoryBytes: null,
};
const DEFAULTS: BudgetOptions = { userCpus: null, reserve: null, rounding: 'floor', physical: false };

const cpuNumbers = (count: number) => Array.from({ length: count }, (_, cpu) => cpu);

function choose(limits: Partial<CpuLimits>, options: Partial<BudgetOptions> = {}) {
  const { budget, findings } = chooseBudget({ ...NOTHING, ...limits }, { ...DEFAULTS, ...options });
  return { ...budget, codes: findings.map(({ code }) => code), findings };
}

describe('the deciding limit', () => {
  const cases: [
    name: string,
    limits: Partial<CpuLimits>,
    options: Partial<BudgetOptions>,
    cpus: number,
    decidedBy: string,
  ][] = [
    ['quota below affinity', { quotaCpus: 2, allowedCpus: cpuNumbers(4) }, {}, 2, 'cgroup-quota'],
    ['affinity below quota', { quotaCpus: 6.5, allowedCpus: cpuNumbers(4) }, {}, 4, 'affinity'],
    ['quota equal to affinity', { quotaCpus: 4, allowedCpus: cpuNumbers(4) }, {}, 4, 'cgroup-quota'],
    ['cores do not count by default', { allowedCpus: cpuNumbers(4), physicalCores: 2 }, {}, 4, 'affinity'],
    [
      'cores with --physical',
      { allowedCpus: cpuNumbers(4), physicalCores: 2 },
      { physical: true },
      2,
      'physical-cores',
    ],
    [
      'a quota below the cores with --physical',
      { quotaCpus: 1, allowedCpus: cpuNumbers(4), physicalCores: 2 },
      { physical: true },
      1,
      'cgroup-quota',
    ],
    ['an outer launcher', { allowedCpus: cpuNumbers(4), outer: { cpus: 3, source: 'X' } }, {}, 3, 'outer'],
    ['the user', { allowedCpus: cpuNumbers(4) }, { userCpus: 1.5 }, 1, 'user'],
    ['the user alone', {}, { userCpus: 6 }, 6, 'user'],
    ['nothing', {}, {}, 1, 'unknown'],
  ];
  for (const [name, limits, options, cpus, decidedBy] of cases) {
    test(name, () => {
      const budget = choose(limits, options);
      assert.deepEqual({ cpus: budget.cpus, decidedBy: budget.decidedBy }, { cpus, decidedBy });
    });
  }

  test('--cpus above the limit is said, with both numbers', () => {
    const { cpus, decidedBy, findings } = choose({ quotaCpus: 2, allowedCpus: cpuNumbers(8) }, { userCpus: 6 });
    assert.deepEqual([cpus, decidedBy], [2, 'cgroup-quota']);
    assert.equal(findings[0]?.code, 'USER_CPUS_ABOVE_LIMIT');
    assert.match(findings[0].message, /6 CPUs.*the CPU quota gives 2 CPUs/);
    assert.deepEqual(choose({ quotaCpus: 2 }, { userCpus: 2 }).codes, []);
  });
});

describe('rounding', () => {
  const table: [exact: number, floor: number, nearest: number, ceil: number][] = [
    [0.05, 1, 1, 1],
    [0.5, 1, 1, 1],
    [1, 1, 1, 1],
    [1.1, 1, 1, 2],
    [1.4999, 1, 1, 2],
    [1.5, 1, 2, 2],
    [2.5, 2, 3, 3],
    [3.9999999999, 4, 4, 4],
    [4.0000000001, 4, 4, 4],
    [7.96, 7, 8, 8],
  ];
  for (const [exact, floor, nearest, ceil] of table) {
    test(`${exact} CPUs`, () => {
      const round = (rounding: Rounding) =>
        choose({ quotaCpus: exact, allowedCpus: cpuNumbers(16) }, { rounding }).cpus;
      assert.deepEqual([round('floor'), round('nearest'), round('ceil')], [floor, nearest, ceil]);
    });
  }

  test('throttling is announced only where a quota is below the plan', () => {
    const said = (limits: Partial<CpuLimits>, options: Partial<BudgetOptions>): boolean =>
      choose(limits, options).findings.some(({ message, hint }) => /throttl|pauses/.test(`${message} ${hint ?? ''}`));
    const ceil = { rounding: 'ceil' } as const;
    const allowedCpus = cpuNumbers(4);
    assert.deepEqual([said({ quotaCpus: 0.5 }, {}), said({ quotaCpus: 1.5 }, ceil)], [true, true]);
    assert.equal(said({ quotaCpus: 1.8, allowedCpus }, { userCpus: 1.5, ...ceil }), true);
    assert.equal(said({ quotaCpus: 4, allowedCpus }, { userCpus: 1.5, ...ceil }), false);
    assert.equal(said({ allowedCpus }, { userCpus: 0.5 }), false);
    assert.match(
      choose({ allowedCpus }, { userCpus: 0.5 }).findings[0]?.message ?? '',
      /^--cpus 0\.5 is less than one CPU; planning one thread, the minimum$/,
    );
  });

  test('what it leaves or adds is a finding', () => {
    const codes = (quotaCpus: number, rounding: Rounding) => choose({ quotaCpus }, { rounding }).codes;
    assert.deepEqual(codes(1.5, 'floor'), ['QUOTA_FRACTION_UNUSED']);
    assert.deepEqual(codes(1.5, 'ceil'), ['ROUNDED_ABOVE_LIMIT']);
    assert.deepEqual(codes(0.5, 'ceil'), ['QUOTA_BELOW_ONE']);
    assert.deepEqual(codes(2, 'floor'), []);
    assert.match(choose({ quotaCpus: 1.5 }).findings[0]?.hint ?? '', /--round nearest plans 2/);
    assert.doesNotMatch(choose({ quotaCpus: 1.2 }).findings[0]?.hint ?? '', /--round/);
  });
});

describe('--reserve', () => {
  const of8 = { allowedCpus: cpuNumbers(8) };
  test('takes CPUs or a share away before rounding', () => {
    const cpus = choose(of8, { reserve: { kind: 'cpus', cpus: 2 } });
    assert.deepEqual([cpus.cpus, cpus.exact, cpus.reserved], [6, 8, 2]);
    const percent = choose(of8, { reserve: { kind: 'percent', percent: 10 } });
    assert.deepEqual([percent.cpus, percent.exact, percent.reserved], [7, 8, 0.8]);
    assert.equal(choose({ quotaCpus: 2.5 }, { reserve: { kind: 'cpus', cpus: 0.5 } }).cpus, 2);
  });

  test('leaves at least one CPU and says so', () => {
    const all = choose(of8, { reserve: { kind: 'cpus', cpus: 8 } });
    assert.deepEqual([all.cpus, all.reserved, all.codes], [1, 7, ['RESERVE_LIMITED']]);
    const small = choose({ quotaCpus: 0.5 }, { reserve: { kind: 'percent', percent: 50 } });
    assert.deepEqual([small.cpus, small.reserved], [1, 0]);
    assert.deepEqual(small.codes, ['RESERVE_LIMITED', 'QUOTA_BELOW_ONE']);
  });
});

describe('physical cores', () => {
  test('fewer cores than planned CPUs are mentioned, and not when a quota is within them', () => {
    const machine = { allowedCpus: cpuNumbers(8), physicalCores: 4 };
    assert.deepEqual(choose({ ...machine, quotaCpus: 8 }).codes, ['FEWER_CORES']);
    assert.deepEqual(choose({ ...machine, quotaCpus: 4 }).codes, []);
    assert.deepEqual(choose(machine, { physical: true }).codes, []);
  });

  test('--physical without known cores counts hardware threads and says so', () => {
    const { cpus, codes } = choose({ allowedCpus: cpuNumbers(8) }, { physical: true });
    assert.deepEqual([cpus, codes], [8, ['CORES_UNKNOWN']]);
  });
});

describe('any budget', () => {
  const positive = fc.double({ min: 1e-6, max: 70_000, noNaN: true });
  const anyLimits = fc.record({
    quotaCpus: fc.option(positive),
    allowed: fc.option(fc.integer({ min: 1, max: 2000 })),
    cores: fc.option(fc.integer({ min: 1, max: 2000 })),
    outer: fc.option(fc.integer({ min: 1, max: 2000 })),
  });
  const anyOptions = fc.record({
    userCpus: fc.option(positive),
    reserve: fc.option(
      fc.oneof(
        fc.record({ kind: fc.constant('cpus' as const), cpus: fc.double() }),
        fc.record({ kind: fc.constant('percent' as const), percent: fc.double() }),
      ),
    ),
    rounding: fc.constantFrom<Rounding>('floor', 'nearest', 'ceil'),
    physical: fc.boolean(),
  });

  test('is a whole number of at least 1, and with floor never above the smallest limit of at least 1', () => {
    fc.assert(
      fc.property(anyLimits, anyOptions, ({ allowed, cores, outer, quotaCpus }, options) => {
        const limits: CpuLimits = {
          ...NOTHING,
          quotaCpus,
          allowedCpus: allowed === null ? null : cpuNumbers(allowed),
          physicalCores: cores,
          outer: outer === null ? null : { cpus: outer, source: 'X' },
        };
        const { budget, findings } = chooseBudget(limits, options);
        assert.ok(Number.isSafeInteger(budget.cpus) && budget.cpus >= 1, `cpus ${budget.cpus}`);
        assert.ok(Number.isFinite(budget.exact) && budget.exact > 0);
        assert.ok(budget.reserved >= 0 && budget.reserved < budget.exact);
        const given = [quotaCpus, allowed, outer, options.userCpus, options.physical ? cores : null].filter(
          (x) => x !== null,
        );
        assert.equal(budget.exact, given.length === 0 ? 1 : Math.min(...given));
        if (options.rounding === 'floor') assert.ok(budget.cpus <= Math.max(1, budget.exact - budget.reserved) + 1e-8);
        for (const { message, hint } of findings)
          assert.doesNotMatch(`${message} ${hint ?? ''}`, /NaN|Infinity|undefined|null/);
      }),
    );
  });
});
