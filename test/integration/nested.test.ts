/** A oneprocpool inside a worker: the share is passed on, the options of the outer one are not. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { ThreadPlan } from '../../src/plan/plan.ts';
import { PROGRAM } from '../support/project.ts';
import { runProgram } from '../support/run-program.ts';

/** What the environment of a command says about us, but for what only the tests put there. */
const SHOW = `env | grep '^ONEPROCPOOL_' | grep -vE '^ONEPROCPOOL_(RUN_ID|TEST_|CHAOS_|CI_)' | sort | tr '\\n' ' '`;
const SHARE = /^ONEPROCPOOL_CPUS=([12]) ONEPROCPOOL_THREADS=\1 ONEPROCPOOL_WORKER_COUNT=1 ONEPROCPOOL_WORKER_INDEX=0 $/;

describe('a launcher in a worker', { concurrency: 3 }, () => {
  test('does not start as many copies again', async () => {
    const env = { ONEPROCPOOL_WORKERS: '2', ONEPROCPOOL_PREFIX: '1' };
    const { status, stdout } = await runProgram(['--', PROGRAM, '--', 'sh', '-c', 'echo copy'], { env });
    assert.equal(status, 0);
    assert.deepEqual(stdout.split('\n').sort(), ['', '[0] copy', '[1] copy']);
  });

  const options = { ONEPROCPOOL_WORKERS: '1', ONEPROCPOOL_VERIFY: 'off', ONEPROCPOOL_CPUS: '2', ONEPROCPOOL_QUIET: '' };
  for (const env of [options, { ...options, ONEPROCPOOL_EXEC: '1' }]) {
    test(`has its share and no option of the outer one${'ONEPROCPOOL_EXEC' in env ? ', with --exec' : ''}`, async () => {
      const { stdout, stderr } = await runProgram(['--', 'sh', '-c', SHOW], { env });
      assert.equal(stderr, '');
      assert.match(stdout, SHARE);
    });
  }

  test('gets options by --env', async () => {
    const args = ['-w', '1', '--env', 'ONEPROCPOOL_WORKERS=2', '--', PROGRAM, '--', 'sh', '-c', 'echo copy'];
    const { stdout } = await runProgram(args, { env: { ONEPROCPOOL_WORKERS: '5' } });
    assert.equal(stdout, 'copy\ncopy\n');
  });

  test('plan names what is removed; env leaves the shell its options', async () => {
    const env = { ONEPROCPOOL_WORKERS: '2', ONEPROCPOOL_CPUS: '2' };
    const plan = JSON.parse((await runProgram(['plan', '--json', '--no-config'], { env })).stdout) as ThreadPlan;
    for (const { env: overlay } of plan.workers) {
      assert.deepEqual(overlay.unset, [...new Set(overlay.unset)].sort());
      const ours = overlay.unset.filter((name) => name.startsWith('ONEPROCPOOL_'));
      assert.deepEqual(ours, ['ONEPROCPOOL_WORKERS']);
    }
    const { stdout } = await runProgram(['env', '--no-config'], { env });
    assert.doesNotMatch(stdout, /unset.*ONEPROCPOOL/);
  });
});
