/** As the first process of a container: passes signals on, reaps, and leaves nobody behind. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { describe, test } from 'node:test';
import { createMark, processesMarked } from '../support/processes.ts';
import { PROGRAM } from '../support/project.ts';
import { runProgram, startProgram, type ProgramResult, type RunningProgram } from '../support/run-program.ts';
import { waitUntil } from '../support/wait-until.ts';

const NEW_PIDS = ['--pid', '--fork', '--mount-proc'];

function missing(): string | false {
  return spawnSync('unshare', [...NEW_PIDS, 'true']).status === 0 ? false : 'no permission for a PID namespace';
}

function runAsInit(args: readonly string[], env = {}): Promise<ProgramResult> {
  return runProgram([...NEW_PIDS, PROGRAM, ...args], { file: 'unshare', env });
}

/** Sends a signal to PID 1 of the namespace, seen from outside. */
function signalInit(program: RunningProgram, signal: NodeJS.Signals): void {
  const [init = ''] = readFileSync(`/proc/${program.pid}/task/${program.pid}/children`, 'utf8').split(' ');
  process.kill(Number(init), signal);
}

describe('run as PID 1', { skip: missing(), concurrency: 2 }, () => {
  test('the status is that of the command', async () => {
    assert.equal((await runAsInit(['--', 'sh', '-c', 'exit 42'])).status, 42);
    assert.equal((await runAsInit(['--', 'sh', '-c', 'kill -KILL $$'])).status, 137);
    assert.equal((await runAsInit(['--', 'no-such-command'])).status, 127);
  });

  test('signals reach the command', async () => {
    const script = `trap 'echo USR1' USR1; trap 'echo TERM; exit 4' TERM; echo ready; while :; do sleep 0.05; done`;
    const program = startProgram([...NEW_PIDS, PROGRAM, '--', 'sh', '-c', script], { file: 'unshare' });
    const expectLines = (...wanted: string[]): Promise<void> =>
      waitUntil(() => {
        assert.deepEqual(program.stdout().split('\n').slice(0, -1), wanted);
      });
    await expectLines('ready');
    signalInit(program, 'SIGUSR1');
    await expectLines('ready', 'USR1');
    signalInit(program, 'SIGTERM');
    await expectLines('ready', 'USR1', 'TERM');
    assert.equal((await program.result).status, 4);
  });

  test('orphans are reaped: no zombie stays', async () => {
    const orphans = 'i=0; while [ $i -lt 50 ]; do (setsid true & ); i=$((i+1)); done; sleep 0.3';
    const count =
      'n=0; for s in /proc/[0-9]*/stat; do read -r l <$s; case $l in *") Z "*) n=$((n+1));; esac; done; echo $n';
    assert.equal((await runAsInit(['--', 'sh', '-c', `${orphans}; ${count}`])).stdout, '0\n');
  });

  test('an orphan with an empty environment is asked to end like every other one', async () => {
    const mark = createMark();
    const orphan = `env -i sh -c 'trap "echo asked; exit" TERM; echo up; while :; do sleep 0.05; done'`;
    const result = await runAsInit(['--', 'sh', '-c', `(setsid ${orphan} &); sleep 0.3; exit 6`], mark.env);
    assert.deepEqual([result.status, result.stdout, processesMarked(mark.value)], [6, 'up\nasked\n', []]);
  });

  test('with --exec the command is PID 1', async () => {
    const result = await runAsInit(['--exec', '--', 'sh', '-c', 'echo $$; exit 9']);
    assert.deepEqual([result.status, result.stdout], [9, '1\n']);
  });
});
