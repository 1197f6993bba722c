/**
 * The executables and wheels for arm64, run by qemu: glibc with the libraries of Debian's cross compiler, musl out of its
 * wheel. The commands are programs of this machine, which the kernel starts as it starts any; so what is tried is how
 * they are started, waited for and signalled. Two things are qemu's: it gives real-time signals other numbers, and the
 * launcher cannot start its own file, the watchdog.
 */
import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { compileProgram, missingCompiler } from '../support/c-programs.ts';
import { findFetched } from '../support/fetched.ts';
import { PROJECT_ROOT } from '../support/project.ts';
import { runProgram, startProgram, type ProgramResult } from '../support/run-program.ts';
import { waitUntil } from '../support/wait-until.ts';
import {
  assertTag,
  buildWheels,
  findPythonTool,
  has,
  installForeign,
  NO_PYTHON_TOOLS,
  NO_WHEELS,
  run,
} from './packaging.ts';

const { version } = JSON.parse(readFileSync(join(PROJECT_ROOT, 'package.json'), 'utf8')) as { version: string };
const CROSS = '/usr/aarch64-linux-gnu';
const PLATFORMS = {
  'linux-arm64': { tag: 'manylinux_2_17_aarch64', libraries: CROSS },
  'linux-arm64-musl': { tag: 'musllinux_1_2_aarch64', libraries: `${findFetched('musl/fetch-loaders.sh')}/aarch64` },
} as const;

function whyNot(libraries: string): string | false {
  if (NO_WHEELS !== false) return NO_WHEELS;
  if (process.arch !== 'x64') return 'this machine is not an x64';
  if (!has('qemu-aarch64')) return 'qemu-user is not installed';
  if (!existsSync(join(libraries, 'lib')))
    return 'no C library for arm64 (libc6-arm64-cross, tools/musl/fetch-loaders.sh)';
  return missingCompiler() ?? false;
}

for (const [platform, { tag, libraries }] of Object.entries(PLATFORMS)) {
  describe(`on arm64: ${platform}`, { skip: whyNot(libraries) }, () => {
    let directory = '';
    let wheel = '';
    let emulated: string[] = [];
    const start = (...words: string[]): Promise<ProgramResult> =>
      runProgram([...emulated, ...words], { file: 'qemu-aarch64' });

    before(() => {
      directory = mkdtempSync(join(tmpdir(), 'oneprocpool-'));
      run(process.execPath, ['scripts/build-binary.mjs', `--out=${directory}`, platform]);
      buildWheels(platform, '--from', directory, '--to', join(directory, 'wheel'));
      wheel = join(directory, 'wheel', readdirSync(join(directory, 'wheel'))[0] ?? '');
      installForeign(wheel, tag, join(directory, 'prefix'));
      emulated = ['-L', libraries, join(directory, 'prefix/bin/oneprocpool')];
    });
    after(() => {
      rmSync(directory, { recursive: true });
    });

    test('the wheel has a tag that auditwheel agrees with', (t) => {
      const auditwheel = findPythonTool('auditwheel');
      if (auditwheel === undefined) t.skip(NO_PYTHON_TOOLS);
      else assertTag(auditwheel, wheel, tag);
    });

    test('it plans, and starts two workers', async () => {
      assert.equal((await start('--version')).stdout, `oneprocpool ${version}\n`);
      const plan = await start('plan', '--json', '--threads', '3', '-w', '2');
      const { workers } = JSON.parse(plan.stdout) as { workers: { threads: number }[] };
      assert.deepEqual([plan.status, workers.map(({ threads }) => threads)], [0, [3, 3]]);
      const script = 'echo "$ONEPROCPOOL_WORKER_INDEX $OMP_NUM_THREADS"';
      const { status, stdout, stderr } = await start('-w', '2', '--threads', '3', '--', 'sh', '-c', script);
      assert.deepEqual([status, stdout.trim().split('\n').sort()], [0, ['0 3', '1 3']], stderr);
    });

    for (const form of [[], ['--exec']]) {
      test(`statuses are those of the command: ${form.join(' ') || 'supervised'}`, async () => {
        const statusOf = async (...words: string[]) => (await start(...form, '--', ...words)).status;
        const commands = [['sh', '-c', 'exit 7'], ['/bin/none'], ['/dev/null']];
        assert.deepEqual(await Promise.all(commands.map((words) => statusOf(...words))), [7, 127, 126]);
      });
    }

    test('a command that a signal ends gives 128 + its number', async () => {
      for (const number of [9, 15]) {
        const { status } = await start('--', compileProgram('die'), `${number}`);
        assert.equal(status, 128 + number);
      }
    });

    test('signals reach the command once', async () => {
      const program = startProgram([...emulated, '--', compileProgram('receive'), '15'], { file: 'qemu-aarch64' });
      const seen = ['ready'];
      try {
        for (const number of [1, 10, 12, 28]) {
          await waitUntil(() => {
            assert.deepEqual(program.stdout().trim().split('\n'), seen);
          });
          process.kill(program.pid, number);
          seen.push(String(number));
        }
        await waitUntil(() => {
          assert.deepEqual(program.stdout().trim().split('\n'), seen);
        });
      } finally {
        program.signal('SIGTERM');
      }
      assert.equal((await program.result).status, 7);
    });
  });
}
