/** As the ENTRYPOINT of a real container: what the command gets, and what the container's exit status is. */
import assert from 'node:assert/strict';
import { after, describe, test } from 'node:test';
import { ENTRYPOINT, openPodman } from './podman.ts';
import type { ProgramResult } from '../support/run-program.ts';

const podman = openPodman();

function run(options: string[], command: string[], flags: string[] = []): Promise<ProgramResult> {
  assert.ok(typeof podman !== 'string');
  const entrypoint = [ENTRYPOINT, ...options, '--'];
  return podman.start({ flags: ['--cpus', '1.5', ...flags], entrypoint, command }).result;
}

const SHOW = 'echo "$ONEPROCPOOL_WORKER_INDEX of $ONEPROCPOOL_WORKER_COUNT: $OMP_NUM_THREADS as $(id -u)"';

const PLACES: Readonly<Record<string, readonly string[]>> = {
  root: [],
  'user 1000': ['--user', '1000'],
  'a read-only root': ['--read-only'],
  'user 1000, a read-only root and no capability': ['--user', '1000', '--read-only', '--cap-drop', 'all'],
  'a private cgroup namespace': ['--cgroupns', 'private'],
};

describe('entrypoint of a container', { skip: typeof podman === 'string' && podman, concurrency: 2 }, () => {
  after(() => {
    if (typeof podman !== 'string') podman.close();
  });

  for (const [place, flags] of Object.entries(PLACES)) {
    test(`two workers with one thread each, and the status of the one that fails: ${place}`, async () => {
      const script = `${SHOW}; exit $((ONEPROCPOOL_WORKER_INDEX * 7))`;
      const { status, stdout } = await run(['-q', '-w', '2', '--no-fail-fast'], ['sh', '-c', script], [...flags]);
      const user = flags.includes('--user') ? 1000 : 0;
      assert.deepEqual(stdout.trim().split('\n').sort(), [`0 of 2: 1 as ${user}`, `1 of 2: 1 as ${user}`]);
      assert.equal(status, 7);
    });

    test(`with --exec the command is PID 1 and nothing else is there: ${place}`, async () => {
      const script = 'echo "PID $$, $OMP_NUM_THREADS thread,"; echo /proc/[0-9]*; exit 9';
      const result = await run(['--exec'], ['sh', '-c', script], [...flags]);
      assert.deepEqual([result.status, result.stdout], [9, 'PID 1, 1 thread,\n/proc/1\n']);
    });
  }

  test('statuses of the container: signals, failures to start and usage', async () => {
    assert.equal((await run([], ['sh', '-c', 'kill -KILL $$'])).status, 137);
    assert.equal((await run([], ['no-such-command'])).status, 127);
    assert.equal((await run([], ['/etc/passwd'])).status, 126);
    assert.equal((await run(['-w', 'none'], ['true'])).status, 125);
  });

  test('a success is silent', async () => {
    const { status, stdout, stderr } = await run([], ['true']);
    assert.deepEqual([status, stdout, stderr], [0, '', '']);
  });
});
