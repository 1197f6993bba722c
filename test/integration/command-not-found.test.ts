/** A command that is not there is named, with the nearest names; `help` and `version` are commands. */
import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { runProgram } from '../support/run-program.ts';

let directory: string;
before(() => {
  directory = mkdtempSync(join(tmpdir(), 'oneprocpool-names-'));
  mkdirSync(join(directory, 'bin'));
  for (const name of ['zq-train', 'zq-prepare', 'help', 'version'])
    writeFileSync(join(directory, 'bin', name), `#!/bin/sh\necho "this is $0 $*"\n`, { mode: 0o755 });
});
after(() => rmSync(directory, { recursive: true }));

function run(...args: string[]) {
  return runProgram(args, { cwd: directory, env: { PATH: `${process.env['PATH']}:${join(directory, 'bin')}` } });
}

describe('a command that is not there', () => {
  const meant = 'command not found: zq-tarin; did you mean `zq-train`?';
  for (const [args, message] of [
    [['zq-tarin'], meant],
    [['run', 'zq-tarin', '-w', '4'], meant],
    [['--', 'zq-tarin'], meant],
    [['--exec', '--', 'zq-tarin'], meant],
    [['bin/zq-tarin'], 'command not found: bin/zq-tarin; did you mean `bin/zq-train`?'],
    [['./zq-tarin'], 'command not found: ./zq-tarin'],
    [['hepl'], 'command not found: hepl; did you mean `oneprocpool help` or `help`?'],
    [['paln', '-w', '4'], 'command not found: paln; did you mean `oneprocpool plan`?'],
    [['--exec', '--', 'paln'], 'command not found: paln; did you mean `oneprocpool plan`?'],
    [['zq-nothing-like-it'], 'command not found: zq-nothing-like-it'],
    [['--exec', 'zq-nothing-like-it'], 'command not found: zq-nothing-like-it'],
    [['--exec', '--', './zq-tarin'], 'command not found: ./zq-tarin'],
    [['--exec', '--', 'bin/zq-tarin'], 'command not found: bin/zq-tarin; did you mean `bin/zq-train`?'],
    [['zq\u001B[2Jx\n'], String.raw`command not found: $'zq\033[2Jx\n'`],
    [['--env', 'PATH=/nonexistent', 'zq-train'], 'command not found: zq-train'],
  ] as [string[], string][]) {
    test(JSON.stringify(args), async () => {
      const { status, stdout, stderr } = await run(...args);
      assert.deepEqual({ status, stdout, stderr }, { status: 127, stdout: '', stderr: `oneprocpool: ${message}\n` });
    });
  }
});

describe('a file that cannot be executed', () => {
  for (const [file, message] of [
    ['./bin', 'cannot execute ./bin: it is a directory'],
    ['./data', 'cannot execute ./data: permission denied'],
  ] as const) {
    for (const form of [[], ['--exec']]) {
      test(`is named: ${[...form, file].join(' ')}`, async () => {
        writeFileSync(join(directory, 'data'), 'text\n', { mode: 0o644 });
        const { status, stdout, stderr } = await run(...form, '--', file);
        assert.deepEqual({ status, stdout, stderr }, { status: 126, stdout: '', stderr: `oneprocpool: ${message}\n` });
      });
    }
  }
});

test('one of several workers says it', async () => {
  const { status, stderr } = await run('-w', '2', '--cpus', '2', '--', 'zq-tarin');
  assert.equal(status, 127);
  assert.equal(stderr.split('command not found: zq-tarin; did you mean `zq-train`?').length, 2, stderr);
});

describe('help', () => {
  test('is that of --help', async () => {
    const [command, option] = [await run('help'), await run('--help')];
    assert.deepEqual(command, option);
    assert.equal(command.status, 0);
    assert.match(command.stdout, /^ {2}help /m);
    assert.match(command.stdout, /^ {2}version /m);
  });

  for (const name of ['plan', 'run', 'export', 'help', 'version']) {
    test(`of ${name} is that of ${name} --help`, async () => {
      const { status, stdout, stderr } = await run('help', name);
      assert.deepEqual({ status, stderr }, { status: 0, stderr: '' });
      assert.equal(stdout, (await run(name, '--help')).stdout);
      assert.ok(stdout.includes(`Usage: oneprocpool ${name}`));
    });
  }

  test('of an unknown command names the nearest one', async () => {
    const { status, stdout, stderr } = await run('help', 'paln');
    assert.deepEqual({ status, stdout }, { status: 125, stdout: '' });
    assert.equal(stderr, 'oneprocpool: unknown command `paln`\n\nhint: did you mean `oneprocpool help plan`?\n');
    assert.equal((await run('help', 'plan', 'env')).status, 125);
  });
});

test('version is what --version says', async () => {
  const { status, stdout } = await run('version');
  assert.deepEqual({ status, stdout }, { status: 0, stdout: (await run('--version')).stdout });
  assert.match(stdout, /^oneprocpool \d+\.\d+\.\d+\n$/);
  assert.equal((await run('version', 'x')).status, 125);
});

test('programs with these names start after --', async () => {
  for (const name of ['help', 'version']) {
    assert.match((await run('--', name, 'a')).stdout, new RegExp(`^this is .*/${name} a\n$`));
    assert.match((await run('run', name)).stdout, new RegExp(`^this is .*/${name} \n$`));
  }
});
