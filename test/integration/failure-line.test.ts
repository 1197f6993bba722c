/** With several workers one line says which one failed, how, and what becomes of the others. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { runProgram } from '../support/run-program.ts';

/** Worker 1 fails in the given way when the other one is up. */
function script(failure: string, other: string): string {
  return `if [ $ONEPROCPOOL_WORKER_INDEX = 1 ]; then ${failure}; fi; ${other}`;
}

const LONG = 'exec sleep 60';

describe('the failure of a worker', { concurrency: 3 }, () => {
  const cases: readonly [name: string, args: string[], status: number, stderr: string][] = [
    [
      'stops the other',
      ['-w', '2', '--', 'sh', '-c', script('exit 3', LONG)],
      3,
      'oneprocpool: worker 1 exited with status 3; stopping the other worker\n',
    ],
    [
      'by a signal stops the others, which are counted',
      ['-w', '3', '--cpus', '3', '--', 'sh', '-c', script('kill -9 $$', LONG)],
      137,
      'oneprocpool: worker 1 was killed by SIGKILL; stopping the other 2 workers\n',
    ],
    [
      'by SIGTERM that nobody sent to the launcher is a failure like others',
      ['-w', '2', '--', 'sh', '-c', script('kill -TERM $$', LONG)],
      143,
      'oneprocpool: worker 1 was killed by SIGTERM; stopping the other worker\n',
    ],
    [
      'with --no-fail-fast lets the other go on',
      ['-w', '2', '--no-fail-fast', '--', 'sh', '-c', script('exit 3', 'sleep 1')],
      3,
      'oneprocpool: worker 1 exited with status 3; 1 worker is still running\n',
    ],
    ['is not said with --quiet', ['-q', '-w', '2', '--', 'sh', '-c', script('exit 3', LONG)], 3, ''],
    ['is not said of a single command, as without the launcher', ['--', 'sh', '-c', 'exit 3'], 3, ''],
  ];
  for (const [name, args, status, stderr] of cases) {
    test(name, async () => {
      const result = await runProgram(args);
      const lines = result.stderr.split('\n').filter((line) => line.startsWith('oneprocpool: worker '));
      assert.equal(result.status, status);
      assert.equal(lines.map((line) => `${line}\n`).join(''), stderr);
      if (stderr === '') assert.equal(result.stderr, '');
    });
  }
});
