/** A supervised command gets what it would get from a shell, and what it says arrives untouched. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { createProcesses } from '../../src/host/processes.ts';
import { createSpawner } from '../../src/host/spawn.ts';
import { STATE_SCRIPT } from '../support/inherited-state.ts';
import { missingProgram } from '../support/missing-program.ts';
import { IS_EXECUTABLE, notOfTheExecutable, PROGRAM } from '../support/project.ts';
import { missingShell, SHELLS } from '../support/shells.ts';
import { runProgram, startProgram } from '../support/run-program.ts';
import { waitUntil } from '../support/wait-until.ts';

/** Variables that a run adds on purpose, and one that the test's own shell sets. */
const OURS = /^(ONEPROCPOOL_[A-Z_]+|_)=/;

function lines(text: string, separator = '\n'): string[] {
  return text
    .split(separator)
    .filter((line) => line !== '' && !OURS.test(line))
    .sort();
}

describe('run', { concurrency: 2 }, () => {
  test('stdin, stdout and stderr are those of the command, byte for byte', async () => {
    const input = 'a\n\u0000\u00e9\n'.repeat(50_000);
    const result = await runProgram(['--', 'sh', '-c', 'cat; echo done >&2'], { input });
    assert.equal(result.stdout, input);
    assert.deepEqual([result.status, result.stderr], [0, 'done\n']);
  });

  test('of several workers the first reads stdin and the others have an empty one', async () => {
    const script = 'echo "$ONEPROCPOOL_WORKER_INDEX $(cat)"';
    const result = await runProgram(['-w', '3', '--', 'sh', '-c', script], { input: 'text' });
    assert.deepEqual(lines(result.stdout), ['0 text', '1 ', '2 ']);
  });

  test('arguments arrive as they were given', async () => {
    const words = ['', ' ', '*', '$HOME', `'"\\`, 'a\nb', '--', '-w', '--exec', '\u{1F600}'];
    const result = await runProgram(['--', 'printf', '%s\\0', ...words]);
    assert.deepEqual(result.stdout.split('\0').slice(0, -1), words);
  });

  for (const shell of SHELLS) {
    const missing = missingShell(shell);
    test(
      `signal masks, limits, umask, directory, group and descriptors are those of a shell's child (${shell})`,
      { skip: missing },
      async () => {
        const set = `ulimit -Sn 777; umask 027; cd /usr; exec 4</dev/null 7>/dev/null`;
        const start = (launcher: string): string => `${set}; ${launcher} sh -c "$STATE_SCRIPT"; exit $?`;
        const env = { STATE_SCRIPT };
        const bare = await runProgram(['-c', start('')], { file: 'sh', env });
        const launched = await runProgram(['-c', start(`${shell} ${PROGRAM} --`)], { file: 'sh', env });
        // Each has the group and session of its own starter, and `runProgram` starts both in ours.
        assert.deepEqual(lines(launched.stdout), lines(bare.stdout));
        assert.deepEqual([launched.status, launched.stderr], [0, '']);
      },
    );

    test(
      `the environment is the launcher's, odd names and options for node included (${shell})`,
      { skip: missing },
      async () => {
        const odd = [
          'BASH_FUNC_module%%=() {  echo "a"\n}',
          'my.key=1',
          'with-dash=2',
          'EMPTY=',
          'NODE_OPTIONS=--no-such',
          'NODE_EXTRA_CA_CERTS=',
        ];
        const words = [
          '-i',
          `PATH=${process.env['PATH']}`,
          ...odd,
          ...shell.split(' '),
          PROGRAM,
          '--verify',
          'off',
          '--inherit',
          'keep',
        ];
        const result = await runProgram([...words, '--', 'env', '-0'], { file: 'env' });
        const seen = result.stdout.split('\0');
        // bash writes a function anew, with the same meaning.
        const wanted = shell === 'bash' ? odd.slice(1) : odd;
        assert.deepEqual(
          wanted.filter((variable) => !seen.includes(variable)),
          [],
        );
        assert.deepEqual(
          seen.filter((variable) => /^(ONEPROCPOOL_SHIM|PWD=|OLDPWD=|SHLVL=|opp_)/.test(variable)),
          [],
        );
      },
    );
  }

  test('pipes stay blocking for the command and for those who share them', async () => {
    const script = `${PROGRAM} -- sh -c 'cat /proc/$$/fdinfo/0 /proc/$$/fdinfo/1; sleep 0.2; cat /proc/$$/fdinfo/0 /proc/$$/fdinfo/1'`;
    const result = await runProgram(['-c', `echo | ${script} | cat`], { file: 'sh' });
    const flags = [...result.stdout.matchAll(/^flags:\t([0-7]+)$/gm)].map(([, octal]) =>
      Number.parseInt(octal ?? '', 8),
    );
    assert.deepEqual(
      flags.map((value) => value & 0o4000),
      [0, 0, 0, 0],
    );
  });

  test('starting a process does not touch our own stream objects, which would make shared pipes non-blocking', async (t) => {
    const missing = missingProgram('ps');
    if (missing !== undefined) return t.skip(missing);
    const names = ['stdin', 'stdout', 'stderr'] as const;
    const original = names.map((name) => Object.getOwnPropertyDescriptor(process, name) ?? {});
    const touched: string[] = [];
    for (const name of names)
      Object.defineProperty(process, name, {
        configurable: true,
        get: () => void touched.push(name),
      });
    const options = { env: { PATH: '/bin:/usr/bin' }, timeoutMs: 10_000 };
    const result = await createSpawner('/no/addon').capture('echo', ['word'], options);
    const tree = await createProcesses().listTree(process.pid);
    // Before any assertion: its message looks at the streams, too.
    for (const [index, name] of names.entries()) Object.defineProperty(process, name, original[index] ?? {});
    assert.deepEqual(touched, []);
    assert.deepEqual([result.exit, result.stdout], [{ kind: 'exited', status: 0 }, 'word\n']);
    assert.ok(tree.includes(process.pid));
  });

  test('signals that a background job ignores stay ignored', async () => {
    const result = await runProgram(['-c', `trap '' HUP PIPE; "$0" -- grep SigIgn /proc/self/status`, PROGRAM], {
      file: 'sh',
    });
    assert.equal(result.stdout, 'SigIgn:\t0000000000001001\n');
  });

  test('a terminating signal that comes before node is up starts nothing', async () => {
    const program = startProgram(['--', 'sh', '-c', 'echo started; sleep 60']);
    program.signal('SIGTERM');
    const result = await program.result;
    assert.deepEqual([result.stdout, result.signal ?? result.status], ['', 'SIGTERM']);
  });

  test('the program works through links, from any directory, in every shell', async () => {
    const link = `dir=$(mktemp -d); mkdir "$dir/sub"; ln -s "$0" "$dir/one"; ln -s ../one "$dir/sub/two"; cd "$dir/sub"`;
    for (const shell of SHELLS.filter((name) => missingShell(name) === false)) {
      const forms = `./two -- echo relative; PATH="$dir/sub:$PATH" two -- echo path; "$dir/one" -- echo absolute; ${shell} ${IS_EXECUTABLE ? './two' : 'two'} -- echo shell`;
      const result = await runProgram(['-c', `${link}; ${forms}; rm -r "$dir"`, PROGRAM], { file: 'sh' });
      assert.equal(result.stdout, 'relative\npath\nabsolute\nshell\n', result.stderr);
    }
  });

  test(
    'without node there is a message that says what to do, and status 125',
    { skip: notOfTheExecutable },
    async () => {
      const result = await runProgram(['--', 'true'], { env: { ONEPROCPOOL_NODE: '/no/such/node' } });
      assert.equal(result.status, 125);
      assert.match(
        result.stderr,
        /Expected Node\.js 20\.19 or newer, found no program `\/no\/such\/node`\n\nhint: .*ONEPROCPOOL_NODE/,
      );
    },
  );

  test('100 workers share one start', async () => {
    const program = startProgram(['-w', '100', '--verify', 'off', '--', 'sh', '-c', 'echo x']);
    await waitUntil(() => {
      assert.equal(lines(program.stdout()).length, 100);
    }, 30_000);
    assert.equal((await program.result).status, 0);
  });
});
