/** Ray and torchrun give their workers OMP_NUM_THREADS unless it is set: what becomes of that by `--pool`. */
import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { describe, test } from 'node:test';
import { createMark, processesMarked } from '../../support/processes.ts';
import { PROGRAM, PROJECT_ROOT } from '../../support/project.ts';
import { waitUntil } from '../../support/wait-until.ts';
import { runPools } from './run-pools.ts';

/**
 * Tasks that last long enough for the proof, which leaves the start of a pool out and may read only so much:
 * Ray has some 200 threads, and 9 s were too short at times.
 */
const SETUPS = [
  { setup: 'torchrun', tasks: '64' },
  { setup: 'ray-tasks', tasks: '240' },
];
const RAY = join(PROJECT_ROOT, 'test/conformance/pools/setups/ray-tasks.py');

function findPython(group: string): { python: string; reason: string } {
  const args = ['scripts/conformance.mjs', '--python', group];
  const { status, stdout, stderr } = spawnSync(process.execPath, args, { cwd: PROJECT_ROOT, encoding: 'utf8' });
  return { python: status === 0 ? stdout.trim() : '', reason: stderr.trim() };
}

for (const { setup, tasks } of SETUPS)
  describe(`${setup} with a share of two CPUs`, () => {
    test('--pool libraries: two processes with two threads each, and the proof names --pool app', (t) => {
      const run = runPools(setup, 'libraries', '--size', '2', '--tasks', tasks);
      if (typeof run === 'string') return t.skip(run);
      assert.deepEqual(run.working, [2, 2]);
      assert.equal(run.outcome, 'exceeded');
      const finding = run.findings.find(({ code }) => code === 'OVER_BUDGET');
      assert.match(finding?.hint ?? '', /both run a pool.*--pool app.*--pool auto/);
    });

    test('--pool app: two processes with one thread each, and nothing to say of helpers', (t) => {
      const run = runPools(setup, 'app', '--size', '2', '--tasks', tasks);
      if (typeof run === 'string') return t.skip(run);
      assert.equal(run.status, 0, run.stderr);
      assert.deepEqual(run.working, [1, 1]);
      assert.equal(run.outcome, 'within', JSON.stringify(run.findings));
      assert.deepEqual(run.findings, []);
    });

    test('--pool auto: two processes with one thread each', (t) => {
      const run = runPools(setup, 'auto', '--size', '2');
      if (typeof run === 'string') return t.skip(run);
      assert.equal(run.status, 0, run.stderr);
      assert.deepEqual(run.working, [1, 1]);
    });

    test('--pool auto below a quota bounds nothing that asks OMP_NUM_THREADS', (t) => {
      const run = runPools(setup, 'auto-narrow', '--size', '2');
      if (typeof run === 'string') return t.skip(run);
      assert.deepEqual(run.working, [2, 2]);
    });
  });

describe('the helper processes of Ray', () => {
  const { python, reason } = findPython('ray');

  test('end with the launcher on SIGTERM', async (t) => {
    if (python === '') return t.skip(reason);
    const mark = createMark();
    const args = ['--quiet', '--no-config', '--threads', '2', '--pool', 'app', '--', python, RAY];
    const launcher = spawn(PROGRAM, args, {
      env: { ...process.env, ...mark.env, POOLS_TASKS: '100000', POOLS_SIZE: '2' },
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    const closed = once(launcher, 'close');
    for await (const line of createInterface({ input: launcher.stdout })) if (line.startsWith('@work')) break;
    // The driver, the store, the raylet and its agents, two workers, and ourselves.
    assert.ok(processesMarked(mark.value).length >= 8, 'the helpers were expected to run');
    launcher.kill('SIGTERM');
    await closed;
    await waitUntil(() => assert.deepEqual(processesMarked(mark.value), []));
  });

  test('end with a program that ends', async (t) => {
    if (python === '') return t.skip(reason);
    const mark = createMark();
    const args = ['--no-config', '--threads', '2', '--pool', 'app', '--', python, RAY];
    const { status, stderr } = spawnSync(PROGRAM, args, {
      env: { ...process.env, ...mark.env, POOLS_TASKS: '8', POOLS_SIZE: '2' },
      encoding: 'utf8',
    });
    assert.equal(status, 0, stderr);
    assert.doesNotMatch(stderr, /warning/i);
    await waitUntil(() => assert.deepEqual(processesMarked(mark.value), []));
  });
});
