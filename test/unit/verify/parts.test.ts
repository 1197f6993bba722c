import { describe, test } from 'node:test';
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { attributePools, lostVariables, recognisePools } from '../../../src/verify/attribution.ts';
import { createBurstWatch } from '../../../src/verify/burst-watch.ts';
import { createCpuAccount, shareReapedTime } from '../../../src/verify/cpu-account.ts';
import { parseStat, type ProcessStat } from '../../../src/verify/procfs.ts';
import { createReadBudget } from '../../../src/verify/read-budget.ts';
import { createReapedTime } from '../../../src/verify/reaped-time.ts';
import { createFakeMachine } from './fake-machine.ts';
import { BLAS, BLAS_MAP, PRESETS, RUNTIME } from './presets.ts';

function stat(pid: number, parent: number, own: number, children = 0): ProcessStat {
  const parsed = parseStat(`${pid} (x) S ${parent} 0 0 0 0 0 0 0 0 0 ${own} 0 ${children} 0 0 0 1 0 5 0 9 0`);
  assert.ok(parsed);
  return parsed;
}

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

describe('CPU time of a tree', () => {
  test('is not lost and not counted twice when a child was waited for', () => {
    const account = createCpuAccount();
    account.update([stat(1, 0, 10), stat(2, 1, 50), stat(3, 2, 5)]);
    assert.equal(account.totalTicks(), 65);
    account.update([stat(1, 0, 12, 60)]);
    assert.equal(account.totalTicks(), 72);
  });
  test('is kept when nobody waited for the child, or its parent is outside', () => {
    const account = createCpuAccount();
    account.update([stat(1, 0, 10), stat(2, 1, 50), stat(9, 1000, 7)]);
    account.update([stat(1, 0, 10)]);
    assert.equal(account.totalTicks(), 67);
  });
  test('a reaped root counts with its exact time', () => {
    const account = createCpuAccount();
    account.update([stat(1, 0, 10)]);
    account.settleRoot(1, 1.5);
    assert.equal(account.totalTicks(), 150);
    account.update([]);
    assert.equal(account.totalTicks(), 150);
  });
  test('never falls, whatever /proc says, even with parents in a circle', () => {
    const processes = fc.array(
      fc
        .tuple(fc.integer({ min: 1, max: 5 }), fc.integer({ min: 0, max: 5 }), fc.nat(100), fc.nat(100))
        .map((args) => stat(...args)),
    );
    fc.assert(
      fc.property(fc.array(processes), (passes) => {
        const account = createCpuAccount();
        let last = 0;
        for (const alive of passes) {
          account.update(alive);
          assert.ok(account.totalTicks() >= last);
          last = account.totalTicks();
        }
      }),
    );
  });
  test('a sum for several workers is shared without losing any', () => {
    assert.deepEqual(shareReapedTime(100, [10, 30]), [40, 60]);
    assert.deepEqual(shareReapedTime(0, [10, 30]), [10, 30]);
  });
  test('workers that were reaped in one moment share what the kernel added', () => {
    const machine = createFakeMachine();
    const launcher = machine.processes.get(2);
    assert.ok(launcher);
    const reaped = createReapedTime(machine.files);
    const roots = [200, 300].map((pid) => ({ pid, account: createCpuAccount() }));
    const [first, second] = roots;
    assert.ok(first && second);
    first.account.update([stat(200, 2, 10)]);
    second.account.update([stat(300, 2, 30)]);
    launcher.childrenTicks = 100;
    assert.equal(reaped.settle(first, roots).length, 2);
    assert.deepEqual(
      roots.map(({ account }) => account.totalTicks()),
      [40, 60],
    );
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
