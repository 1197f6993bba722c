/** The status of a run is the status of the command, whatever that is. */
import assert from 'node:assert/strict';
import { chmodSync, cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { compileProgram, missingCompiler } from '../support/c-programs.ts';
import type { WorkerExit } from '../../src/worker-exit.ts';
import { findNode24 } from '../support/node24.ts';
import { IS_EXECUTABLE, notOfTheExecutable, PROGRAM, PROJECT_ROOT } from '../support/project.ts';
import { runProgram, type ProgramResult } from '../support/run-program.ts';

/** Signals whose default action ends a process. Source: signal(7), man-pages 6.9. */
const DEADLY: readonly number[] = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 24, 25, 26, 27, 29, 30, 31];
const REAL_TIME: readonly number[] = Array.from({ length: 31 }, (_, index) => 34 + index);

const RUNTIMES = IS_EXECUTABLE
  ? { 'the executable': process.execPath }
  : { 'the Node that runs the tests': process.execPath, 'Node 24': findNode24() };

describe('exit status', { concurrency: 2 }, () => {
  let directory = '';
  before(() => {
    directory = mkdtempSync(join(tmpdir(), 'oneprocpool-'));
  });
  after(() => {
    rmSync(directory, { recursive: true });
  });

  function file(name: string, text: string, mode = 0o755): string {
    const path = join(directory, name);
    writeFileSync(path, text);
    chmodSync(path, mode);
    return path;
  }

  for (const status of [0, 1, 2, 3, 42, 77, 124, 125, 126, 127, 128, 129, 200, 254, 255]) {
    test(`status ${status} of the command is ours`, async () => {
      assert.equal((await runProgram(['--', 'sh', '-c', `exit ${status}`])).status, status);
    });
  }

  test('every status from 0 to 255 of a worker is reported as it is', async () => {
    const report = join(directory, 'statuses.json');
    const options = ['-q', '-w', '256', '--no-fail-fast', '--report', report];
    await runProgram([...options, '--', 'sh', '-c', 'exit $ONEPROCPOOL_WORKER_INDEX']);
    const { workers } = JSON.parse(readFileSync(report, 'utf8')) as { workers: { exit: { status: number } }[] };
    assert.deepEqual(
      workers.map(({ exit }) => exit.status),
      Array.from({ length: 256 }, (_, index) => index),
    );
  });

  test('a command that any deadly signal ended gives 128 + its number', { skip: missingCompiler() }, async () => {
    const die = compileProgram('die');
    const numbers = [...DEADLY, ...REAL_TIME];
    const seen: unknown[] = [];
    // A few at a time: this machine may have few CPUs, and each run has a limit.
    for (let at = 0; at < numbers.length; at += 6) {
      const some = numbers.slice(at, at + 6).map(async (number) => {
        const supervised = await runProgram(['--', die, String(number)]);
        // With --exec the caller sees the signal itself; a shell makes a number of it.
        const exec = await runProgram(['-c', '"$0" --exec -- "$@"; exit $?', PROGRAM, die, String(number)], {
          file: 'sh',
        });
        return [number, supervised.status, exec.status];
      });
      seen.push(...(await Promise.all(some)));
    }
    assert.deepEqual(
      seen,
      numbers.map((number) => [number, 128 + number, 128 + number]),
    );
  });

  for (const [name, node] of Object.entries(RUNTIMES)) {
    const skip = missingCompiler() ?? (node === undefined ? 'Node 24 is not installed' : false);
    test(`many workers that die at once of all signals are told apart, on ${name}`, { skip }, async () => {
      const report = join(directory, 'signals.json');
      const numbers = [...DEADLY, ...REAL_TIME];
      const options = ['-q', '-w', String(numbers.length), '--no-fail-fast', '--report', report];
      const script = `set -- ${numbers.join(' ')}; shift $ONEPROCPOOL_WORKER_INDEX; exec "$0" $1`;
      const env = { ONEPROCPOOL_NODE: node };
      const { status } = await runProgram([...options, '--', 'sh', '-c', script, compileProgram('die')], { env });
      const { workers } = JSON.parse(readFileSync(report, 'utf8')) as { workers: { exit: WorkerExit }[] };
      const exits = workers.map(({ exit }) => exit);
      assert.deepEqual(
        exits.map((exit) => (exit.kind === 'signaled' ? exit.signalNumber : exit)),
        numbers,
      );
      const names = exits.map((exit) => (exit.kind === 'signaled' ? exit.signal : ''));
      assert.deepEqual([names[0], names.at(-31), names.at(-1)], ['SIGHUP', 'SIGRTMIN+0', 'SIGRTMIN+30']);
      assert.ok(numbers.includes((status ?? 0) - 128), `${status}`);
    });
  }

  for (const [name, content] of [
    ['without its addon', null],
    ['with an addon that is none', 'text'],
  ] as const) {
    test(
      `${name} the npm program says what it cannot see, and sees the rest`,
      { skip: notOfTheExecutable },
      async () => {
        const copy = mkdtempSync(join(directory, 'copy-'));
        for (const part of ['bin', 'dist/lazy', 'dist/main.cjs'])
          cpSync(join(PROJECT_ROOT, part), join(copy, part), { recursive: true });
        if (content !== null) writeFileSync(join(copy, `dist/wait-linux-${process.arch}.node`), content);
        const run = (...words: string[]): Promise<ProgramResult> =>
          runProgram(words, { file: join(copy, 'bin/oneprocpool') });
        const { findings } = JSON.parse((await run('plan', '--json')).stdout) as { findings: { code: string }[] };
        assert.ok(findings.some(({ code }) => code === 'BLIND_SPOT'));
        const killed = await run('-v', '--', 'sh', '-c', 'kill -s 40 $$');
        assert.equal(killed.status, 0);
        assert.match(
          killed.stderr.replaceAll(/\s+/g, ' '),
          /death of a worker by a real-time signal counts as status 0: .*wait-linux-/,
        );
        assert.deepEqual(
          [(await run('--', 'sh', '-c', 'kill -s 9 $$')).status, (await run('--', 'false')).status],
          [137, 1],
        );
      },
    );
  }

  test('an end is seen also when no signal tells of it', { skip: notOfTheExecutable }, async () => {
    const deaf = file(
      'deaf.cjs',
      "const { on } = process; process.on = (name, ...more) => name === 'SIGCHLD' ? process : on.call(process, name, ...more);\n",
    );
    const node = file('node', `#!/bin/sh\nexec '${process.execPath}' --require '${deaf}' "$@"\n`);
    assert.equal(
      (await runProgram(['--', 'sh', '-c', 'sleep 0.1; exit 5'], { env: { ONEPROCPOOL_NODE: node } })).status,
      5,
    );
  });

  test('with its addon it has nothing to say', async () => {
    const { stdout } = await runProgram(['plan', '--json']);
    assert.ok(stdout.includes('"findings"') && !stdout.includes('BLIND_SPOT'), stdout);
  });

  test('a worker that a real-time signal ended has failed: it is started again, and stops the others', async () => {
    const script =
      'echo "$ONEPROCPOOL_WORKER_INDEX"; [ $ONEPROCPOOL_WORKER_INDEX = 0 ] || exec sleep 60; kill -s 40 $$';
    const again = await runProgram(['--restart', 'on-failure', '--max-restarts', '1', '--', 'sh', '-c', script]);
    assert.deepEqual([again.status, again.stdout], [168, '0\n0\n']);
    const failFast = await runProgram(['-w', '2', '--', 'sh', '-c', script]);
    assert.equal(failFast.status, 168);
  });

  for (const option of [[], ['--exec']]) {
    const form = option.length === 0 ? 'supervised' : '--exec';

    test(`${form}: a command that does not exist gives 127 and is named`, async () => {
      for (const command of ['no-such-command', '/no/such/command', './no-such-command']) {
        const result = await runProgram([...option, '--', command]);
        assert.equal(result.status, 127, command);
        assert.match(result.stderr, new RegExp(command.replaceAll('.', '\\.')));
      }
    });

    test(`${form}: a file without permission to execute and a directory give 126 and are named`, async () => {
      for (const command of [file('plain', 'exit 0\n', 0o644), directory]) {
        const result = await runProgram([...option, '--', command]);
        assert.equal(result.status, 126, command);
        assert.ok(result.stderr.includes(command), result.stderr);
      }
    });

    test(`${form}: a script without an interpreter line runs in sh`, async () => {
      const result = await runProgram([...option, '--', file('bare', 'echo "$0 $1"; exit 9\n'), 'word']);
      assert.deepEqual([result.status, result.stdout], [9, `${join(directory, 'bare')} word\n`]);
    });
  }

  for (const option of [[], ['--exec']]) {
    test(
      `a file that is being written gives 126, as from a shell ${option.join('')}`,
      { skip: missingCompiler() },
      async () => {
        const busy = join(directory, `busy${option.length}`);
        cpSync(compileProgram('die'), busy);
        const result = await runProgram(['-c', 'exec 5>>"$0"; "$@" "$0" 9', busy, PROGRAM, ...option, '--'], {
          file: 'sh',
        });
        assert.equal(result.status, 126, result.stderr);
        assert.ok(result.stderr.includes(busy), result.stderr);
      },
    );

    test(`a command with = in its name is no variable, whatever stands before it ${option.join('')}`, async () => {
      const partition = join(directory, 'date=1');
      mkdirSync(partition, { recursive: true });
      const script = join(partition, 'script');
      writeFileSync(script, '#!/bin/sh\necho "script $1"\n', { mode: 0o755 });
      const { stdout } = await runProgram(
        [
          '--block-signal=USR1',
          '-u',
          'SHLVL',
          'my.key=1',
          PROGRAM,
          ...option,
          '--env',
          'PATH=/no/such/directory:/bin',
          '--',
          script,
          'echo',
        ],
        { file: 'env' },
      );
      assert.equal(stdout, 'script echo\n');
    });
  }

  test('what cannot be said on a full disk changes no status', async () => {
    const run = async (...words: string[]): Promise<number | null> =>
      (await runProgram(['-c', '"$0" "$@" 2>/dev/full', PROGRAM, ...words], { file: 'sh' })).status;
    assert.deepEqual(
      [
        await run('--no-such-option'),
        // With a warning.
        await run('-w', '2', '--cpus', '1', '--', 'true'),
        await run('--', 'no-such-command'),
      ],
      [125, 0, 127],
    );
  });

  test('bun is told from the Node.js that it says it is', { skip: notOfTheExecutable }, async (t) => {
    const bun = join(PROJECT_ROOT, 'tools/bun/node_modules/@oven/bun-linux-x64-baseline/bin/bun');
    if (!existsSync(bun)) return t.skip('bun is not installed (npm run build:binary)');
    const { status, stderr } = await runProgram(['--', 'true'], { env: { ONEPROCPOOL_NODE: bun } });
    assert.equal(status, 125);
    assert.match(stderr, /^oneprocpool: Expected Node.js 20.19 or newer, found bun /);
  });

  test('a script whose interpreter is missing gives 127, and the interpreter is named', async () => {
    const script = file('script', '#!/no/such/interpreter\n');
    const result = await runProgram(['--', script]);
    assert.equal(result.status, 127);
    assert.ok(result.stderr.includes('/no/such/interpreter') && result.stderr.includes(script), result.stderr);
  });

  test('a command is looked up in the PATH that it will have, past files that cannot be executed', async () => {
    const good = mkdtempSync(join(directory, 'good-'));
    writeFileSync(join(good, 'thing'), '#!/bin/sh\nexit 6\n', { mode: 0o755 });
    file('thing', 'no', 0o644);
    const result = await runProgram(['--', 'thing'], { env: { PATH: `${directory}:${good}:${process.env['PATH']}` } });
    assert.equal(result.status, 6);
  });

  test('of several workers the first failure decides', async () => {
    const script = 'if [ "$ONEPROCPOOL_WORKER_INDEX" = 1 ]; then exit 23; else exec sleep 60; fi';
    assert.equal((await runProgram(['-w', '3', '--', 'sh', '-c', script])).status, 23);
  });

  test('several workers that all succeed give 0', async () => {
    assert.equal((await runProgram(['-w', '3', '--', 'true'])).status, 0);
  });

  test('a deleted working directory does not hinder a start', async () => {
    const gone = mkdtempSync(join(directory, 'gone-'));
    const result = await runProgram(['-c', `cd ${gone} && rmdir ${gone} && exec "$0" -- sh -c 'exit 4'`, PROGRAM], {
      file: '/bin/sh',
    });
    // sh itself complains about the directory on stderr.
    assert.equal(result.status, 4);
  });
});
