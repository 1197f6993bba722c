import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { createDescendantFinder, type DescendantFinder } from '../../../src/workers/descendants.ts';
import { createFakeClock } from './fake-clock.ts';
import { createProcessTable, type MadeUpProcess, type ProcessTable } from './made-up-processes.ts';

const OWN_PID = 100;
const MARK = '100.abc.';
const MARKED = `A=1\0ONEPROCPOOL_RUN_ID=${MARK}\0`;

/** The launcher is process 100, started at tick 1000; the worker is 200. At tick 1001 the run begins. */
function world(
  others: Readonly<Record<number, MadeUpProcess>>,
  adopterPid: number | null = null,
  heirPid?: number,
): ProcessTable & { finder: DescendantFinder; found: () => number[]; nowNs: () => bigint } {
  const made = createProcessTable({
    1: { parent: 0, start: 1 },
    50: { parent: 20, start: 500 },
    20: { parent: 1, start: 400 },
    [OWN_PID]: { parent: 50, start: 1000 },
    ...Object.fromEntries(Object.entries(others).filter(([, { start }]) => start <= 1000)),
  });
  // The clock has to move, or a chase would never end.
  const clock = createFakeClock();
  const nowNs = (): bigint => {
    clock.advance(1);
    return clock.nowNs();
  };
  const finder = createDescendantFinder({
    files: made.files,
    clock: { ...clock, nowNs },
    ownPid: OWN_PID,
    adopterPid,
    mark: MARK,
    ...(heirPid !== undefined && { heirPid }),
    reap: () => undefined,
  });
  for (const [pid, process] of Object.entries(others)) made.table.set(Number(pid), process);
  made.table.set(200, { parent: OWN_PID, start: 1001, environ: MARKED });
  finder.addWorker(200);
  const found = (): number[] =>
    finder
      .find()
      .map(({ pid }) => pid)
      .sort((a, b) => a - b);
  return { ...made, finder, found, nowNs };
}

describe('createDescendantFinder', () => {
  test('children of any depth belong to the tree, marked or not, in whatever order they are listed', () => {
    const { found } = world({
      210: { parent: 200, start: 1002 },
      205: { parent: 210, start: 1003 },
      207: { parent: 205, start: 1004 },
    });
    assert.deepEqual(found(), [200, 205, 207, 210]);
  });

  test('an orphan is known by the mark', () => {
    const { found } = world({ 300: { parent: 1, start: 1010, environ: MARKED } });
    assert.deepEqual(found(), [200, 300]);
  });

  test('an orphan without the mark is known when it was seen before, by us or by somebody else', () => {
    const { table, finder, found } = world({ 210: { parent: 200, start: 1002 }, 310: { parent: 1, start: 1003 } });
    finder.addKnown([{ pid: 310, startTicks: 1003 }]);
    found();
    table.set(210, { parent: 1, start: 1002 });
    table.delete(200);
    assert.deepEqual(found(), [210, 310]);
  });

  test('strangers are left alone: unrelated, other children of ours, without the mark', () => {
    const { found } = world({
      300: { parent: 1, start: 1010, environ: 'A=1\0' },
      301: { parent: OWN_PID, start: 1010 },
      302: { parent: 50, start: 1010, environ: 'ONEPROCPOOL_RUN_ID=100.abd.' },
    });
    assert.deepEqual(found(), [200]);
  });

  test('a process older than we are is never ours, whatever its environment says', () => {
    const { found } = world({ 300: { parent: 1, start: 999, environ: MARKED } });
    assert.deepEqual(found(), [200]);
  });

  test('a process that was there before the first worker is never part of the run', () => {
    const { finder, found } = world({ 300: { parent: 1, start: 1000, environ: MARKED } });
    finder.addKnown([{ pid: 300, startTicks: 1000 }]);
    assert.deepEqual(found(), [200]);
  });

  test('a job of an older server that was handed the mark is not part of the run, however it was started', () => {
    const { found } = world({
      30: { parent: 1, start: 10 },
      300: { parent: 30, start: 1010, environ: MARKED },
      301: { parent: 30, start: 1010 },
      302: { parent: 301, start: 1011, environ: MARKED },
      303: { parent: 302, start: 1012, environ: MARKED },
    });
    assert.deepEqual(found(), [200]);
  });

  test('nor is one whose parent cannot be seen', () => {
    assert.deepEqual(world({ 300: { parent: 31, start: 1010, environ: MARKED } }).found(), [200]);
  });

  test('an orphan goes to an ancestor of the launcher, and is known by the mark there', () => {
    const { found } = world({
      300: { parent: 20, start: 1010, environ: MARKED },
      301: { parent: 50, start: 1010, environ: MARKED },
      302: { parent: 301, start: 1011, environ: MARKED },
    });
    assert.deepEqual(found(), [200, 300, 301, 302]);
  });

  test('where the launcher is the subreaper, an orphan goes to nobody else', () => {
    const { found } = world(
      {
        300: { parent: 1, start: 1010, environ: MARKED },
        301: { parent: 20, start: 1010, environ: MARKED },
        302: { parent: OWN_PID, start: 1010, environ: MARKED },
        303: { parent: OWN_PID, start: 1010 },
      },
      OWN_PID,
      OWN_PID,
    );
    assert.deepEqual(found(), [200, 302, 303]);
  });

  test('what a child from before the run leaves to the launcher is not part of it; what a worker leaves is', () => {
    const { table, found, nowNs } = world({ 150: { parent: OWN_PID, start: 1000 } }, OWN_PID, OWN_PID);
    table.set(300, { parent: OWN_PID, start: 1010, environ: 'A=1\0' });
    table.set(301, { parent: OWN_PID, start: 1010, environ: '' });
    table.set(302, { parent: 300, start: 1011, environ: 'A=1\0' });
    table.set(310, { parent: OWN_PID, start: 1010, environ: MARKED });
    table.set(311, { parent: OWN_PID, start: 1010, environ: 'A=1\0', group: 200 });
    assert.deepEqual(found(), [200, 310, 311]);
    for (const pid of [200, 310, 311]) table.delete(pid);
    assert.deepEqual(found(), []);
    // Neither are they waited for, once it is clear that they get no environment.
    const startedNs = nowNs();
    assert.deepEqual(found(), []);
    assert.ok(nowNs() - startedNs < 200_000_000n);
  });

  test('a PID that was given out again is another process', () => {
    const { table, finder, found } = world({});
    table.set(200, { parent: 1, start: 2000 });
    assert.deepEqual(found(), []);
    assert.equal(finder.isLiving({ pid: 200, startTicks: 1001 }), false);
    assert.equal(finder.isLiving({ pid: 200, startTicks: 2000 }), true);
  });

  test('the child of a stranger with a PID that was ours is a stranger', () => {
    const { table, found } = world({});
    table.set(200, { parent: 1, start: 2000 });
    table.set(400, { parent: 200, start: 2001 });
    assert.deepEqual(found(), []);
  });

  test('below our own init every orphan is ours', () => {
    assert.deepEqual(world({ 300: { parent: 1, start: 1010 } }, 1).found(), [200, 300]);
  });

  test('zombies are not living members', () => {
    assert.deepEqual(world({ 210: { parent: 200, start: 1002, environ: MARKED, state: 'Z' } }).found(), [200]);
  });

  test('each new member is told at once, and once', () => {
    const { finder } = world({ 210: { parent: 200, start: 1002, environ: MARKED } });
    const told: number[] = [];
    for (let look = 0; look < 2; look += 1) finder.find(({ pid }) => told.push(pid));
    // The worker was known already.
    assert.deepEqual(told, [210]);
  });

  test('without procfs nothing is found and nothing breaks', () => {
    const { finder, files } = world({});
    const blind = { ...files, readText: () => undefined, listDirectory: () => undefined };
    const input = { files: blind, clock: createFakeClock(), ownPid: 1, adopterPid: null, mark: MARK };
    assert.deepEqual(createDescendantFinder(input).find(), []);
    assert.equal(finder.find().length, 1);
  });
});
