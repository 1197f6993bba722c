/** CPU time of trees whose processes come and go: nothing twice, and nothing lost that could be known. */
import { describe, test } from 'node:test';
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { createCpuAccount, shareReapedTime } from '../../../src/verify/cpu-account.ts';
import { parseStat, type ProcessStat } from '../../../src/verify/procfs.ts';
import { createReapedTime } from '../../../src/verify/reaped-time.ts';
import { createFakeMachine } from './fake-machine.ts';

function stat(pid: number, parent: number, own: number, children = 0): ProcessStat {
  const parsed = parseStat(`${pid} (x) S ${parent} 0 0 0 0 0 0 0 0 0 ${own} 0 ${children} 0 0 0 1 0 5 0 9 0`);
  assert.ok(parsed);
  return parsed;
}

const OUTSIDE = 1;
const ROOT = 2;

interface Modelled {
  readonly pid: number;
  parent: number;
  own: number;
  children: number;
  isZombie: boolean;
}

/** Processes as the kernel keeps their books. Source: wait4(2), times(2): `cutime` grows when a child is waited for. */
class ModelTree {
  readonly #processes = new Map<number, Modelled>([[ROOT, fresh(ROOT, OUTSIDE)]]);
  #lastPid = ROOT;
  usedTicks = 0;

  stats(): ProcessStat[] {
    return [...this.#processes.values()].map(({ pid, parent, own, children }) => stat(pid, parent, own, children));
  }

  has(pid: number): boolean {
    return this.#processes.has(pid);
  }

  fork(chosen: number): void {
    const parent = this.#choose(chosen);
    if (parent === undefined) return;
    this.#lastPid++;
    this.#processes.set(this.#lastPid, fresh(this.#lastPid, parent.pid));
  }

  burn(chosen: number, ticks: number): void {
    const process = this.#choose(chosen);
    if (process === undefined) return;
    process.own += ticks;
    this.usedTicks += ticks;
  }

  /** With `waits` it waits for its children first, those that have not ended before; the root itself stays. */
  exit(chosen: number, waits: boolean): void {
    const process = this.#choose(chosen);
    if (process !== undefined && process.pid !== ROOT) this.#end(process, waits);
  }

  /** Its CPU time with that of all it waited for. */
  endRoot(waits: boolean): number {
    const root = this.#processes.get(ROOT);
    assert.ok(root);
    this.#end(root, waits);
    return root.own + root.children;
  }

  #choose(chosen: number): Modelled | undefined {
    const living = [...this.#processes.values()].filter(({ isZombie }) => !isZombie);
    return living[chosen % Math.max(1, living.length)];
  }

  #end(process: Modelled, waits: boolean): void {
    for (const child of [...this.#processes.values()].filter(({ parent }) => parent === process.pid)) {
      if (waits && !child.isZombie) this.#end(child, waits);
      if (waits) process.children += child.own + child.children;
      // Whoever adopts a zombie takes leave of it at once.
      if (waits || child.isZombie) this.#processes.delete(child.pid);
      else child.parent = OUTSIDE;
    }
    process.isZombie = true;
    if (process.parent === OUTSIDE) this.#processes.delete(process.pid);
  }
}

function fresh(pid: number, parent: number): Modelled {
  return { pid, parent, own: 0, children: 0, isZombie: false };
}

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
    account.endRoot(1, () => false).settle(1.5);
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
  test('children that a root waited for since the last look are counted once', () => {
    const account = createCpuAccount();
    account.update([stat(1, 0, 10), stat(2, 1, 300), stat(3, 2, 5)]);
    account.endRoot(1, () => true).settle(3.2);
    assert.equal(account.totalTicks(), 320);
    account.update([]);
    assert.equal(account.totalTicks(), 320);
  });
  test('what outlives the root is counted further, with the children it waits for', () => {
    const account = createCpuAccount();
    account.update([stat(1, 0, 10), stat(2, 1, 20), stat(3, 2, 30)]);
    account.endRoot(1, ({ pid }) => pid !== 2).settle(0.1);
    assert.equal(account.totalTicks(), 60);
    account.update([stat(2, 0, 20, 35)]);
    assert.equal(account.totalTicks(), 65);
  });
  test('is never more than was used; all of it, when every process was waited for', () => {
    const step = fc.oneof(
      fc.record({ does: fc.constant('fork' as const), who: fc.nat(20) }),
      fc.record({ does: fc.constant('burn' as const), who: fc.nat(20), ticks: fc.nat(100) }),
      fc.record({ does: fc.constant('exit' as const), who: fc.nat(20) }),
      fc.record({ does: fc.constant('look' as const) }),
    );
    fc.assert(
      fc.property(
        fc.array(step, { maxLength: 40, size: 'max' }),
        fc.boolean(),
        fc.boolean(),
        (steps, waits, looksAgain) => {
          const tree = new ModelTree();
          const account = createCpuAccount();
          for (const each of steps) {
            if (each.does === 'fork') tree.fork(each.who);
            else if (each.does === 'burn') tree.burn(each.who, each.ticks);
            else if (each.does === 'exit') tree.exit(each.who, waits);
            else account.update(tree.stats());
            assert.ok(account.totalTicks() <= tree.usedTicks);
          }
          const ticks = tree.endRoot(waits);
          account.endRoot(ROOT, ({ pid }) => !tree.has(pid)).settle(ticks / 100);
          if (looksAgain) account.update(tree.stats());
          // Seconds come as a fraction.
          const counted = Math.round(account.totalTicks());
          assert.ok(counted <= tree.usedTicks, `${counted} of ${tree.usedTicks}`);
          if (waits) assert.equal(counted, tree.usedTicks);
        },
      ),
      { numRuns: 2000 },
    );
  });
  test('an orphan that its adopter has reaped is told to it once, seen at a look or not', () => {
    const account = createCpuAccount();
    const never = (): boolean => false;
    account.update([stat(1, 99, 10), stat(2, 99, 50), stat(3, 99, 7), stat(4, 1, 5)]);
    account.update([stat(1, 99, 10), stat(3, 99, 7), stat(4, 1, 5)]);
    assert.equal(
      account.takeAdopted(99, ({ pid }) => pid === 3),
      57,
    );
    assert.equal(account.takeAdopted(99, never), 0);
    account.update([stat(1, 99, 10), stat(4, 1, 5)]);
    assert.deepEqual([account.takeAdopted(99, never), account.totalTicks()], [0, 72]);
  });
  test('a sum for several workers is shared without losing any', () => {
    assert.deepEqual(shareReapedTime(100, [10, 30]), [40, 60]);
    assert.deepEqual(shareReapedTime(0, [10, 30]), [10, 30]);
  });
  test('workers that were reaped in one moment share what the kernel added', () => {
    const machine = createFakeMachine();
    const launcher = machine.processes.get(2);
    assert.ok(launcher);
    const roots = [200, 300].map((pid) => ({ pid, account: createCpuAccount() }));
    const reaped = createReapedTime(machine.files, () => roots.map(({ account }) => account));
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
