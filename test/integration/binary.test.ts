/** The single-file executable: what only it has. Runs where ONEPROCPOOL_TEST_PROGRAM names it. */
import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { addCommands, enterRoot, findBusybox, makeBareRoot } from '../support/bare-root.ts';
import { missingCompiler } from '../support/c-programs.ts';
import { notOfThePackage, PROGRAM, PROJECT_ROOT } from '../support/project.ts';
import { runProgram } from '../support/run-program.ts';

const skip = notOfThePackage;

/** The libraries that the executable is linked with, for a root directory with nothing else. */
function librariesOf(program: string): string[] {
  const text = execFileSync('ldd', [program], { encoding: 'utf8' });
  return [...text.matchAll(/(\/\S+) \(0x/g)].map(([, path = '']) => path);
}

describe('the executable', { skip }, () => {
  let directory = '';
  before(() => {
    directory = mkdtempSync(join(tmpdir(), 'oneprocpool-'));
  });
  after(() => {
    rmSync(directory, { recursive: true });
  });

  test('hostile files in the working directory change nothing', async () => {
    const cwd = mkdtempSync(join(directory, 'hostile-'));
    const files = {
      '.env': 'INJECTED=1\nOMP_NUM_THREADS=77\n',
      'bunfig.toml': 'preload = ["./evil.ts"]\n',
      'evil.ts': 'console.log("evil"); process.exit(66);\n',
      'package.json': '{"type": "commonjs", "imports": {"#x": "./evil.ts"}, "bun": {"preload": ["./evil.ts"]}}',
      'tsconfig.json': '{"compilerOptions": {"paths": {"*": ["./evil.ts"]}}}',
      '.npmrc': 'node-options=--require=./evil.ts\n',
    };
    for (const [name, text] of Object.entries(files)) writeFileSync(join(cwd, name), text);
    const words = ['--threads', '1', '--', 'sh', '-c', 'echo "$OMP_NUM_THREADS ${INJECTED-none}"'];
    for (const form of [[], ['--exec']]) {
      const result = await runProgram([...form, ...words], { cwd });
      assert.deepEqual([result.status, result.stdout, result.stderr], [0, '1 none\n', '']);
    }
  });

  const compiler = missingCompiler();
  test(
    'no C library is loaded from the working directory, where memory cannot be made executable either',
    { skip: compiler },
    async () => {
      const cwd = mkdtempSync(join(directory, 'library-'));
      const code = '__attribute__((constructor)) void begin(void) { _exit(66); }';
      const source = join(cwd, 'evil.c');
      writeFileSync(source, `#include <unistd.h>\n${code}\n`);
      for (const name of ['libc.musl-x86_64.so.1', 'libc.musl-aarch64.so.1', 'libc.so', 'libc.so.6'])
        execFileSync('gcc', ['-shared', '-fPIC', '-o', join(cwd, name), source]);
      const limited = await runProgram(['-c', 'ulimit -v 700000; exec "$0" -- true', PROGRAM], { file: 'bash', cwd });
      assert.equal(limited.status, 125);
      assert.match(
        limited.stderr,
        /^oneprocpool: no memory can be made executable\n\nhint: .*`ulimit -v .*MemoryDenyWriteExecute/,
      );
      assert.equal((await runProgram(['--', 'true'], { cwd })).status, 0);
    },
  );

  test('variables for bun and Node are for the command alone', async () => {
    const env = {
      BUN_BE_BUN: '1',
      BUN_OPTIONS: '--print 1',
      NODE_OPTIONS: '--no-such-option',
      JSC_dumpOptions: '2',
      BUN_INSPECT: 'ws://localhost:1/x',
    };
    const names = Object.keys(env);
    const words = ['--', 'sh', '-c', names.map((name) => `echo "$${name}"`).join(';')];
    for (const form of [['--verify', 'off'], ['--exec']]) {
      const result = await runProgram([...form, ...words], { env });
      assert.deepEqual([result.stdout.trim().split('\n'), result.stderr], [Object.values(env), '']);
    }
  });

  test('runs in a root directory that has nothing but its libraries, /proc, /dev/null and the command: no shell, no helper', async (t) => {
    const root = mkdtempSync(join(directory, 'root-'));
    for (const file of [...librariesOf(PROGRAM), PROGRAM]) {
      mkdirSync(join(root, file, '..'), { recursive: true });
      cpSync(file, join(root, file), { dereference: true });
    }
    makeBareRoot(root);
    const busybox = findBusybox();
    const enter = enterRoot(root);
    if (busybox === undefined || spawnSync('unshare', [...enter, PROGRAM, '--version']).status !== 0) {
      t.skip('no busybox, or no permission for chroot');
      return;
    }
    // Not where anything would find it by itself.
    addCommands(root, 'commands', busybox, ['env']);
    for (const form of [['-w', '2', '--verify', 'off'], ['-w', '2'], ['--exec']]) {
      const words = [...enter, PROGRAM, ...form, '--threads', '1', '--', '/commands/env'];
      const result = await runProgram(words, { file: 'unshare' });
      assert.deepEqual([result.status, result.stderr], [0, '']);
      assert.equal(result.stdout.match(/^OMP_NUM_THREADS=1$/gm)?.length, form.includes('-w') ? 2 : 1);
    }
  });

  test('install copies it, and the copy works', async () => {
    const target = mkdtempSync(join(directory, 'bin-'));
    assert.equal((await runProgram(['install', target])).status, 0);
    assert.equal(statSync(join(target, 'oneprocpool')).mode & 0o777, 0o555);
    const result = await runProgram(['--', 'sh', '-c', 'exit 9'], { file: join(target, 'oneprocpool') });
    assert.equal(result.status, 9);
  });

  test('a descriptor of any number reaches the command', async () => {
    const script = 'exec 3</dev/null 63</dev/null 300</dev/null; "$0" "$@" -- sh -c "ls /proc/self/fd"';
    for (const form of [['--verify', 'off'], ['--exec']]) {
      const result = await runProgram(['-c', script, PROGRAM, ...form], { file: 'bash' });
      const seen = result.stdout.trim().split('\n');
      for (const descriptor of ['3', '63', '300']) assert.ok(seen.includes(descriptor), seen.join(' '));
    }
  });

  test('a real-time signal ends a worker with its own number', async () => {
    assert.equal((await runProgram(['--', 'sh', '-c', 'kill -s 40 $$'])).status, 168);
  });
});

describe('building the executable', { skip }, () => {
  test('the same sources give the same bytes', () => {
    const out = mkdtempSync(join(tmpdir(), 'oneprocpool-'));
    try {
      const build = (name: string): Buffer => {
        const words = [join(PROJECT_ROOT, 'scripts/build-binary.mjs'), `--out=${join(out, name)}`, 'linux-x64'];
        execFileSync(process.execPath, words, { stdio: 'pipe' });
        return readFileSync(join(out, name, 'oneprocpool-linux-x64'));
      };
      const [one, two] = [build('one'), build('two')];
      assert.ok(one.equals(two));
      for (const path of [PROJECT_ROOT, realpathSync(join(PROJECT_ROOT, 'node_modules')), out]) {
        assert.ok(!one.includes(path), path);
      }
    } finally {
      rmSync(out, { recursive: true });
    }
  });
});
