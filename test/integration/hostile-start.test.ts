/** Starts in surroundings that lack something: the command runs as without the launcher, or 125 with a hint. No stack, no hang. */
import assert from 'node:assert/strict';
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { missingProgram } from '../support/missing-program.ts';
import { notOfTheExecutable, notOfThePackage, PROGRAM } from '../support/project.ts';
import { runProgram, startProgram, type ProgramResult } from '../support/run-program.ts';
import { waitUntil } from '../support/wait-until.ts';

const isRoot = process.getuid?.() === 0;
const NO_ROOT = isRoot ? false : 'needs root to become another user';
/** A user id without an entry in passwd. */
const UNKNOWN_USER = ['setpriv', '--reuid', '12345', '--regid', '12345', '--clear-groups'];

let directory = '';
before(() => {
  directory = mkdtempSync(join(tmpdir(), 'oneprocpool-'));
  chmodSync(directory, 0o755);
});
after(() => {
  rmSync(directory, { recursive: true });
});

/** `script` gets the program as `$0`, and `words` as `$@`. */
function inShell(script: string, words: readonly string[]): Promise<ProgramResult> {
  return runProgram(['-c', script, PROGRAM, ...words], { file: 'bash', cwd: directory });
}

function assertNoStack({ stdout, stderr }: ProgramResult): void {
  assert.doesNotMatch(stdout + stderr, /^ +at .*:\d+|Node\.js v\d|Bun v\d|Unexpected:/m);
}

function assertRefused(result: ProgramResult): void {
  assertNoStack(result);
  assert.equal(result.status, 125, result.stderr);
  assert.match(result.stderr, /^oneprocpool: .*\n(?:.*\n)*?\s*hint: /);
}

const ONE_OF_TWO_FAILED = /^oneprocpool: worker [01] exited with status 4(?:; stopping the other worker)?\n$/;
type Row = readonly [name: string, words: readonly string[], status: number, stderr?: RegExp];

/** `stderr` is absent where nothing is said. Of several workers the failure is, while the other one still runs. */
const COMMANDS: readonly Row[] = [
  ['run', ['--', 'sh', '-c', 'exit 4'], 4],
  ['run of several', ['-w', '2', '--prefix', '--', 'sh', '-c', 'exit 4'], 4, ONE_OF_TWO_FAILED],
  ['run --exec', ['--exec', '--', 'sh', '-c', 'exit 4'], 4],
  ['run --no-config', ['--no-config', '--', 'sh', '-c', 'exit 4'], 4],
  ['plan', ['plan'], 0],
  ['env', ['env'], 0],
  ['export', ['export', 'sh'], 0],
  ['presets', ['presets'], 0],
  ['completion', ['completion', 'bash'], 0],
  ['help', ['--help'], 0],
];

describe('without HOME, as a user without an entry in passwd', { skip: NO_ROOT || missingProgram('setpriv') }, () => {
  for (const [name, words, status, stderr] of COMMANDS) {
    test(name, async (t) => {
      if ((await inShell([...UNKNOWN_USER, 'test', '-x', '"$0"'].join(' '), [])).status !== 0)
        return t.skip('the program is in a directory that other users cannot see');
      const result = await inShell(`exec ${UNKNOWN_USER.join(' ')} env -u HOME "$0" "$@"`, words);
      assert.equal(result.status, status, result.stderr);
      assert.match(result.stderr, stderr ?? /^$/);
    });
  }
});

describe('in surroundings that lack something', () => {
  const SURROUNDINGS: readonly (readonly [name: string, script: string])[] = [
    ['without any variable', 'exec env -i PATH="$PATH" "$0" "$@"'],
    ['HOME is a file', 'HOME=/etc/passwd exec "$0" "$@"'],
    ['HOME is relative', 'HOME=x/y exec "$0" "$@"'],
    ['HOME is empty', 'HOME= exec "$0" "$@"'],
    ['the locale does not exist', 'LANG=xx_YY.nonsense LC_ALL=foo exec "$0" "$@"'],
    ['options for another Node.js', 'NODE_OPTIONS=--nonsense NODE_EXTRA_CA_CERTS=/no NODE_ICU_DATA=/no exec "$0" "$@"'],
    ['no directory for temporary files', 'TMPDIR=/nonexistent exec "$0" "$@"'],
    ['stdin closed', 'exec "$0" "$@" <&-'],
    ['no core files, no locked memory', 'ulimit -c 0; ulimit -l 0; exec "$0" "$@"'],
  ];
  for (const [surroundings, script] of SURROUNDINGS) {
    for (const [name, words, status] of COMMANDS) {
      test(`${surroundings}: ${name}`, async () => {
        const result = await inShell(script, words);
        assertNoStack(result);
        assert.equal(result.status, status, result.stderr);
      });
    }
  }

  for (const [name, words, status] of COMMANDS) {
    test(`in a directory that was removed: ${name}`, async () => {
      mkdirSync(join(directory, 'gone'));
      const result = await inShell('cd gone && rmdir ../gone && exec "$0" "$@"', words);
      assertNoStack(result);
      assert.equal(result.status, status, result.stderr);
    });

    test(`all of stdin, stdout and stderr closed: ${name}`, async () => {
      assert.equal((await inShell('exec "$0" "$@" <&- >&- 2>&-', words)).status, status);
    });
  }
});

describe('with few open files', () => {
  for (const limit of [20, 24, 32, 50, 64]) {
    for (const form of [[], ['--prefix']]) {
      test(`${limit} for as many workers ${form.join(' ')}`, async () => {
        const words = ['-w', String(limit), '-q', '--verify', 'off', ...form, '--', 'sh', '-c', 'sleep 0.2'];
        const result = await inShell(`ulimit -n ${limit}; exec "$0" "$@"`, words);
        if (result.status === 0) assert.equal(result.stderr, '');
        else assertRefused(result);
      });
    }
  }

  test('200 pipes do not fit into 64 open files, and the hint says what to raise', async () => {
    const words = ['-w', '100', '-q', '--verify', 'off', '--prefix', '--', 'sleep', '5'];
    const result = await inShell('ulimit -n 64; exec "$0" "$@"', words);
    assertRefused(result);
    assert.match(result.stderr, /too many open files\n.*`ulimit -n`/);
  });

  test('every command with 64', async () => {
    for (const [name, words, status, stderr] of COMMANDS) {
      const result = await inShell('ulimit -n 64; exec "$0" "$@"', words);
      assert.equal(result.status, status, `${name}: ${result.stderr}`);
      assert.match(result.stderr, stderr ?? /^$/, name);
    }
  });
});

// The runtime of the executable dies of that before oneprocpool begins.
describe('with little address space', { skip: notOfTheExecutable }, () => {
  for (const form of [[], ['--exec']]) {
    test(`the command has its soft limit, and runs ${form.join(' ')}`, async () => {
      const words = [...form, '--', 'sh', '-c', 'ulimit -Sv; exit 4'];
      const result = await inShell('ulimit -Sv 700000; exec "$0" "$@"', words);
      assert.deepEqual([result.status, result.stdout, result.stderr], [4, '700000\n', '']);
    });

    test(`a hard limit below what Node.js needs is named ${form.join(' ')}`, async () => {
      const result = await inShell('ulimit -v 300000; exec "$0" "$@"', [...form, '--', 'true']);
      assert.equal(result.status, 125);
      assert.match(result.stderr, /hint: raise the limits .*`ulimit -v`/);
    });
  }
});

for (const [name, program] of [
  ['', '"$0"'],
  [' by the installed link', './link'],
] as const)
  test(`no process can be started${name}`, { skip: NO_ROOT || missingProgram('setpriv') }, async (t) => {
    if ((await inShell([...UNKNOWN_USER, 'test', '-x', '"$0"'].join(' '), [])).status !== 0)
      return t.skip('the program is in a directory that other users cannot see');
    const limited = 'ulimit -u 1 2>/dev/null || ulimit -p 1; exec "$0" "$@"';
    const result = await inShell(
      `ln -sf "$0" link; exec ${UNKNOWN_USER.join(' ')} sh -c '${limited}' ${program} "$@"`,
      ['--', 'true'],
    );
    assertNoStack(result);
    assert.equal(result.status, 125, result.stderr);
    assert.match(result.stderr, /hint: .*`ulimit -u`/);
  });

describe('without /dev/null', { skip: NO_ROOT || missingProgram('unshare') }, () => {
  for (const [name, words, status] of COMMANDS) {
    test(name, async (t) => {
      if ((await inShell('unshare -m true', [])).status !== 0) return t.skip('no permission for a mount namespace');
      const script = 'mount -t tmpfs none /dev && "$0" "$@"; status=$?; [ ! -e /dev/null ] && exit $status; ls -l /dev';
      const result = await inShell(`exec unshare -m sh -c '${script}' "$0" "$@"`, words);
      assertNoStack(result);
      assert.equal(result.status, status, result.stderr);
    });
  }
});

describe('under the name of its helper', { skip: notOfThePackage }, () => {
  test('it is refused as soon as its stdin ends', async () => {
    assertRefused(await inShell(': | (exec -a opp-watchdog "$0" "$@")', ['--', 'sh', '-c', 'exit 4']));
  });

  test('SIGTERM ends it', async () => {
    const program = startProgram(['-c', 'exec -a opp-watchdog "$0" -- true </dev/null', PROGRAM], { file: 'bash' });
    await waitUntil(() => {
      assert.equal(readFileSync(`/proc/${program.pid}/comm`, 'utf8'), 'opp-watchdog\n');
    });
    program.signal('SIGTERM');
    assert.equal((await program.result).signal, 'SIGTERM');
  });
});
