/** The status of a run is the status of the command, whatever that is. */
import assert from 'node:assert/strict';
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { compileProgram, missingCompiler } from '../support/c-programs.ts';
import { PROGRAM } from '../support/project.ts';
import { runProgram } from '../support/run-program.ts';

/** Signals whose default action ends a process. Source: signal(7), man-pages 6.9. */
const DEADLY: readonly number[] = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 24, 25, 26, 27, 29, 30, 31];
/** Node tells no difference between such a death and status 0, so that only `--exec` is right (README). */
const DEADLY_REAL_TIME: readonly number[] = [34, 35, 49, 50, 64];

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
    const numbers = [...DEADLY, ...DEADLY_REAL_TIME];
    const seen = numbers.map(async (number) => {
      const supervised = DEADLY.includes(number)
        ? (await runProgram(['--', die, String(number)])).status
        : 128 + number;
      // With --exec the caller sees the signal itself; a shell makes a number of it.
      const exec = await runProgram(['-c', '"$0" --exec -- "$@"; exit $?', PROGRAM, die, String(number)], {
        file: 'sh',
      });
      return [number, supervised, exec.status];
    });
    assert.deepEqual(
      await Promise.all(seen),
      numbers.map((number) => [number, 128 + number, 128 + number]),
    );
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
