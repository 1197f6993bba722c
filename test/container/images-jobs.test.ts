/**
 * Every artefact for images without Node.js runs the main job there: four workers under a real quota, their demand
 * measured on the machine outside.
 */
import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { findFetched } from '../support/fetched.ts';
import { compileOpenmpProgram, missingCompiler } from '../support/c-programs.ts';
import { buildWheels, NO_WHEELS, run } from '../packaging/packaging.ts';
import { createDemandWatch } from '../support/observed-demand.ts';
import { PROJECT_ROOT } from '../support/project.ts';
import { runProgram } from '../support/run-program.ts';
import { BASE_IMAGE, makeBusyboxRoot, openImages, TOOL_IMAGE, type Images } from './images.ts';
import type { ContainerRequest } from './podman.ts';

/** The same slack as in the product's rule: a helper thread now and then is no pool. */
const SLACK_CPUS = 0.25;
const WINDOW_MS = 2500;
/** With 1.5 CPUs each of four workers may use one. */
const LIMITS = ['--cpus', '1.5', '-e', 'JOB_SECONDS=5'];
const FOUR_AT_ONCE = 'for i in 1 2 3 4; do "$@" & done; wait';

const opened = openImages();
const wheels = findFetched('images/fetch-wheels.sh');

function missing(): string | false {
  if (typeof opened === 'string') return opened;
  if (availableParallelism() < 2) return 'one CPU: nothing starts a pool of its own';
  if (wheels === undefined) return 'no wheels for the examples (tools/images/fetch-wheels.sh)';
  return missingCompiler() ?? false;
}

describe('the main job where there is no Node.js', { skip: missing() }, () => {
  const images = opened as Images;
  const directory = mkdtempSync(join(tmpdir(), 'oneprocpool-images-'));
  const script = join(directory, 'oneprocpool.sh');
  const openmp = missingCompiler() === undefined ? compileOpenmpProgram() : '';
  let busybox = '';

  before(async () => {
    for (const name of ['numpy', 'polars']) {
      images.build(`localhost/${name}-job`, {
        context: join(PROJECT_ROOT, 'examples/docker', name),
        args: { BASE: BASE_IMAGE, ONEPROCPOOL: TOOL_IMAGE, PIP_NO_INDEX: '1', PIP_FIND_LINKS: '/wheels' },
        volumes: [`${wheels}:/wheels:ro`],
      });
    }
    const { status, stderr } = await runProgram(['export', 'sh', '-w', '4', '-o', script]);
    assert.equal(status, 0, stderr);
    mkdirSync(join(directory, 'root'));
    busybox = makeBusyboxRoot(join(directory, 'root'), { openmp, 'oneprocpool.sh': script });
  });
  after(() => {
    images.close();
    rmSync(directory, { recursive: true, force: true });
  });

  /** Demand of each process whose command line begins with `job`, in CPUs. */
  async function observe(job: string, request: ContainerRequest): Promise<number[]> {
    const container = images.start({ ...request, flags: [...LIMITS, ...(request.flags ?? [])] });
    const watch = createDemandWatch(WINDOW_MS);
    const looks = new AbortController();
    const result = container.result.finally(() => looks.abort());
    while (!looks.signal.aborted) {
      watch.look(container.pids());
      await sleep(40);
    }
    const { status, stderr } = await result;
    assert.equal(status, 0, stderr);
    return [...watch.peaks((line) => line.startsWith(job)).values()];
  }

  async function assertBounded(job: string, request: ContainerRequest): Promise<void> {
    const demands = await observe(job, request);
    assert.equal(demands.length, 4);
    for (const demand of demands) assert.ok(demand <= 1 + SLACK_CPUS, `demand ${demand.toFixed(2)}`);
  }

  const python = '/app/bin/python3';
  const fourWorkers = ['-e', 'ONEPROCPOOL_WORKERS=4', '-e', 'ONEPROCPOOL_QUIET=1'];
  // Polars reads the quota by itself: what it must be kept from is a number that somebody wrote.
  const written = ['-e', 'POLARS_MAX_THREADS=2'];
  const jobs: readonly [name: string, job: string, request: () => ContainerRequest][] = [
    ['NumPy', python, () => ({ from: 'localhost/numpy-job', command: [] })],
    ['Polars', python, () => ({ from: 'localhost/polars-job', flags: written, command: [] })],
    ['C with OpenMP', '/job/openmp', () => ({ from: busybox, command: ['/job/openmp', '5'] })],
  ];

  for (const [name, job, request] of jobs) {
    test(`${name} without us wants more than the CPU it may use`, async () => {
      const alone = name.startsWith('C') ? ['/job/openmp', '5'] : [python, '/app/job.py'];
      const demands = await observe(job, { ...request(), entrypoint: alone.slice(0, 1), command: alone.slice(1) });
      assert.equal(demands.length, 1);
      assert.ok(demands[0]! > 1 + SLACK_CPUS, `demand ${demands[0]?.toFixed(2)}, no pool to see`);
    });
  }

  test('the executable as PID 1, NumPy, in the example image', () =>
    assertBounded(python, { from: 'localhost/numpy-job', flags: fourWorkers, command: [] }));

  test('the executable as PID 1, Polars, in the example image: one worker, as many as there are whole CPUs', async () => {
    // Not four: who has to wait for its CPU lets the idle thread of Polars spin, which is demand too.
    const demands = await observe(python, { from: 'localhost/polars-job', flags: written, command: [] });
    assert.equal(demands.length, 1);
    assert.ok(demands[0]! <= 1 + SLACK_CPUS, `demand ${demands[0]?.toFixed(2)}`);
  });

  test('the executable below a shell, NumPy', () =>
    assertBounded(python, {
      from: 'localhost/numpy-job',
      flags: fourWorkers,
      entrypoint: ['/bin/sh', '-c', 'oneprocpool -- "$@"; exit $?', 'sh'],
      command: [python, '/app/job.py'],
    }));

  test('the executable with --exec, once for each worker, NumPy', () =>
    assertBounded(python, {
      from: 'localhost/numpy-job',
      entrypoint: ['/bin/sh', '-c', FOUR_AT_ONCE, 'sh', 'oneprocpool', '--exec', '--'],
      flags: ['-e', 'ONEPROCPOOL_WORKERS=1'],
      command: [python, '/app/job.py'],
    }));

  test('the executable where there is no shell and no other file, C with OpenMP', () =>
    assertBounded('/job/openmp', {
      from: TOOL_IMAGE,
      flags: [...fourWorkers, '-v', `${openmp}:/job/openmp:ro`],
      command: ['--', '/job/openmp', '5'],
    }));

  test('the wheel, as a module of Python, NumPy', { skip: NO_WHEELS }, () => {
    const [wheels, site] = [join(directory, 'wheels'), join(directory, 'site')];
    buildWheels('linux-x64', '--to', wheels);
    const wheel = join(wheels, readdirSync(wheels)[0] ?? '');
    run('python3', ['-m', 'pip', 'install', '--quiet', '--no-index', '--no-deps', '--target', site, wheel]);
    return assertBounded(python, {
      from: 'localhost/numpy-job',
      flags: [...fourWorkers, '-v', `${site}:/site:ro`, '-e', 'PYTHONPATH=/site'],
      entrypoint: ['/usr/bin/python3', '-m', 'oneprocpool'],
      command: ['--', python, '/app/job.py'],
    });
  });

  test('the sh file, once for each worker, NumPy', () =>
    assertBounded(python, {
      from: 'localhost/numpy-job',
      flags: ['-v', `${script}:/oneprocpool.sh:ro`],
      entrypoint: ['/bin/sh', '-c', FOUR_AT_ONCE, 'sh', '/bin/sh', '/oneprocpool.sh'],
      command: [python, '/app/job.py'],
    }));

  test('the sh file where there is only busybox, C with OpenMP', () =>
    assertBounded('/job/openmp', {
      from: busybox,
      entrypoint: ['/bin/sh', '-c', FOUR_AT_ONCE, 'sh', '/job/oneprocpool.sh'],
      command: ['/job/openmp', '5'],
    }));

  test('none of them has Node.js', async () => {
    for (const from of [BASE_IMAGE, 'localhost/numpy-job', 'localhost/polars-job']) {
      const { stdout } = await images.start({
        from,
        entrypoint: ['/bin/sh', '-c', 'command -v node nodejs bun'],
        command: [],
      }).result;
      assert.equal(stdout, '');
    }
  });
});
