/** The wheel of this machine in a venv without Node.js: the command, `python -m`, `env()`, and its end. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { testEveryCommand } from '../support/every-command.ts';
import { findNumpyPython } from '../support/numpy-python.ts';
import { PROJECT_ROOT } from '../support/project.ts';
import { assertTag, buildWheels, findPythonTool, NO_PYTHON_TOOLS, NO_WHEELS, run } from './packaging.ts';

const { version } = JSON.parse(readFileSync(join(PROJECT_ROOT, 'package.json'), 'utf8')) as { version: string };

/** OpenBLAS keeps its threads: they are all there after one product. */
const COUNT_THREADS = "import os; print(len(os.listdir('/proc/self/task')))";

describe('the wheel of this machine, installed', { skip: NO_WHEELS }, () => {
  let directory = '';
  let bin = '';
  let before_: string[] = [];
  let wheel = '';
  /** Nothing but the venv: no Node.js, no variables of this machine. */
  const bare = (): Record<string, string> => ({ PATH: bin, HOME: directory, LC_ALL: 'C.UTF-8' });
  const filesOf = (venv: string): string[] =>
    readdirSync(venv, { recursive: true, withFileTypes: true })
      .filter((entry) => !entry.isDirectory())
      .map((entry) => join(entry.parentPath, entry.name).slice(venv.length + 1))
      .filter((name) => !name.includes('__pycache__'))
      .sort((a, b) => (a < b ? -1 : 1));

  before(() => {
    directory = mkdtempSync(join(tmpdir(), 'oneprocpool-'));
    const platform = `linux-${process.arch}`;
    run(process.execPath, ['scripts/build-binary.mjs', platform]);
    buildWheels(platform, '--to', join(directory, 'wheels'));
    wheel = join(directory, 'wheels', readdirSync(join(directory, 'wheels'))[0] ?? '');
    run('python3', ['-m', 'venv', join(directory, 'venv')]);
    bin = join(directory, 'venv/bin');
    before_ = filesOf(join(directory, 'venv'));
    run(join(bin, 'python3'), ['-m', 'pip', 'install', '--quiet', '--no-index', '--no-deps', wheel]);
  });
  after(() => {
    rmSync(directory, { recursive: true });
  });

  test('has a tag that auditwheel agrees with', (t) => {
    const auditwheel = findPythonTool('auditwheel');
    if (auditwheel === undefined) {
      t.skip(NO_PYTHON_TOOLS);
      return;
    }
    const machine = process.arch === 'x64' ? 'x86_64' : 'aarch64';
    assertTag(auditwheel, wheel, `manylinux_2_17_${machine}`);
  });

  test('is the command, without Node.js', () => {
    assert.ok(!existsSync(join(bin, 'node')));
    assert.equal(run('oneprocpool', ['--version'], { env: bare() }), `oneprocpool ${version}\n`);
    assert.equal(run('python3', ['-m', 'oneprocpool', '--version'], { env: bare() }), `oneprocpool ${version}\n`);
    const script = "import os; print(os.environ['ONEPROCPOOL_WORKER_INDEX'], os.environ['OMP_NUM_THREADS'])";
    const words = ['-w', '2', '--cpus', '2', '--prefix', '--', 'python3', '-c', script];
    const said = run('oneprocpool', words, { env: bare() }).trim().split('\n');
    assert.deepEqual(
      said.sort((a, b) => (a < b ? -1 : 1)),
      ['[0] 0 1', '[1] 1 1'],
    );
  });

  describe('runs', () => {
    testEveryCommand(() => ({
      file: join(bin, 'oneprocpool'),
      env: { ...bare(), PATH: `${bin}:/usr/bin:/bin` },
    }));
  });

  test('becomes the program under `python -m`: same process, same status, signals as they were', () => {
    const inner = 'echo $$; exit 7';
    const outer = `echo $$; exec python3 -m oneprocpool --exec -- /bin/sh -c '${inner}'`;
    const { stdout, status } = spawnSync('/bin/sh', ['-c', outer], { env: bare(), encoding: 'utf8' });
    const [first, second] = stdout.split('\n');
    assert.deepEqual([second, status], [first, 7]);
    const look = ['/bin/grep', 'SigIgn', '/proc/self/status'] as const;
    const [file, ...words] = look;
    const there = run('python3', ['-m', 'oneprocpool', '--exec', '--', ...look], { env: bare() });
    assert.equal(there, run(file, words));
  });

  test('passes its own tests', () => {
    run('python3', ['-m', 'unittest', 'discover', '--top-level-directory', 'python', 'python/tests'], {
      env: {
        ...bare(),
        ONEPROCPOOL_ROOT: join(PROJECT_ROOT, 'test/fixtures/hosts/docker-v1-no-limit'),
        PYTHONDONTWRITEBYTECODE: '1',
      },
    });
  });

  test('bounds NumPy, by the command and by env()', (t) => {
    const numpy = findNumpyPython();
    if (numpy === undefined || availableParallelism() < 2) {
      t.skip('no Python with NumPy, or a single CPU');
      return;
    }
    const site = run(numpy, ['-c', 'import numpy, os; print(os.path.dirname(os.path.dirname(numpy.__file__)))']).trim();
    const env = { ...bare(), PYTHONPATH: site };
    const python = join(bin, 'python3');
    const threads = (words: readonly string[], file: string) =>
      run(file, words, { env }).trim().split('\n').map(Number);
    const count = `import numpy; a = numpy.ones((600, 600)); a @ a; ${COUNT_THREADS}`;
    // The measure sees what nobody bounds.
    const [unbounded = 0] = threads(['-c', count], python);
    assert.ok(unbounded >= 2, `NumPy started ${unbounded} threads without a bound`);
    assert.deepEqual(threads(['-w', '2', '--cpus', '2', '--', 'python3', '-c', count], 'oneprocpool'), [1, 1]);
    const call = (words: string) => threads(['-c', `import oneprocpool; oneprocpool.env(${words})\n${count}`], python);
    assert.deepEqual(call('workers=2, cpus=2'), [1]);
    assert.deepEqual(call('threads=2'), [2]);
  });

  test('goes without a trace', () => {
    const python = join(bin, 'python3');
    const added = filesOf(join(directory, 'venv')).filter((name) => !before_.includes(name));
    for (const name of [
      'bin/oneprocpool',
      'share/man/man1/oneprocpool.1',
      'share/bash-completion/completions/oneprocpool',
    ])
      assert.ok(added.includes(name), name);
    run(python, ['-m', 'pip', 'uninstall', '--quiet', '--yes', 'oneprocpool']);
    assert.deepEqual(filesOf(join(directory, 'venv')), before_);
  });
});
