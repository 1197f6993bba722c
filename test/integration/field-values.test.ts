/** Programs of the field that what is inherited, or what oneprocpool sets, used to stop or to slow down. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { runProgram } from '../support/run-program.ts';

/** Debian's OpenBLAS on OpenMP, beside the one on threads of its own. */
const OPENBLAS_OPENMP = `/usr/lib/${process.arch === 'arm64' ? 'aarch64' : 'x86_64'}-linux-gnu/openblas-openmp`;
/** None of what the machine of the tests has set. */
const BARE = Object.fromEntries(
  ['OMP_NUM_THREADS', 'OMP_THREAD_LIMIT', 'OMP_PROC_BIND', 'OMP_PLACES', 'ONEPROCPOOL_THREADS'].map((name) => [
    name,
    undefined,
  ]),
);
const hasTwoCpus = availableParallelism() >= 2;

describe('values of the field', () => {
  let directory: string;
  before(() => {
    directory = mkdtempSync(join(tmpdir(), 'oneprocpool-field-'));
  });
  after(() => rmSync(directory, { recursive: true }));
  const script = (name: string, text: string): string => {
    const path = join(directory, name);
    writeFileSync(path, text, { mode: 0o755 });
    return path;
  };
  const echo = (names: string): string[] => ['--cpus', '2', '--no-config', '--', 'sh', '-c', `echo ${names}`];

  test('a list of OpenMP keeps its form, and its first number is capped', async (t) => {
    if (!hasTwoCpus) return t.skip('one CPU');
    for (const [inherited, expected] of [
      ['1,1', '1,1\n'],
      ['8,1', '2,1\n'],
      ['"8" # eight', '2\n'],
    ] as const) {
      const result = await runProgram(echo('$OMP_NUM_THREADS'), { env: { ...BARE, OMP_NUM_THREADS: inherited } });
      assert.equal(result.stdout, expected, result.stderr);
    }
  });

  test('what no preset of the run sets is lowered to the share, and only said for pools of the application', async (t) => {
    if (!hasTwoCpus) return t.skip('one CPU');
    const env = {
      ...BARE,
      GDAL_NUM_THREADS: 'ALL_CPUS',
      GOMAXPROCS: '64',
      RAYON_NUM_THREADS: '1',
      WEB_CONCURRENCY: '9',
    };
    const names = '"$GDAL_NUM_THREADS $GOMAXPROCS $RAYON_NUM_THREADS $WEB_CONCURRENCY ${TOKIO_WORKER_THREADS-none}"';
    const result = await runProgram(echo(names), { env: { ...env, TOKIO_WORKER_THREADS: undefined } });
    assert.equal(result.stdout, '2 2 1 9 none\n');
    assert.match(result.stderr, /`GDAL_NUM_THREADS=ALL_CPUS`.*lowered to 2/s);
    assert.match(result.stderr, /`WEB_CONCURRENCY=9`/);
  });

  test('an OpenMP build of OpenBLAS does not hang below an inherited OMP_THREAD_LIMIT', async (t) => {
    const python = '/usr/bin/python3';
    if (!hasTwoCpus || !existsSync(OPENBLAS_OPENMP)) return t.skip('needs two CPUs and libopenblas0-openmp');
    if (spawnSync(python, ['-c', 'import numpy']).status !== 0) return t.skip('no NumPy of Debian');
    const job = 'import numpy; a = numpy.ones((300, 300)); print((a @ a)[0, 0])';
    for (const inherited of [{ OMP_NUM_THREADS: '1,1' }, {}]) {
      const env = { ...BARE, OMP_THREAD_LIMIT: '1', LD_LIBRARY_PATH: OPENBLAS_OPENMP, ...inherited };
      for (const pool of ['auto', 'libraries']) {
        const result = await runProgram(['--pool', pool, '--', python, '-c', job], { env });
        assert.deepEqual([result.status, result.stdout], [0, '300.0\n'], result.stderr);
      }
    }
  });

  test('OMP_THREAD_LIMIT lowers OMP_NUM_THREADS, with a finding', async (t) => {
    if (!hasTwoCpus) return t.skip('one CPU');
    const result = await runProgram(echo('$OMP_NUM_THREADS'), { env: { ...BARE, OMP_THREAD_LIMIT: '1' } });
    assert.equal(result.stdout, '1\n');
    assert.match(result.stderr, /`OMP_THREAD_LIMIT=1` in the environment/);
  });

  test('a variable that binds a single worker to one CPU is named, unless it is off or asked for', async (t) => {
    if (!hasTwoCpus) return t.skip('one CPU');
    const run = async (options: string[], env: Record<string, string>) =>
      (await runProgram([...options, '--', 'true'], { env: { ...BARE, ...env } })).stderr;
    assert.match(await run([], { OMP_PROC_BIND: 'true' }), /`OMP_PROC_BIND=true`.*\n.*--env OMP_PROC_BIND=false/);
    assert.match(await run([], { OMP_PLACES: 'cores' }), /`OMP_PLACES=cores`/);
    assert.equal(await run([], { OMP_PROC_BIND: 'false' }), '');
    assert.equal(await run(['--env', 'OMP_PROC_BIND=true'], { OMP_PROC_BIND: 'true' }), '');
  });

  test('an entrypoint that sizes its pool by nproc is told under --pool app, and gets the share otherwise', async (t) => {
    if (!hasTwoCpus || spawnSync('nproc').status !== 0) return t.skip('needs two CPUs and nproc');
    const entrypoint = script('entrypoint.sh', '#!/bin/sh\necho "$(nproc) ${ONEPROCPOOL_THREADS:-$(nproc)}"\n');
    const app = await runProgram(['--cpus', '2', '--pool', 'app', '--', entrypoint], { env: BARE });
    assert.equal(app.stdout, '1 2\n');
    assert.match(app.stderr, /`nproc` prints 1 in `entrypoint\.sh`.*\n.*ONEPROCPOOL_THREADS/);
    const auto = await runProgram(['--cpus', '2', '--', entrypoint], { env: BARE });
    assert.deepEqual([auto.stdout, auto.stderr], ['2 2\n', '']);
  });

  test('a program that leaves one CPU free is told which variable left it none', async () => {
    const idiom = script('idiom.py', '#!/bin/sh\n[ "${PYTHON_CPU_COUNT:-2}" -gt 1 ] || exit 3\n');
    const failing = await runProgram(['--cpus', '1', '--', idiom], { env: { PYTHON_CPU_COUNT: undefined } });
    assert.equal(failing.status, 3);
    assert.match(failing.stderr, /^oneprocpool: warning: worker 0 failed.* python-cpu-count \(PYTHON_CPU_COUNT=1/m);
    const without = ['--cpus', '1', '--without', 'python-cpu-count', '--', idiom];
    const working = await runProgram(without, { env: { PYTHON_CPU_COUNT: undefined } });
    assert.deepEqual([working.status, working.stderr], [0, '']);
    assert.equal((await runProgram(['--cpus', '1', '--', 'false'])).stderr, '');
  });
});

describe('env for another place', () => {
  const names = ['OMP_NUM_THREADS', 'OPENBLAS_NUM_THREADS', 'MKL_NUM_THREADS', 'NUMBA_NUM_THREADS'];
  const cpus = String(availableParallelism());
  const printed = async (...options: string[]): Promise<string[]> => {
    const unset = Object.fromEntries(names.map((name) => [name, undefined]));
    const { stdout } = await runProgram(['env', '--cpus', cpus, ...options], { env: { ...BARE, ...unset } });
    return names.filter((name) => new RegExp(`\\b${name}\\b`).test(stdout));
  };

  test('writes every variable, also where the share is all CPUs of this machine', async () => {
    for (const format of ['sh', 'k8s', 'dotenv', 'json']) assert.deepEqual(await printed('--format', format), names);
  });

  test('with --pool auto still bounds everything, and only here leaves out what is the default', async (t) => {
    if (!hasTwoCpus) return t.skip('one CPU');
    for (const format of ['k8s', 'docker', 'json'])
      assert.deepEqual(await printed('--format', format, '--pool', 'auto'), ['OMP_NUM_THREADS', 'NUMBA_NUM_THREADS']);
  });
});
