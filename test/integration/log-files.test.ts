/** `--output-dir` on a disk that is full, in a directory that is removed, and among other users. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import {
  lchownSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, test } from 'node:test';
import { ALICE, needsRoot } from '../support/other-users.ts';
import { PROGRAM } from '../support/project.ts';
import { runProgram, type ProgramResult } from '../support/run-program.ts';

let directory: string;
const at = (...names: string[]): string => join(directory, ...names);

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'oneprocpool-logs-'));
});
afterEach(() => {
  rmSync(directory, { recursive: true, force: true });
});

const LOGS = ['--no-config', '--output-dir', 'logs'];

/** In the directory, with what the program says in the file `said`; the command is a script for sh. */
function run(options: readonly string[], script: string): Promise<ProgramResult> {
  const words = ['-c', 'exec "$0" "$@" 2>said', PROGRAM, ...options, '--', 'sh', '-c', script];
  return runProgram(words, { file: 'bash', cwd: directory });
}

/** What the program said, in one line. */
function said(): string {
  return readFileSync(at('said'), 'utf8').replaceAll(/\s+/g, ' ');
}

function linesOf(text: string): string[] {
  return text.split('\n').filter((line) => line !== '');
}

describe('--prefix --output-dir with a log that cannot be written', () => {
  const FULL = 'cannot write logs/worker-0.stdout.log: no space left on the device';
  /** Ends only when the message is there. */
  const UNTIL_SAID = 'until grep -q "cannot write" said; do sleep 0.01; done';

  function fillDisk(): void {
    mkdirSync(at('logs'));
    symlinkSync('/dev/full', at('logs/worker-0.stdout.log'));
  }

  test('says so at once; the workers, the other logs and the copies go on', async () => {
    fillDisk();
    const script = `echo "one $ONEPROCPOOL_WORKER_INDEX"; ${UNTIL_SAID}; echo two; echo err >&2`;
    const { status, stdout } = await run([...LOGS, '--prefix', '-w', '2', '--report', 'r.json'], script);
    assert.equal(status, 125);
    assert.deepEqual(linesOf(stdout).sort(), ['[0] one 0', '[0] two', '[1] one 1', '[1] two']);
    assert.equal(readFileSync(at('logs/worker-1.stdout.log'), 'utf8'), 'one 1\ntwo\n');
    assert.equal(readFileSync(at('logs/worker-0.stderr.log'), 'utf8'), 'err\n');
    assert.ok(said().startsWith(`oneprocpool: error: ${FULL}`), said());
    const report = JSON.parse(readFileSync(at('r.json'), 'utf8')) as {
      exitStatus: number;
      findings: { code: string }[];
      workers: { exit: unknown }[];
    };
    assert.deepEqual([report.exitStatus, report.findings.map(({ code }) => code)], [125, ['LOG_INCOMPLETE']]);
    assert.deepEqual(report.workers[0]?.exit, { kind: 'exited', status: 0 });
  });

  test('a failure of a worker comes first, and restarts go on', async () => {
    fillDisk();
    const script = `echo one; ${UNTIL_SAID}; exit 3`;
    const { status, stdout } = await run(
      [...LOGS, '--prefix', '--restart', 'on-failure', '--max-restarts', '1'],
      script,
    );
    assert.deepEqual([status, stdout], [3, '[0] one\n[0] one\n']);
  });

  test('a small disk holds what had room on it', async (t) => {
    if (spawnSync('unshare', ['--mount', 'true']).status !== 0) {
      t.skip('no permission for a mount namespace');
      return;
    }
    const script = 'head -c 300000 /dev/zero | tr "\\0" "\\n"; echo end';
    const mount =
      'mkdir logs && mount -t tmpfs -o size=64k none logs && "$0" "$@" >out; echo "$?"; stat -c %s logs/*out.log';
    const words = ['--mount', 'bash', '-c', mount, PROGRAM, ...LOGS, '--prefix', '--', 'sh', '-c', script];
    const { stdout, stderr } = await runProgram(words, { file: 'unshare', cwd: directory });
    assert.equal(stdout, '125\n65536\n');
    assert.match(stderr, /cannot\s+write\s+logs\/worker-0\.stdout\.log:\s+no\s+space/);
    assert.equal(linesOf(readFileSync(at('out'), 'utf8')).at(-1), '[0] end');
  });
});

describe('--output-dir that is removed while it runs', () => {
  const WHEN_WRITTEN = 'until grep -q one logs/worker-0.stdout.log; do sleep 0.01; done';

  test('is made again with --prefix', async () => {
    const script = `echo one; ${WHEN_WRITTEN}; rm -r logs; echo two; echo err >&2`;
    const { status, stdout } = await run([...LOGS, '--prefix'], script);
    assert.deepEqual([status, stdout, said()], [0, '[0] one\n[0] two\n', '[0] err ']);
    assert.equal(readFileSync(at('logs/worker-0.stdout.log'), 'utf8'), 'two\n');
    assert.equal(readFileSync(at('logs/worker-0.stderr.log'), 'utf8'), 'err\n');
  });

  test('is made again for a worker that is started again', async () => {
    const script = '[ -e again ] || { echo >again; rm -r logs; exit 1; }; echo two';
    const { status } = await run([...LOGS, '--restart', 'on-failure'], script);
    assert.equal(status, 0);
    assert.equal(readFileSync(at('logs/worker-0.stdout.log'), 'utf8'), 'two\n');
  });
});

describe('the files of --output-dir', () => {
  for (const form of [[], ['--prefix']]) {
    test(`may be links of their user, to descriptors too ${form.join('')}`, async () => {
      mkdirSync(at('logs'));
      symlinkSync('../kept.log', at('logs/worker-0.stdout.log'));
      symlinkSync('/dev/stdout', at('logs/worker-0.stderr.log'));
      writeFileSync(at('kept.log'), 'of the last run');
      // Through a pipe: what tests give as stdout is a socket, which cannot be opened by a name.
      const words = ['-c', '"$0" "$@" | cat; exit "${PIPESTATUS[0]}"', PROGRAM, ...LOGS, ...form, '--', 'sh', '-c'];
      const { status, stdout } = await runProgram([...words, 'echo one; echo err >&2'], {
        file: 'bash',
        cwd: directory,
      });
      assert.deepEqual([status, readFileSync(at('kept.log'), 'utf8')], [0, 'one\n']);
      assert.match(stdout, /^err$/m);
      assert.ok(lstatSync(at('logs/worker-0.stdout.log')).isSymbolicLink());
    });

    test(`may not be links of other users ${form.join('')}`, { skip: needsRoot }, async () => {
      mkdirSync(at('logs'));
      writeFileSync(at('victim'), 'mine');
      symlinkSync('../victim', at('logs/worker-0.stderr.log'));
      lchownSync(at('logs/worker-0.stderr.log'), ALICE, ALICE);
      const { status, stdout } = await run([...LOGS, ...form], 'echo one; echo err >&2');
      assert.deepEqual([status, stdout, readFileSync(at('victim'), 'utf8')], [125, '', 'mine']);
      assert.match(
        said(),
        new RegExp(`cannot write logs/worker-0\\.stderr\\.log: it is a symbolic link of user ${ALICE}`),
      );
    });
  }
});
