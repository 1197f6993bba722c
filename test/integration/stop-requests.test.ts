/** A request to stop that comes from outside: the platform owns the grace period, and oneprocpool adds none. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { countLines, listeningWorker } from '../support/listening-worker.ts';
import { createMark, processesMarked } from '../support/processes.ts';
import { startProgram, type RunningProgram } from '../support/run-program.ts';
import { waitUntil } from '../support/wait-until.ts';

/** Longer than the 10 s that `--stop-timeout` has by default. */
const DRAIN_SECONDS = 11;
/** Two equal signals that are closer to each other may be one request. */
const APART_MS = 200;

function untilLines(program: RunningProgram, wanted: Record<string, number>): Promise<void> {
  return waitUntil(() => {
    assert.deepEqual(countLines(program.stdout()), wanted);
  });
}

/** Finishes what it does at a signal, for as long as it takes, and exits with `status`. */
function drain(signal: string, seconds: number | string, status: number): string {
  const finish = `echo ${signal}; kill $! 2>/dev/null; sleep ${seconds}; echo finished; exit ${status}`;
  return `trap '${finish}' ${signal}; echo ready; while :; do sleep 60 & wait $!; done`;
}

describe('a request to stop', { concurrency: 4 }, () => {
  for (const signal of ['TERM', 'INT', 'QUIT', 'HUP']) {
    test(`a worker takes the time it needs after SIG${signal}`, async () => {
      const mark = createMark();
      const program = startProgram(['--', 'bash', '-c', drain(signal, DRAIN_SECONDS, 0)], { env: mark.env });
      await untilLines(program, { ready: 1 });
      program.signal(`SIG${signal}` as NodeJS.Signals);
      const { status, stdout, stderr } = await program.result;
      assert.deepEqual([status, stdout, stderr], [0, `ready\n${signal}\nfinished\n`, '']);
      assert.deepEqual(processesMarked(mark.value), []);
    });
  }

  for (const given of ['flag', 'variable'] as const) {
    test(`it is killed after --stop-timeout where the user gave it (${given})`, async () => {
      const options = given === 'flag' ? ['--stop-timeout', '200ms'] : [];
      const env = given === 'variable' ? { ONEPROCPOOL_STOP_TIMEOUT: '200ms' } : {};
      const program = startProgram([...options, '--', 'bash', '-c', drain('TERM', 60, 0)], { env });
      await untilLines(program, { ready: 1 });
      program.signal('SIGTERM');
      const { status, stderr } = await program.result;
      assert.equal(status, 137);
      assert.match(stderr, /did not exit within 200 ms of SIGTERM; sent SIGKILL/);
    });
  }

  test('each further one is passed on, whatever it is, and none kills', async () => {
    const handled = ['TERM', 'INT', 'QUIT'];
    const program = startProgram(['-w', '2', '--', 'bash', '-c', listeningWorker([...handled, 'USR1'], USR1)]);
    const seen: Record<string, number> = { ready: 2 };
    await untilLines(program, seen);
    for (const name of ['TERM', 'TERM', 'INT', 'TERM', 'QUIT', 'INT']) {
      program.signal(`SIG${name}` as NodeJS.Signals);
      const sentAt = performance.now();
      seen[name] = (seen[name] ?? 0) + 2;
      await untilLines(program, seen);
      await waitUntil(() => {
        assert.ok(performance.now() - sentAt > APART_MS);
      });
    }
    program.signal('SIGUSR1');
    const { status, stdout, stderr } = await program.result;
    assert.deepEqual([status, countLines(stdout), stderr], [0, { ...seen, USR1: 2 }, '']);
  });

  for (const [signal, status] of Object.entries({ TERM: 143, HUP: 129 })) {
    test(`a death by SIG${signal} does not stop who finishes its work`, async () => {
      const script = `if [ $ONEPROCPOOL_WORKER_INDEX = 0 ]; then echo ready; exec sleep 60; fi; trap 'echo TOLD' USR2; ${drain(signal, 1, 0)}`;
      const program = startProgram(['-w', '2', '--stop-signal', 'USR2', '--', 'bash', '-c', script]);
      await untilLines(program, { ready: 2 });
      program.signal(`SIG${signal}` as NodeJS.Signals);
      const { stdout, stderr, ...result } = await program.result;
      assert.equal(result.status, status);
      assert.deepEqual(countLines(stdout), { ready: 2, [signal]: 1, finished: 1 });
      assert.equal(stderr, '');
    });
  }

  test('nothing is restarted after it, also of those that fail later', async () => {
    const script = drain('TERM', '0.$((5 * ONEPROCPOOL_WORKER_INDEX))', 3);
    const program = startProgram(['-w', '2', '--restart', 'on-failure', '--', 'bash', '-c', script]);
    await untilLines(program, { ready: 2 });
    program.signal('SIGTERM');
    const { status, stdout, stderr } = await program.result;
    assert.deepEqual([status, countLines(stdout)], [3, { ready: 2, TERM: 2, finished: 2 }]);
    const lines = ['worker 0 exited with status 3; 1 worker is still running', 'worker 1 exited with status 3'];
    assert.equal(stderr, lines.map((line) => `oneprocpool: ${line}\n`).join(''));
  });
});

const USR1 = { on: 'USR1', status: 0 };
