/** As the first process of a container: passes signals on, reaps, and leaves nobody behind. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { constants, tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { compileProgram, missingCompiler } from '../support/c-programs.ts';
import { createMark, processesMarked } from '../support/processes.ts';
import { notOfTheExecutable, PROGRAM } from '../support/project.ts';
import { missingShell, SHELLS } from '../support/shells.ts';
import { runProgram, startProgram, type ProgramResult, type RunningProgram } from '../support/run-program.ts';
import { waitUntil } from '../support/wait-until.ts';

/** The namespace ends with `unshare`, which the time limit of a run kills. */
const NEW_PIDS = ['--pid', '--fork', '--mount-proc', '--kill-child'];

function missing(): string | false {
  return spawnSync('unshare', [...NEW_PIDS, 'true']).status === 0 ? false : 'no permission for a PID namespace';
}

function runAsInit(args: readonly string[], env = {}): Promise<ProgramResult> {
  return runProgram([...NEW_PIDS, PROGRAM, ...args], { file: 'unshare', env });
}

/** Sends a signal to PID 1 of the namespace, seen from outside. */
function signalInit(program: RunningProgram, signal: NodeJS.Signals | number): void {
  const [init = ''] = readFileSync(`/proc/${program.pid}/task/${program.pid}/children`, 'utf8').split(' ');
  process.kill(Number(init), signal);
}

/** A directory for PATH with a `helper` that tells of its start by `ready` and waits for `go`; `link` is the program. */
function holdUp(helper: string): { directory: string; file: (name: string) => string } {
  const directory = mkdtempSync(join(tmpdir(), 'oneprocpool-'));
  const file = (name: string): string => join(directory, name);
  const real = helper === 'node' ? process.execPath : `/usr/bin/${helper}`;
  const script = `: >${file('ready')}; until [ -e ${file('go')} ]; do sleep 0.01; done; exec ${real} "$@"`;
  writeFileSync(file(helper), `#!/bin/sh\n${script}\n`, { mode: 0o755 });
  symlinkSync(PROGRAM, file('link'));
  return { directory, file };
}

/** All but KILL (9), STOP (19), CHLD (17), and the two that the C library keeps for itself. */
const CATCHABLE = Array.from({ length: 64 }, (_, index) => index + 1).filter((n) => ![9, 17, 19, 32, 33].includes(n));
const ENDING: readonly number[] = [2, 3, 15];

/** Looks until none is left, for as long as an orphan may take to end. */
const COUNT_ZOMBIES =
  'look=0; while [ $look -lt 40 ]; do n=0; for s in /proc/[0-9]*/stat; do read -r l <$s; case $l in *") Z "*) n=$((n+1));; esac; done 2>/dev/null; [ $n -gt 0 ] || break; look=$((look+1)); sleep 0.05; done; echo "zombies $n"';

const compiler = missingCompiler();

describe('run as PID 1', { skip: missing(), concurrency: 2 }, () => {
  test('the status is that of the command', async () => {
    assert.equal((await runAsInit(['--', 'sh', '-c', 'exit 42'])).status, 42);
    assert.equal((await runAsInit(['--', 'sh', '-c', 'kill -KILL $$'])).status, 137);
    assert.equal((await runAsInit(['--', 'no-such-command'])).status, 127);
  });

  for (const form of [[], ['--exec']])
    test(`the environment of another process with our number reaches nobody: ${form.join(' ')}`, async () => {
      // The outer PID 1 is the one that /proc shows to the inner PID 1.
      const inner = `env -i PATH="$PATH" MINE=yes unshare --pid --fork ${PROGRAM} ${form.join(' ')} -- env; :`;
      const words = ['STRANGER=yes', 'my.stranger=yes', 'unshare', ...NEW_PIDS, 'sh', '-c', inner];
      const { stdout } = await runProgram(words, { file: 'env' });
      assert.match(stdout, /^MINE=yes$/m);
      assert.doesNotMatch(stdout, /stranger/i);
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

  for (const shell of SHELLS) {
    const skip = compiler ?? missingShell(shell);

    test(`every signal that can be caught reaches the command once (${shell})`, { skip }, async () => {
      const words = [...NEW_PIDS, ...shell.split(' '), PROGRAM, '--', compileProgram('receive'), '15'];
      const program = startProgram(words, { file: 'unshare' });
      const seen: string[] = ['ready'];
      const untilSeen = (): Promise<void> =>
        waitUntil(() => {
          assert.deepEqual(program.stdout().trim().split('\n'), seen);
        });
      await untilSeen();
      for (const number of CATCHABLE.filter((signal) => !ENDING.includes(signal))) {
        signalInit(program, number);
        seen.push(String(number));
        await untilSeen();
      }
      signalInit(program, constants.signals.SIGTERM);
      seen.push('15');
      assert.equal((await program.result).status, 7);
      assert.deepEqual(program.stdout().trim().split('\n'), seen);
    });

    for (const name of ['SIGINT', 'SIGQUIT'] as const) {
      test(`${name} ends the run as SIGTERM does (${shell})`, { skip }, async () => {
        const number = constants.signals[name];
        const words = [...NEW_PIDS, ...shell.split(' '), PROGRAM, '--', compileProgram('receive'), String(number)];
        const program = startProgram(words, { file: 'unshare' });
        await waitUntil(() => {
          assert.equal(program.stdout(), 'ready\n');
        });
        signalInit(program, number);
        const result = await program.result;
        assert.deepEqual([result.status, result.stdout], [7, `ready\n${number}\n`]);
      });
    }

    // The kernel keeps from PID 1 what it has no trap for: a stop in the first milliseconds would be lost.
    // busybox sh is its own readlink.
    for (const helper of shell.startsWith('busybox') ? ['node'] : ['readlink', 'node']) {
      for (const form of [[], ['--exec']]) {
        const name = `SIGTERM while the shim waits for ${helper} ends the run (${[shell, ...form].join(' ')})`;
        test(name, { skip: notOfTheExecutable || missingShell(shell) }, async () => {
          const { directory, file } = holdUp(helper);
          const env = { PATH: `${directory}:${process.env['PATH']}`, ONEPROCPOOL_NODE: undefined };
          try {
            const words = [...NEW_PIDS, ...shell.split(' '), file('link'), ...form, '--', 'echo', 'started'];
            const program = startProgram(words, { file: 'unshare', env });
            await waitUntil(() => {
              assert.ok(existsSync(file('ready')));
            });
            signalInit(program, 'SIGTERM');
            writeFileSync(file('go'), '');
            const { status, stdout } = await program.result;
            assert.deepEqual([status, stdout], [143, '']);
          } finally {
            rmSync(directory, { recursive: true });
          }
        });
      }
    }

    test(`200 children and 400 orphans: no zombie, no wrong status (${shell})`, { skip }, async () => {
      const script = `"$0" 200 400; status=$?; ${COUNT_ZOMBIES}; exit $status`;
      const words = [...NEW_PIDS, ...shell.split(' '), PROGRAM, '--', 'sh', '-c', script, compileProgram('reaper')];
      const result = await runProgram(words, { file: 'unshare' });
      assert.deepEqual([result.status, result.stdout], [0, 'wrong 0\nzombies 0\n']);
    });
  }

  test('200 workers, each with two orphans: every status is right, no zombie stays', { skip: compiler }, async () => {
    const directory = mkdtempSync(join(tmpdir(), 'oneprocpool-'));
    const report = join(directory, 'report.json');
    const wait = `until [ "$(ls ${directory} | grep -c done)" = 199 ]; do sleep 0.05; done`;
    const script = `"$0" 0 2 >/dev/null; i=$ONEPROCPOOL_WORKER_INDEX; if [ $i = 0 ]; then ${wait}; ${COUNT_ZOMBIES}; else : >${directory}/done-$i; fi; exit $i`;
    try {
      const options = ['-q', '-w', '200', '--no-fail-fast', '--report', report];
      const result = await runAsInit([...options, '--', 'sh', '-c', script, compileProgram('reaper')]);
      assert.equal(result.stdout, 'zombies 0\n');
      const { workers } = JSON.parse(readFileSync(report, 'utf8')) as { workers: { exit: { status: number } }[] };
      assert.deepEqual(
        workers.map(({ exit }) => exit.status),
        Array.from({ length: 200 }, (_, index) => index),
      );
    } finally {
      rmSync(directory, { recursive: true });
    }
  });

  test('a worker that does not want to stop is killed after --stop-timeout', { skip: compiler }, async () => {
    const words = [...NEW_PIDS, PROGRAM, '--stop-timeout', '300ms', '--', compileProgram('receive'), '64'];
    const program = startProgram(words, { file: 'unshare' });
    await waitUntil(() => {
      assert.equal(program.stdout(), 'ready\n');
    });
    signalInit(program, constants.signals.SIGTERM);
    assert.equal((await program.result).status, 137);
  });

  for (const option of [[], ['--exec']]) {
    test(`works on a read-only root, as user 1000, without environment and /sys ${option.join('')}`, async () => {
      const prepare = `mount --make-rprivate / && umount -l /sys && mount -o remount,bind,ro / && cd /`;
      const user = 'setpriv --reuid 1000 --regid 1000 --clear-groups env -i';
      const command = `/bin/sh -c 'echo "$(id -u) $OMP_NUM_THREADS"; ls /sys; echo >/file; exit 5'`;
      const start = `exec ${user} ONEPROCPOOL_NODE=${process.execPath} ${PROGRAM} --threads 1 ${option.join('')} -- ${command}`;
      const words = [...NEW_PIDS, '--mount', 'sh', '-c', `${prepare} && ${start}`];
      const result = await runProgram(words, { file: 'unshare' });
      assert.deepEqual([result.status, result.stdout], [5, '1000 1\n'], result.stderr);
      assert.match(result.stderr, /^[^\n]*\/file: [^\n]*\n$/);
    });
  }

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
