/** The duties of PID 1 in a real container, looked at from outside it. */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { after, describe, test } from 'node:test';
import { countLines, listeningWorker } from '../support/listening-worker.ts';
import { living, stateOf } from '../support/processes.ts';
import { IS_EXECUTABLE } from '../support/project.ts';
import { waitUntil } from '../support/wait-until.ts';
import { ENTRYPOINT, openPodman, type Container } from './podman.ts';

const podman = openPodman();

/** `podman stop` kills after this; a container that passes signals on ends long before. */
const STOP = ['stop', '--time', '60'] as const;
const QUICK_MS = 20_000;

interface Request {
  readonly options?: readonly string[];
  readonly flags?: readonly string[];
  readonly script: string;
  /** How many lines `ready` to wait for. */
  readonly ready?: number;
}

async function start({ options = [], flags = [], script, ready = 1 }: Request): Promise<Container> {
  assert.ok(typeof podman !== 'string');
  const entrypoint = [ENTRYPOINT, '-q', ...options, '--'];
  const container = podman.start({ flags, entrypoint, command: ['sh', '-c', script] });
  await expectLines(container, { ready });
  return container;
}

function expectLines(container: Container, wanted: Record<string, number>): Promise<void> {
  return waitUntil(() => {
    assert.deepEqual(countLines(container.stdout()), wanted);
  }, 30_000);
}

/** Ends the container with `end`, and gives its status when nothing of it is alive any more. */
async function statusAfter(container: Container, end: () => void): Promise<number | null> {
  const pids = container.pids();
  assert.ok(pids.length > 1, `only ${pids.length} processes inside`);
  const startedAt = performance.now();
  end();
  const { status } = await container.result;
  const tookMs = performance.now() - startedAt;
  assert.ok(tookMs < QUICK_MS, `the end took ${Math.round(tookMs)} ms`);
  assert.deepEqual(living(pids), []);
  return status;
}

/** Children of a process by their state letter. */
function childrenInState(parent: number, state: string): number[] {
  return readdirSync('/proc')
    .filter((name) => /^[0-9]+$/.test(name))
    .map(Number)
    .filter((pid) => stateOf(pid) === state && parentOf(pid) === parent);
}

function parentOf(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]);
}

describe('PID 1 of a container', { skip: typeof podman === 'string' && podman, concurrency: 2 }, () => {
  after(() => {
    if (typeof podman !== 'string') podman.close();
  });

  for (const user of ['0', '1000']) {
    const flags = ['--user', user];

    test(`podman stop ends workers and what they have started at once, as user ${user}`, async () => {
      const script = 'sleep 100 & (setsid sleep 100 &); echo ready; wait';
      const container = await start({ options: ['-w', '2'], flags, script, ready: 2 });
      assert.equal(await statusAfter(container, () => container.podman(...STOP)), 143);
    });

    test(`the status at podman stop is that of a command that ends in its own way, as user ${user}`, async () => {
      const container = await start({ flags, script: listeningWorker(['TERM'], { on: 'TERM', status: 5 }) });
      assert.equal(await statusAfter(container, () => container.podman(...STOP)), 5);
    });

    test(`a worker that ignores the signal of podman stop is killed after our timeout, as user ${user}`, async () => {
      const script = `trap '' TERM; echo ready; while :; do sleep 1; done`;
      const container = await start({ options: ['--stop-timeout', '300ms'], flags, script });
      assert.equal(await statusAfter(container, () => container.podman(...STOP)), 137);
    });
  }

  test('with --exec podman stop reaches the command itself', async () => {
    const script = listeningWorker(['TERM'], { on: 'TERM', status: 6 });
    const container = await start({ options: ['--exec'], script });
    assert.equal(await statusAfter(container, () => container.podman(...STOP)), 6);
    assert.deepEqual(countLines(container.stdout()), { ready: 1, TERM: 1 });
  });

  test('podman kill: each signal arrives once at each worker, TERM ends them, KILL ends all', async () => {
    const script = listeningWorker(['USR1', 'HUP', 'TERM'], { on: 'TERM', status: 0 });
    const container = await start({ options: ['-w', '2'], script, ready: 2 });
    container.podman('kill', '-s', 'USR1');
    await expectLines(container, { ready: 2, USR1: 2 });
    container.podman('kill', '-s', 'HUP');
    await expectLines(container, { ready: 2, USR1: 2, HUP: 2 });
    assert.equal(await statusAfter(container, () => container.podman('kill', '-s', 'TERM')), 0);
    assert.deepEqual(countLines(container.stdout()), { ready: 2, USR1: 2, HUP: 2, TERM: 2 });

    const killed = await start({ options: ['-w', '2'], script, ready: 2 });
    assert.equal(await statusAfter(killed, () => killed.podman('kill', '-s', 'KILL')), 137);
  });

  test('200 orphans of orphans are reaped while the worker goes on', async () => {
    const orphans = 'i=0; while [ $i -lt 200 ]; do (sh -c "sleep 0.2 & sleep 0.1 &" &); i=$((i+1)); done';
    const container = await start({ script: `${orphans}; echo ready; exec sleep 100` });
    const init = container.initPid();
    assert.ok(init > 0);
    // Only the shim, its node and the worker are left, or only the executable and the worker, and nothing that has
    // ended waits for PID 1.
    const left = IS_EXECUTABLE ? 2 : 3;
    await waitUntil(() => {
      assert.deepEqual([container.pids().length, childrenInState(init, 'Z')], [left, []]);
    }, 30_000);
    assert.equal(await statusAfter(container, () => container.podman(...STOP)), 143);
  });
});
