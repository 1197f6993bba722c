import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { createGroupFinder, createMembership, type Membership } from '../../../src/workers/membership.ts';
import { createFakeClock } from './fake-clock.ts';
import { createProcessTable, type MadeUpProcess } from './made-up-processes.ts';

const OWN_PID = 100;
const MARK = '100.abc.';
const marked = (index: number): string => `A=1\0ONEPROCPOOL_RUN_ID=7.x.3.${MARK}${index}.\0`;

/** Launcher 100 below 50; its workers are 200 and 300. */
function membershipOf(others: Record<number, MadeUpProcess>, adopterPid: number | null, workerCount = 2): Membership {
  const { files, table } = createProcessTable({
    1: { parent: 0, start: 1 },
    50: { parent: 1, start: 500 },
    [OWN_PID]: { parent: 50, start: 900 },
  });
  const input = { files, clock: createFakeClock(), ownPid: OWN_PID, adopterPid };
  const finder = createGroupFinder({ ...input, spawner: {} as never }, MARK, () => [150]);
  table.set(200, { parent: OWN_PID, start: 1001, environ: marked(0) });
  finder.addWorker(200);
  for (const [pid, process] of Object.entries(others)) table.set(Number(pid), process);
  const workers = Array.from({ length: workerCount }, (_, index) => ({ index }) as never);
  return createMembership({ ...input, workers }, MARK, finder);
}

describe('createMembership', () => {
  test('orphans may be given to init, and to the launcher and its ancestors', () => {
    assert.deepEqual(new Set(membershipOf({}, null).orphanParents()), new Set([1, OWN_PID, 50]));
    assert.deepEqual([...membershipOf({}, OWN_PID).orphanParents()], [OWN_PID]);
  });

  const cases: [
    why: string,
    process: MadeUpProcess,
    adopterPid: number | null,
    workerCount: number,
    expected: ReturnType<Membership['workerOf']>,
  ][] = [
    ['the mark names the worker', { parent: 1, start: 1002, environ: marked(1) }, null, 2, 1],
    ['without the mark it is unrelated', { parent: 1, start: 1002, environ: 'A=1\0' }, null, 1, 'unrelated'],
    ['what is older than the run is unrelated', { parent: 1, start: 999, environ: marked(1) }, null, 2, 'unrelated'],
    ['given to the launcher it belongs to the only worker', { parent: OWN_PID, start: 1002 }, OWN_PID, 1, 0],
    ['of several workers it belongs to none', { parent: OWN_PID, start: 1002 }, OWN_PID, 2, 'unrelated'],
    ['in the middle of an exec it cannot be told', { parent: 1, start: 1002, environ: '' }, null, 1, 'undecided'],
  ];
  for (const [why, process, adopterPid, workerCount, expected] of cases) {
    test(why, () => {
      assert.equal(membershipOf({ 400: process }, adopterPid, workerCount).workerOf(400), expected);
    });
  }

  test('a helper of the launcher is unrelated', () => {
    assert.equal(membershipOf({ 150: { parent: OWN_PID, start: 1002 } }, OWN_PID, 1).workerOf(150), 'unrelated');
  });
});
