import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { createDescendantFinder } from '../../../src/workers/descendants.ts';
import { createTreeEnder, type TreeEnder } from '../../../src/workers/end-tree.ts';
import { leftoverFindings } from '../../../src/workers/stop-findings.ts';
import { createFakeClock } from './fake-clock.ts';
import { createProcessTable, type MadeUpProcess, type ProcessTable } from './made-up-processes.ts';

const MARK = 'mark.';

type OnSignal = (pid: number, signal: string, table: Map<number, MadeUpProcess>) => void;

function world(pids: readonly number[], onSignal?: OnSignal): ProcessTable & { ender: TreeEnder } {
  const tree = pids.map((pid) => [pid, { parent: 1, start: 1000 + pid, environ: MARK }] as const);
  const made = createProcessTable(
    { 1: { parent: 0, start: 1 }, 100: { parent: 50, start: 1000 }, ...Object.fromEntries(tree) },
    onSignal,
  );
  const clock = createFakeClock();
  const finder = createDescendantFinder({ files: made.files, clock, ownPid: 100, adopterPid: null, mark: MARK });
  return { ...made, ender: createTreeEnder({ finder, processes: made.processes, clock, files: made.files }) };
}

describe('createTreeEnder', () => {
  test('nothing left: nothing sent', async () => {
    const { ender, sent } = world([]);
    assert.deepEqual(await ender.end('SIGTERM', 1000), { askedCount: 0, killed: [], left: [] });
    assert.deepEqual(sent, []);
  });

  test('who ends when asked is not killed', async () => {
    const { ender, sent } = world([200, 201], (pid, signal, table) => {
      if (signal === 'SIGTERM') table.delete(pid);
    });
    assert.deepEqual(await ender.end('SIGTERM', 1000), { askedCount: 2, killed: [], left: [] });
    assert.deepEqual(sent.sort(), ['TERM 200', 'TERM 201']);
  });

  test('all are stopped before the first is killed', async () => {
    const { ender, sent, table } = world([200, 201, 202]);
    const { killed, left } = await ender.end('SIGTERM', 100);
    assert.deepEqual([new Set(killed.map(({ pid }) => pid)), left], [new Set([200, 201, 202]), []]);
    const firstKill = sent.findIndex((line) => line.startsWith('KILL'));
    assert.deepEqual(
      sent
        .slice(0, firstKill)
        .filter((line) => line.startsWith('STOP'))
        .sort(),
      ['STOP 200', 'STOP 201', 'STOP 202'],
    );
    assert.deepEqual([...table.keys()], [1, 100]);
  });

  test('a process that starts another one when it is stopped does not get ahead', async () => {
    let next = 300;
    const { ender, table } = world([200], (_pid, signal, processes) => {
      if (signal === 'SIGSTOP' && next < 350)
        processes.set((next += 1), { parent: 1, start: 2000 + next, environ: MARK });
    });
    assert.deepEqual((await ender.end('SIGTERM', 0)).left, []);
    assert.deepEqual([...table.keys()], [1, 100]);
  });

  test('hurry ends the grace period', async () => {
    const { ender, sent } = world([200]);
    ender.hurry();
    await ender.end('SIGTERM', 1e9);
    assert.deepEqual(sent, ['STOP 200', 'KILL 200']);
  });

  test('who cannot be killed is reported, and the end comes nevertheless', async () => {
    const { ender } = world([200], (pid, signal, table) => {
      if (signal === 'SIGKILL') table.set(pid, { parent: 1, start: 1000 + pid, environ: MARK, state: 'D' });
    });
    const result = await ender.end('SIGTERM', 10);
    assert.deepEqual(result.left, [{ pid: 200, name: 'p', state: 'D' }]);
    const [finding, ...others] = leftoverFindings(result.askedCount, result.killed.length, result.left);
    assert.deepEqual([finding?.code, others], ['PROCESSES_LEFT', []]);
    assert.match(finding?.message ?? '', /p \(PID 200, state D, frozen or blocked in the kernel\)$/);
  });
});
