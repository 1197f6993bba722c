/** Signals sent to the launcher: each reaches each worker once, and a request to end is carried through. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, test } from 'node:test';
import { countLines, listeningWorker } from '../support/listening-worker.ts';
import { createMark, processesMarked, stateOf } from '../support/processes.ts';
import { PROGRAM } from '../support/project.ts';
import { startProgram, type RunningProgram } from '../support/run-program.ts';
import { waitUntil } from '../support/wait-until.ts';

const FORWARDED = [
  'HUP',
  'INT',
  'QUIT',
  'TERM',
  'USR1',
  'USR2',
  'ALRM',
  'URG',
  'WINCH',
  'VTALRM',
  'IO',
  'PWR',
  'STKFLT',
];

function untilLines(program: RunningProgram, wanted: Record<string, number>): Promise<void> {
  return waitUntil(() => {
    assert.deepEqual(countLines(program.stdout()), wanted);
  });
}

describe('signals', { concurrency: 2 }, () => {
  test('each signal reaches a worker once, in the order of sending', async () => {
    // dash does not know the names of all.
    const program = startProgram([
      '--stop-timeout',
      '60',
      '--',
      'bash',
      '-c',
      listeningWorker(FORWARDED, { on: 'TERM', status: 3 }),
    ]);
    await untilLines(program, { ready: 1 });
    const wanted: Record<string, number> = { ready: 1 };
    // Those that ask for the end come last: TERM ends the worker.
    for (const name of FORWARDED.filter((signal) => !['INT', 'QUIT', 'TERM'].includes(signal))) {
      program.signal(`SIG${name}` as NodeJS.Signals);
      wanted[name] = 1;
      await untilLines(program, wanted);
    }
    program.signal('SIGTERM');
    const result = await program.result;
    assert.equal(result.status, 3);
    assert.deepEqual(countLines(result.stdout), { ...wanted, TERM: 1 });
  });

  for (const [name, number] of Object.entries({ TERM: 15, INT: 2, QUIT: 3, HUP: 1 })) {
    test(`SIG${name} reaches every worker, and a death by it gives ${128 + number}`, async () => {
      const mark = createMark();
      const program = startProgram(['-w', '3', '--', 'sh', '-c', 'ulimit -c 0; echo ready; exec sleep 60'], {
        env: mark.env,
      });
      await untilLines(program, { ready: 3 });
      program.signal(`SIG${name}` as NodeJS.Signals);
      assert.equal((await program.result).status, 128 + number);
      assert.deepEqual(processesMarked(mark.value), []);
    });
  }

  test('a worker that ends well at SIGTERM gives its own status', async () => {
    const program = startProgram(['--', 'sh', '-c', listeningWorker(['TERM'], { on: 'TERM', status: 0 })]);
    await untilLines(program, { ready: 1 });
    program.signal('SIGTERM');
    assert.equal((await program.result).status, 0);
  });

  test('a worker that ignores SIGTERM is killed after --stop-timeout, with all it started', async () => {
    const mark = createMark();
    const program = startProgram(['--stop-timeout', '300ms', '--', 'sh', '-c', listeningWorker(['TERM'])], {
      env: mark.env,
    });
    await untilLines(program, { ready: 1 });
    const startedAt = performance.now();
    program.signal('SIGTERM');
    const { status, stderr } = await program.result;
    assert.equal(status, 137);
    assert.ok(performance.now() - startedAt >= 290, 'it was killed before the time was over');
    assert.deepEqual(processesMarked(mark.value), []);
    const said =
      /worker and 1 other process did not exit within 300 ms of SIGTERM; sent SIGKILL:\n +worker 0: sh \(PID \d+\)\n +sleep \(PID \d+\)\n +hint: `--stop-timeout`/;
    assert.match(stderr, said);
  });

  test('the double signal of `timeout` is one request', async () => {
    const script = listeningWorker(['TERM'], { on: 'TERM', status: 5 });
    const result = await startProgram(['0.7', PROGRAM, '--', 'sh', '-c', script], { file: 'timeout' }).result;
    // 124 is what timeout says when it had to step in; 137 would be a kill.
    assert.equal(result.status, 124);
    assert.ok(!result.stderr.includes('Killed'));
  });

  test('an ignored SIGHUP stays ignored in launcher and worker (nohup)', async () => {
    const script = `trap '' HUP; exec "$0" -- sh -c 'echo ready; grep SigIgn /proc/$$/status; exec sleep 60'`;
    const program = startProgram(['-c', script, PROGRAM], { file: 'sh' });
    await waitUntil(() => {
      assert.match(program.stdout(), /SigIgn:\t0000000000000001\n/);
    });
    program.signal('SIGHUP');
    program.signal('SIGTERM');
    assert.equal((await program.result).status, 143);
  });

  test('SIGTSTP stops launcher and worker, SIGCONT continues both', async () => {
    const mark = createMark();
    // A job of its own, as under a shell with job control: elsewhere the kernel drops SIGTSTP.
    const script = `set -m; "$0" -- sh -c 'echo ready; while :; do sleep 60; done' & echo launcher $!; wait -f $!`;
    const shell = startProgram(['-c', script, PROGRAM], { file: 'bash', env: mark.env });
    await waitUntil(() => {
      assert.match(shell.stdout(), /ready/);
    });
    const launcher = Number(/launcher ([0-9]+)/.exec(shell.stdout())?.[1]);
    const tree = (): number[] => processesMarked(mark.value).filter((pid) => pid !== shell.pid);
    const workers = (): (string | undefined)[] =>
      tree()
        .filter((pid) => readFileSync(`/proc/${pid}/comm`, 'utf8') === 'sh\n')
        .map(stateOf);
    process.kill(launcher, 'SIGTSTP');
    await waitUntil(() => {
      assert.deepEqual([stateOf(launcher), ...workers()], ['T', 'T']);
    });
    process.kill(launcher, 'SIGCONT');
    await waitUntil(() => {
      assert.deepEqual([stateOf(launcher), ...workers()], ['S', 'S']);
    });
    process.kill(launcher, 'SIGTERM');
    assert.equal((await shell.result).status, 143);
    assert.deepEqual(processesMarked(mark.value), []);
  });
});
