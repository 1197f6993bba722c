/** Exec mode: the launcher becomes the command and leaves no trace in it. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { describe, test } from 'node:test';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { renderExecScript } from '../../src/export/exec-script.ts';
import { STATE_SCRIPT } from '../support/inherited-state.ts';
import { notOfTheExecutable, PROGRAM } from '../support/project.ts';
import { missingShell, SHELLS } from '../support/shells.ts';
import { runProgram, startProgram, type ProgramResult } from '../support/run-program.ts';
import { waitUntil } from '../support/wait-until.ts';

describe('exec mode', { concurrency: 2 }, () => {
  test('the command takes over the process, and the variables are set', async () => {
    const program = startProgram([
      '--exec',
      '--threads',
      '1',
      '--',
      'sh',
      '-c',
      'echo "$$ $OMP_NUM_THREADS $#" "$@"',
      'sh',
      'a b',
      '',
    ]);
    const result = await program.result;
    assert.deepEqual([result.status, result.stdout], [0, `${program.pid} 1 2 a b \n`]);
  });

  test('the environment can ask for it', async () => {
    const program = startProgram(['sh', '-c', 'echo $$'], { env: { ONEPROCPOOL_EXEC: '1' } });
    assert.equal((await program.result).stdout, `${program.pid}\n`);
  });

  test('an --exec after the command belongs to the command, and the run is supervised', async () => {
    const program = startProgram(['sh', '-c', 'echo "$PPID $@"', 'sh', '--exec']);
    assert.equal((await program.result).stdout, `${program.pid} --exec\n`);
  });

  // Not busybox sh: it may take `sh` and `env` for its own.
  for (const shell of SHELLS.slice(0, 2)) {
    test(`everything inherited is as from a shell (${shell})`, async () => {
      const set = `trap '' HUP PIPE; ulimit -Sn 777; umask 027; cd /usr; exec 4</dev/null 7>/dev/null`;
      const start = (launcher: string): string => `${set}; ${launcher} sh -c "$STATE_SCRIPT"; exit $?`;
      const bare = await runProgram(['-c', start('')], { file: 'sh', env: { STATE_SCRIPT } });
      const launched = await runProgram(['-c', start(`${shell} ${PROGRAM} --exec --`)], {
        file: 'sh',
        env: { STATE_SCRIPT },
      });
      assert.deepEqual([launched.stdout, launched.stderr], [bare.stdout, '']);
    });

    test(`the environment is the same but for the plan, odd names included (${shell})`, async () => {
      const odd = [
        'my.key=1',
        'with-dash=a\nb',
        'EMPTY=',
        'NODE_OPTIONS=--no-such',
        `QUOTES='"\\$x\``,
        'opp_mode=mine',
        'IFS=x',
        'PWD=/no/such/directory',
        'SHLVL=7',
      ];
      const words = [
        '-i',
        `PATH=${process.env['PATH']}`,
        ...odd,
        shell,
        PROGRAM,
        '--exec',
        '--inherit',
        'keep',
        '--',
        'env',
        '-0',
      ];
      const seen = (await runProgram(words, { file: 'env' })).stdout.split('\0');
      assert.deepEqual(
        odd.filter((variable) => !seen.includes(variable)),
        [],
      );
      assert.deepEqual(
        seen.filter((variable) => /^(ONEPROCPOOL_SHIM|OLDPWD=)/.test(variable)),
        [],
      );
    });

    test(`bytes that are not UTF-8 pass through (${shell})`, async () => {
      const script = `BYTES=$(printf '\\377\\200') ${shell} "$0" --exec -- sh -c 'printf "%s|%s" "$BYTES" "$1" | od -An -tx1' sh "$(printf '\\303\\050')"`;
      const result = await runProgram(['-c', script, PROGRAM], { file: 'sh' });
      assert.equal(result.stdout, ' ff 80 7c c3 28\n');
    });
  }

  test('sh gives every value of the plan to the command as it is, and runs nothing else', () => {
    const value = fc.string({ unit: 'binary' }).map((text) => text.replaceAll('\0', ''));
    fc.assert(
      fc.property(value, (text) => {
        const script = renderExecScript({ set: { VALUE: text }, unset: [], skipArgs: 1 });
        const words = ['-c', script, 'sh', 'ours', 'printenv', 'VALUE'];
        assert.equal(execFileSync('sh', words, { encoding: 'utf8' }), `${text}\n`);
      }),
      { numRuns: 40 },
    );
  });

  test('stdin belongs to the command from the first byte', async () => {
    const input = 'x\n'.repeat(20_000);
    assert.equal((await runProgram(['--exec', '--', 'cat'], { input })).stdout, input);
  });

  test('a planner that cannot work starts nothing and gives 125', { skip: notOfTheExecutable }, async () => {
    for (const env of [
      { ONEPROCPOOL_NODE: '/no/such/node' },
      { ONEPROCPOOL_NODE: 'false' },
      { ONEPROCPOOL_NODE: 'true' },
    ]) {
      const result = await runProgram(['--exec', '--', 'echo', 'started'], { env });
      assert.deepEqual([result.status, result.stdout], [125, ''], JSON.stringify(env));
    }
    const usage = await runProgram(['--exec', '--cpus', '0', '--', 'echo', 'started']);
    assert.deepEqual([usage.status, usage.stdout], [125, '']);
  });

  for (const shell of SHELLS) {
    const skip = missingShell(shell) || notOfTheExecutable;

    test(`nothing but the answer of the planner is evaluated (${shell})`, { skip }, async () => {
      const started = (words: readonly string[], env = {}): Promise<ProgramResult> =>
        runProgram([...shell.split(' '), PROGRAM, '--exec', ...words], { file: 'env', env });
      const plan = await started(['--dry-run', '--', 'echo', 'started']);
      assert.deepEqual([plan.status, plan.stderr], [0, '']);
      assert.match(plan.stdout, /^Limits/);
      // It says its own words: a program, if a shell were to read them.
      const wrapper = await started(['--', 'echo', 'started'], { ONEPROCPOOL_NODE: 'echo' });
      assert.deepEqual([wrapper.status, wrapper.stdout], [125, '']);
    });

    test(`a Node.js that cannot be started is our failure, not that of the command (${shell})`, { skip }, async () => {
      const directory = mkdtempSync(join(tmpdir(), 'oneprocpool-'));
      const [script, crash] = [join(directory, 'script'), join(directory, 'crash')];
      writeFileSync(script, '#!/no/such/interpreter\n', { mode: 0o755 });
      writeFileSync(crash, '#!/bin/sh\nkill -s ABRT $$\n', { mode: 0o755 });
      try {
        for (const [node, option] of [directory, script].flatMap(
          (file) =>
            [
              [file, []],
              [file, ['--exec']],
            ] as const,
        )) {
          const words = [...shell.split(' '), PROGRAM, ...option, '--', 'echo', 'started'];
          const { status, stdout, stderr } = await runProgram(words, { file: 'env', env: { ONEPROCPOOL_NODE: node } });
          assert.deepEqual([status, stdout], [125, ''], stderr);
          assert.ok(stderr.includes(node), stderr);
        }
        const words = [...shell.split(' '), PROGRAM, '--exec', '--', 'echo', 'started'];
        const crashed = await runProgram(words, { file: 'env', env: { ONEPROCPOOL_NODE: crash } });
        assert.deepEqual([crashed.status, crashed.stdout], [125, '']);
      } finally {
        rmSync(directory, { recursive: true });
      }
    });
  }

  test('nothing of ours stays: the only process is the command', async () => {
    const program = startProgram(['--exec', '--', 'sh', '-c', 'echo ready; read -r line </dev/null; exec sleep 60']);
    await waitUntil(() => {
      assert.equal(program.stdout(), 'ready\n');
    });
    program.signal('SIGTERM');
    assert.equal((await program.result).signal, 'SIGTERM');
  });
});
