/** After a run no process of its tree is alive, however it tried to get away, and nobody else is hurt. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { describe, test } from 'node:test';
import { compileProgram, missingCompiler } from '../support/c-programs.ts';
import { createMark, living, processesMarked } from '../support/processes.ts';
import { PROGRAM } from '../support/project.ts';
import { runProgram, startProgram } from '../support/run-program.ts';
import { waitUntil } from '../support/wait-until.ts';

/** Commands of sh that leave living processes behind when the shell ends. */
const ESCAPES: Readonly<Record<string, string>> = {
  'a background process': 'sleep 60 &',
  'a process that ignores the stop signal': `(trap '' TERM; while :; do sleep 1; done) &`,
  'a process in a new session': 'setsid sleep 60 &',
  'a daemon that forked twice': '(setsid sh -c "sleep 60 & sleep 60 &" &);',
  'a stopped process': "sh -c 'kill -STOP $$; sleep 60' &",
  'a process with an empty environment whose parent lives': `sh -c 'env -i sleep 60 & wait' &`,
};

describe('shutdown', { concurrency: 2 }, () => {
  for (const [name, command] of Object.entries(ESCAPES)) {
    test(`${name} does not outlive the run`, async () => {
      const mark = createMark();
      const args = ['--stop-timeout', '300ms', '--', 'sh', '-c', `${command} sleep 0.2; exit 5`];
      const result = await runProgram(args, { env: mark.env });
      assert.deepEqual([result.status, processesMarked(mark.value)], [5, []]);
    });
  }

  test('a bomb of grandchildren that ignore the stop signal is gone after it', async () => {
    const mark = createMark();
    // Two shells that start a new sleeper every few milliseconds, in sessions of their own.
    const bomb = `trap '' TERM; i=0; while [ $i -lt 400 ]; do setsid sh -c "trap '' TERM; sleep 60" & i=$((i+1)); done; wait`;
    const args = ['-w', '2', '--stop-timeout', '200ms', '--', 'sh', '-c', bomb];
    const program = startProgram(args, { env: mark.env });
    await waitUntil(() => {
      assert.ok(processesMarked(mark.value).length > 60);
    });
    program.signal('SIGTERM');
    const result = await program.result;
    assert.equal(result.status, 137, result.stderr);
    assert.deepEqual(processesMarked(mark.value), []);
  });

  test('a process that forks and ends at once, again and again, does not get away', async (t) => {
    const missing = missingCompiler();
    if (missing !== undefined) {
      t.skip(missing);
      return;
    }
    const comet = compileProgram('comet');
    const mark = createMark();
    const args = ['--stop-timeout', '100ms', '--', 'sh', '-c', `${comet} 40 & sleep 0.2`];
    const startedAt = performance.now();
    assert.equal((await runProgram(args, { env: mark.env })).status, 0);
    // It holds our pipe open: the result comes when the last of them is gone, at the latest after 40 s.
    assert.ok(performance.now() - startedAt < 35_000, 'it lived on until its own end');
  });

  test(
    'what the workers had used is no demand of the processes that outlive them',
    { skip: missingCompiler() },
    async () => {
      const stubborn = `(trap '' TERM; while :; do sleep 0.1; done) &`;
      const options = ['--threads', '1', '--stop-timeout', '1.6s', '--verify', 'fail'];
      // The shell waits for the busy child and ends at once; the next window ends while we wait for the stubborn one.
      const command = `${stubborn} ${compileProgram('threads')} 1 3.2 busy; exit 0`;
      const { status, stderr } = await runProgram([...options, '--', 'sh', '-c', command]);
      assert.equal(status, 0, stderr);
    },
  );

  test('the first failure stops the other workers, and with --no-fail-fast they go on', async () => {
    const script = '[ "$ONEPROCPOOL_WORKER_INDEX" = 0 ] && exit 7; sleep "$0"; echo finished';
    const stopped = await runProgram(['-w', '3', '--', 'sh', '-c', script, '60']);
    assert.deepEqual([stopped.status, stopped.stdout], [7, '']);
    const finished = await runProgram(['-w', '3', '--no-fail-fast', '--', 'sh', '-c', script, '0.2']);
    assert.deepEqual([finished.status, finished.stdout], [7, 'finished\nfinished\n']);
  });

  test('processes that do not belong to the run stay alive', async () => {
    const bystander = spawn('sleep', ['60'], { stdio: 'ignore' });
    try {
      assert.ok(bystander.pid !== undefined);
      const args = ['--stop-timeout', '100ms', '--', 'sh', '-c', `(trap '' TERM; sleep 60; sleep 60) & sleep 0.1`];
      await runProgram(args);
      assert.deepEqual(living([bystander.pid]), [bystander.pid]);
    } finally {
      bystander.kill('SIGKILL');
    }
  });

  test('what the shell had started that became the launcher goes on', async () => {
    // The reader of our output waits until we have gone.
    const reader = 'while kill -0 $$; do sleep 0.01; done 2>/dev/null; cat';
    const script = `exec > >(${reader}); exec "$0" --stop-timeout 100ms -- echo text`;
    const result = await runProgram(['-c', script, PROGRAM], { file: 'bash' });
    assert.deepEqual([result.status, result.stdout], [0, 'text\n'], result.stderr);
  });

  test('where /proc is that of another PID namespace, no time is lost with its processes', async (t) => {
    const unshare = ['--pid', '--fork', '--kill-child'];
    if ((await runProgram([...unshare, 'true'], { file: 'unshare' })).status !== 0) {
      t.skip('no PID namespace can be made here');
      return;
    }
    const result = await runProgram([...unshare, PROGRAM, '--', 'sh', '-c', 'exit 3'], { file: 'unshare' });
    assert.deepEqual([result.status, result.stderr], [3, '']);
  });

  test('100 workers run at once and each is the one it is told to be', async () => {
    const mark = createMark();
    const script = 'echo "$ONEPROCPOOL_WORKER_INDEX"; exec sleep 60';
    const program = startProgram(['-w', '100', '--', 'sh', '-c', script], { env: mark.env });
    await waitUntil(() => {
      const seen = program.stdout().trim().split('\n').map(Number);
      assert.deepEqual(
        seen.sort((a, b) => a - b),
        Array.from({ length: 100 }, (_, index) => index),
      );
    }, 30_000);
    program.signal('SIGTERM');
    assert.deepEqual([(await program.result).status, processesMarked(mark.value)], [143, []]);
  });
});
