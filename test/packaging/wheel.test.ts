/** The Python wheels: their form, and the installed package where there is no Node.js. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { OPTION_NAMES, OPTIONS } from '../../src/config/option-specs.ts';
import { findNumpyPython } from '../support/numpy-python.ts';
import { PROJECT_ROOT } from '../support/project.ts';
import {
  findPythonTool,
  has,
  HAS_RELEASE_TOOLS,
  NO_PYTHON_TOOLS,
  NO_RELEASE_TOOLS,
  run,
  writeStandIns,
} from './packaging.ts';

const { version } = JSON.parse(readFileSync(join(PROJECT_ROOT, 'package.json'), 'utf8')) as { version: string };
const TAGS = [
  'manylinux_2_17_aarch64.manylinux2014_aarch64',
  'manylinux_2_17_x86_64.manylinux2014_x86_64',
  'musllinux_1_2_aarch64',
  'musllinux_1_2_x86_64',
];
const skip = !HAS_RELEASE_TOOLS ? NO_RELEASE_TOOLS : has('python3') ? false : 'python3 is not installed';

function buildWheels(...words: string[]): void {
  run(process.execPath, ['scripts/build-wheel.mjs', '--fast', ...words]);
}

describe('the wheels', { skip }, () => {
  let directory = '';
  let wheels: string[] = [];
  before(() => {
    directory = mkdtempSync(join(tmpdir(), 'oneprocpool-'));
    const from = writeStandIns(join(directory, 'executables'));
    for (const to of ['once', 'again']) buildWheels('--from', from, '--to', join(directory, to));
    wheels = readdirSync(join(directory, 'once')).sort((a, b) => (a < b ? -1 : 1));
  });
  after(() => {
    rmSync(directory, { recursive: true });
  });

  test('are named after their platforms', () => {
    assert.deepEqual(
      wheels,
      TAGS.map((tag) => `oneprocpool-${version}-py3-none-${tag}.whl`),
    );
  });

  test('are the same bytes when built again', () => {
    for (const wheel of wheels) {
      const [once, again] = ['once', 'again'].map((name) => readFileSync(join(directory, name, wheel)));
      assert.ok(once !== undefined && again !== undefined && once.equals(again), wheel);
    }
  });

  test('hold the executable of their platform and a RECORD that is true', () => {
    for (const [i, platform] of ['linux-arm64', 'linux-x64', 'linux-arm64-musl', 'linux-x64-musl'].entries()) {
      const seen = JSON.parse(
        run('python3', ['-c', READ_WHEEL, join(directory, 'once', wheels[i] ?? '')]),
      ) as WheelContents;
      assert.deepEqual(seen.wrong, []);
      assert.equal(seen.program, `#!/bin/sh\necho ${platform}\n`);
      assert.equal(seen.programMode, 0o100755);
      assert.deepEqual(
        seen.tags,
        (TAGS[i] ?? '').split('.').map((tag) => `py3-none-${tag}`),
      );
      const info = `oneprocpool-${version}`;
      assert.deepEqual(
        seen.names.filter((name) => !name.startsWith('oneprocpool/')),
        [
          `${info}.data/scripts/oneprocpool`,
          `${info}.data/data/share/man/man1/oneprocpool.1`,
          `${info}.data/data/share/bash-completion/completions/oneprocpool`,
          `${info}.data/data/share/zsh/site-functions/_oneprocpool`,
          `${info}.data/data/share/fish/vendor_completions.d/oneprocpool.fish`,
          `${info}.data/data/share/doc/oneprocpool/CHANGELOG.md`,
          `${info}.dist-info/licenses/LICENSE`,
          `${info}.dist-info/licenses/THIRD-PARTY-NOTICES.txt`,
          `${info}.dist-info/sboms/oneprocpool.cdx.json`,
          `${info}.dist-info/WHEEL`,
          `${info}.dist-info/METADATA`,
          `${info}.dist-info/RECORD`,
        ],
      );
      assert.ok(seen.names.includes('oneprocpool/py.typed'));
    }
  });

  test('have metadata that the package index takes', (t) => {
    const twine = findPythonTool('twine');
    if (twine === undefined) t.skip(NO_PYTHON_TOOLS);
    else run(twine, ['check', '--strict', ...wheels.map((wheel) => join(directory, 'once', wheel))]);
  });

  test('are refused when there is no executable', () => {
    assert.throws(
      () => buildWheels('--from', directory, '--to', join(directory, 'none')),
      /hint: npm run build:binary/,
    );
    assert.throws(() => buildWheels('linux-ppc64'), /unknown platform: linux-ppc64/);
  });
});

describe('the Python sources', () => {
  const python = join(PROJECT_ROOT, 'python');
  for (const [name, words] of [
    ['mypy', ['--config-file', 'pyproject.toml', '--cache-dir', '/dev/null']],
    ['ruff', ['check', '--no-cache', '.']],
    ['ruff', ['format', '--no-cache', '--check', '.']],
  ] as const) {
    test(`satisfy ${name} ${words[0]}`, (t) => {
      const tool = findPythonTool(name);
      if (tool === undefined) t.skip(NO_PYTHON_TOOLS);
      else run(tool, words, { cwd: python });
    });
  }

  test('offer every option of `oneprocpool env` that says something about the numbers', () => {
    const text = readFileSync(join(python, 'oneprocpool/_environment.py'), 'utf8');
    const signature = /^def env\(\n([^]*?)^\) ->/m.exec(text)?.[1] ?? '';
    const parameters = [...signature.matchAll(/^ {4}(\w+):/gm)].map(([, name = '']) => name.replace(/_$/, ''));
    // `worker` is not one; root is for tests and bundles; the others say where and how to print.
    const left = ['root', 'format', 'output', 'json', 'color', 'quiet', 'verbose'];
    const expected = OPTION_NAMES.filter((name) => OPTIONS[name].commands.includes('env'))
      .map((name) => OPTIONS[name].flag.replaceAll('-', '_'))
      .filter((name) => !left.includes(name));
    const sorted = (names: readonly string[]) => [...names].sort((a, b) => (a < b ? -1 : 1));
    assert.deepEqual(sorted(parameters.filter((name) => name !== 'worker')), sorted(expected));
  });
});

describe('the wheel of this machine, installed', { skip }, () => {
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
    const said = run(auditwheel, ['show', wheel]).replaceAll(/\s+/g, ' ');
    assert.ok(said.includes(`is consistent with the following platform tag: "manylinux_2_17_${machine}"`), said);
    assert.doesNotMatch(said, /need to be eliminated/);
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

interface WheelContents {
  readonly names: string[];
  readonly wrong: string[];
  readonly tags: string[];
  readonly program: string;
  readonly programMode: number;
}

/** What a wheel holds, and which lines of its RECORD are not true. */
const READ_WHEEL = `
import base64, csv, hashlib, io, json, sys, zipfile
with zipfile.ZipFile(sys.argv[1]) as wheel:
    assert wheel.testzip() is None
    names = wheel.namelist()
    (record,) = [name for name in names if name.endswith('.dist-info/RECORD')]
    lines = {path: (sums, size) for path, sums, size in csv.reader(io.StringIO(wheel.read(record).decode()))}
    wrong = [name for name in set(lines) ^ set(names)]
    for name in names:
        content = wheel.read(name)
        sums = 'sha256=' + base64.urlsafe_b64encode(hashlib.sha256(content).digest()).decode().rstrip('=')
        if lines.get(name) != (('', '') if name == record else (sums, str(len(content)))):
            wrong.append(name)
    (program,) = [name for name in names if name.endswith('.data/scripts/oneprocpool')]
    head = wheel.read([name for name in names if name.endswith('.dist-info/WHEEL')][0]).decode()
    print(json.dumps({
        'names': names, 'wrong': wrong, 'program': wheel.read(program).decode(),
        'tags': [line[5:] for line in head.splitlines() if line.startswith('Tag: ')],
        'programMode': wheel.getinfo(program).external_attr >> 16,
    }))
`;

/** OpenBLAS keeps its threads: they are all there after one product. */
const COUNT_THREADS = "import os; print(len(os.listdir('/proc/self/task')))";
