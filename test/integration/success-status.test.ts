/** --success-status: what counts as success does so in the exit status, for the other workers, restarts and the report. */
import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import type { RunReport } from '../../src/report/run-report.ts';
import { runProgram, startProgram } from '../support/run-program.ts';
import { waitUntil } from '../support/wait-until.ts';

const directory = mkdtempSync(join(tmpdir(), 'oneprocpool-success-'));
after(() => {
  rmSync(directory, { recursive: true });
});

describe('--success-status', { concurrency: 3 }, () => {
  test('a status of the list becomes 0, another one stays', async () => {
    for (const [list, given, expected] of [
      ['143,130', 143, 0],
      ['143,130', 130, 0],
      ['143', 3, 3],
      ['143', 0, 0],
    ] as const) {
      const result = await runProgram(['--success-status', list, '--', 'sh', '-c', `exit ${given}`]);
      assert.deepEqual([result.status, result.stderr], [expected, ''], `${given} with ${list}`);
    }
  });

  test('from a variable and from a config file', async () => {
    const command = ['--', 'sh', '-c', 'exit 7'];
    const env = { ONEPROCPOOL_SUCCESS_STATUS: '5 7' };
    assert.equal((await runProgram(['--no-config', ...command], { env })).status, 0);
    const file = join(directory, 'config.json');
    for (const successStatus of [[5, 7], 7, '5,7']) {
      writeFileSync(file, JSON.stringify({ successStatus }));
      assert.equal((await runProgram(['--config', file, ...command])).status, 0);
    }
  });

  test('a death by the forwarded signal too, and the report says both', async () => {
    const report = join(directory, 'report.json');
    const options = ['--success-status', '143', '--report', report];
    const program = startProgram([...options, '--', 'sh', '-c', 'echo ready; exec sleep 60']);
    await waitUntil(() => {
      assert.equal(program.stdout(), 'ready\n');
    });
    program.signal('SIGTERM');
    assert.equal((await program.result).status, 0);
    const { exitStatus, workers } = JSON.parse(readFileSync(report, 'utf8')) as RunReport;
    assert.deepEqual([exitStatus, workers[0]?.exit.kind], [0, 'signaled']);
  });

  test('it does not stop the other workers, and nothing is said', async () => {
    const script = '[ $ONEPROCPOOL_WORKER_INDEX = 0 ] && exit 9; sleep 1; echo finished';
    const result = await runProgram(['-w', '2', '--success-status', '9', '--', 'sh', '-c', script]);
    assert.deepEqual([result.status, result.stdout, result.stderr], [0, 'finished\n', '']);
  });

  test('it is not restarted', async () => {
    const args = ['--restart', 'on-failure', '--success-status', '9', '--', 'sh', '-c', 'echo started; exit 9'];
    const result = await runProgram(args);
    assert.deepEqual([result.status, result.stdout], [0, 'started\n']);
  });

  test('a command that cannot be started is a failure in any case', async () => {
    assert.equal((await runProgram(['--success-status', '127', '--', 'no-such-command'])).status, 127);
  });

  test('what is no exit status is refused, and so is --exec beside it', async () => {
    for (const list of ['256', '-1', '1.5', 'TERM', '']) {
      const { status, stderr } = await runProgram([`--success-status=${list}`, '--', 'true']);
      assert.equal(status, 125, list);
      assert.match(stderr, /--success-status/);
    }
    assert.equal((await runProgram(['--exec', '--success-status', '3', '--', 'true'])).status, 125);
  });
});
