/**
 * The executable for musl and its wheel, in a root directory like a bare Alpine: musl's loader and busybox, nothing else.
 * The loader is Debian's, the oldest musl 1.2 that there is to try.
 */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { cpSync, linkSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { addCommands, enterRoot, findBusybox, makeBareRoot } from '../support/bare-root.ts';
import { STATE_SCRIPT } from '../support/inherited-state.ts';
import { findFetched } from '../support/fetched.ts';
import { PROJECT_ROOT } from '../support/project.ts';
import { runProgram, startProgram, type ProgramResult } from '../support/run-program.ts';
import { waitUntil } from '../support/wait-until.ts';
import {
  assertTag,
  buildWheels,
  findPythonTool,
  installForeign,
  NO_PYTHON_TOOLS,
  NO_WHEELS,
  run,
} from './packaging.ts';

const { version } = JSON.parse(readFileSync(join(PROJECT_ROOT, 'package.json'), 'utf8')) as { version: string };
const loaders = findFetched('musl/fetch-loaders.sh');
const busybox = findBusybox();

function whyNot(): string | false {
  if (NO_WHEELS !== false) return NO_WHEELS;
  if (process.arch !== 'x64') return 'this machine is not an x64';
  if (loaders === undefined) return 'no musl (tools/musl/fetch-loaders.sh)';
  if (busybox === undefined) return 'busybox is not installed';
  return spawnSync('unshare', ['--mount', 'true']).status === 0 ? false : 'no permission for chroot';
}

describe('on a bare Alpine', { skip: whyNot() }, () => {
  /** As pip installs the wheel below a prefix. */
  const INSTALLED = '/usr/local/bin/oneprocpool';
  const BARE = '/oneprocpool';
  let directory = '';
  let root = '';
  let wheel = '';
  const inRoot = (words: readonly string[]): Promise<ProgramResult> =>
    runProgram([...enterRoot(root), ...words], { file: 'unshare' });

  before(() => {
    directory = mkdtempSync(join(tmpdir(), 'oneprocpool-'));
    root = join(directory, 'root');
    const platform = 'linux-x64-musl';
    run(process.execPath, ['scripts/build-binary.mjs', `--out=${directory}`, platform]);
    for (const to of ['wheel', 'again']) buildWheels(platform, '--from', directory, '--to', join(directory, to));
    wheel = join(directory, 'wheel', readdirSync(join(directory, 'wheel'))[0] ?? '');
    makeBareRoot(root);
    addCommands(root, 'bin', busybox ?? '', ['sh', 'env']);
    mkdirSync(join(root, 'shared'));
    run('mkfifo', [join(root, 'shared/pipe')]);
    cpSync(join(loaders ?? '', 'x86_64/lib'), join(root, 'lib'), { recursive: true });
    installForeign(wheel, 'musllinux_1_2_x86_64', join(root, 'usr/local'));
    linkSync(join(directory, `oneprocpool-${platform}`), join(root, BARE));
  });
  after(() => {
    rmSync(directory, { recursive: true });
  });

  test('the wheel is the same bytes when built again, and has a tag that auditwheel agrees with', (t) => {
    const [name = ''] = readdirSync(join(directory, 'again'));
    assert.ok(readFileSync(wheel).equals(readFileSync(join(directory, 'again', name))));
    const auditwheel = findPythonTool('auditwheel');
    if (auditwheel === undefined) t.skip(NO_PYTHON_TOOLS);
    else assertTag(auditwheel, wheel, 'musllinux_1_2_x86_64');
  });

  test('the executable itself lacks libstdc++, and runs where it is', async () => {
    const without = await inRoot([BARE, '--version']);
    assert.equal(without.status, 127);
    assert.match(without.stderr, /^Error loading shared library libstdc\+\+\.so\.6: No such file/);
    const libraries = join(root, 'usr/local/libexec/oneprocpool');
    const [libstdcxx = ''] = readdirSync(libraries).filter((name) => name.startsWith('libstdc++'));
    // As `apk add libstdc++` has it, in a place of its own.
    cpSync(libraries, join(root, 'libraries'), { recursive: true });
    linkSync(join(root, 'libraries', libstdcxx), join(root, 'libraries/libstdc++.so.6'));
    const result = await inRoot(['/bin/env', 'LD_LIBRARY_PATH=/libraries', BARE, '--version']);
    assert.deepEqual([result.status, result.stdout, result.stderr], [0, `oneprocpool ${version}\n`, '']);
  });

  test('the wheel brings all that it needs', async () => {
    const { status, stdout, stderr } = await inRoot([INSTALLED, '--version']);
    assert.deepEqual([status, stdout, stderr], [0, `oneprocpool ${version}\n`, '']);
    const plan = await inRoot([INSTALLED, 'plan', '--json', '--cpus', '3', '-w', '2']);
    const { workers } = JSON.parse(plan.stdout) as { workers: { env: { set: Record<string, string> } }[] };
    assert.deepEqual([plan.status, workers.length, workers[1]?.env.set['OMP_NUM_THREADS']], [0, 2, '1']);
    const script = 'echo "$ONEPROCPOOL_WORKER_INDEX $OMP_NUM_THREADS"';
    const pair = await inRoot([INSTALLED, '-w', '2', '--threads', '3', '--', '/bin/sh', '-c', script]);
    assert.deepEqual([pair.status, pair.stdout.trim().split('\n').sort()], [0, ['0 3', '1 3']], pair.stderr);
  });

  for (const form of [[], ['--exec']]) {
    test(`statuses are those of the command: ${form.join(' ') || 'supervised'}`, async () => {
      const statusOf = async (...words: string[]) => (await inRoot([INSTALLED, ...form, '--', ...words])).status;
      for (const status of [0, 7, 255]) assert.equal(await statusOf('/bin/sh', '-c', `exit ${status}`), status);
      assert.equal(await statusOf('/bin/none'), 127);
      assert.equal(await statusOf('/dev/null'), 126);
    });

    test(`a signal reaches the command: ${form.join(' ') || 'supervised'}`, async () => {
      const script = 'trap "echo heard; exit 5" USR1; echo ready; while :; do read -r line </shared/pipe; done';
      const words = [...enterRoot(root), INSTALLED, ...form, '--', '/bin/sh', '-c', script];
      const program = startProgram(words, { file: 'unshare' });
      await waitUntil(() => {
        assert.equal(program.stdout(), 'ready\n');
      });
      program.signal('SIGUSR1');
      const { status, stdout } = await program.result;
      assert.deepEqual([status, stdout], [5, 'ready\nheard\n']);
    });

    test(`what the command inherits is as it was: ${form.join(' ') || 'supervised'}`, async () => {
      const script = `trap '' HUP PIPE; ulimit -Sn 777; umask 027; exec 3</dev/null 7</dev/null; exec "$@"`;
      const probe = ['/bin/sh', '-c', `cd /shared; ${STATE_SCRIPT}`];
      const look = async (launcher: readonly string[]) => {
        const { stdout, stderr } = await inRoot(['/bin/sh', '-c', script, 'sh', ...launcher, ...probe]);
        assert.equal(stderr, '');
        // Each run has a process group of its own.
        return stdout.replaceAll(/^group .*$/gm, '');
      };
      const bare = await look([]);
      assert.match(bare, /^777$/m);
      assert.equal(await look([INSTALLED, ...form, '--']), bare);
    });
  }

  test('a command that a signal ends gives 128 + its number', async () => {
    for (const [name, number] of [
      ['TERM', 15],
      ['KILL', 9],
      ['40', 40],
    ] as const) {
      const { status } = await inRoot([INSTALLED, '--', '/bin/sh', '-c', `kill -${name} $$`]);
      assert.equal(status, 128 + number);
    }
  });

  test('install takes the libraries along, and a copy can be copied', async () => {
    for (const [source, target] of [
      [INSTALLED, '/shared'],
      ['/shared/oneprocpool', '/copy'],
    ] as const) {
      mkdirSync(join(root, target), { recursive: true });
      const { status, stderr } = await inRoot([source, 'install', target]);
      assert.deepEqual([status, stderr], [0, '']);
    }
    rmSync(join(root, 'usr'), { recursive: true });
    rmSync(join(root, 'shared'), { recursive: true });
    assert.equal((await inRoot(['/copy/oneprocpool', '--version'])).stdout, `oneprocpool ${version}\n`);
  });
});
