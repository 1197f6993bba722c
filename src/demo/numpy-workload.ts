/**
 * The experiment with NumPy: with the Python that is there, otherwise with NumPy from PyPI in a private
 * virtual environment. Uses SpawnPort and WritePort.
 */
import type { WorkerExit } from '../host/ports.ts';
import type { DemoContext } from './demo-context.ts';
import { MATRIX_SIZE, PYTHON_PROGRAM } from './python-program.ts';
import type { Workload } from './setups.ts';
import { unitsFor } from './work-amount.ts';

interface Probe {
  readonly python: string;
  readonly numpy: string;
  /** The library that multiplies, with its version if known; empty = one without a pool; `null` = cannot be told. */
  readonly blas: string | null;
  readonly pool: number;
  readonly secondsPerUnit: number;
}

/** One thread, so that the time of a product does not depend on who else is on the machine. */
const ONE_THREAD = { OPENBLAS_NUM_THREADS: '1', OMP_NUM_THREADS: '1', MKL_NUM_THREADS: '1', BLIS_NUM_THREADS: '1' };

const succeeded = (exit: WorkerExit) => exit.kind === 'exited' && exit.status === 0;

async function probe(context: DemoContext, python: string, program: string): Promise<Probe | undefined> {
  const { exit, stdout } = await context.host.spawner.capture(python, [program, 'probe'], {
    env: { ...context.env, ...ONE_THREAD },
    timeoutMs: 60_000,
  });
  return succeeded(exit) ? (JSON.parse(stdout) as Probe) : undefined;
}

/** Python of a virtual environment with NumPy in the user's cache; `undefined` when it cannot be made. */
async function installNumpy(context: DemoContext): Promise<string | undefined> {
  const { host, env } = context;
  const home = env['HOME'];
  const cache = env['XDG_CACHE_HOME'] ?? (home === undefined ? undefined : `${home}/.cache`);
  const place = `${cache ?? context.directory}/oneprocpool/demo-numpy`;
  const python = `${place}/bin/python3`;
  const ready = await host.spawner.capture(python, ['-c', 'import numpy'], { env, timeoutMs: 60_000 });
  if (succeeded(ready.exit)) return python;
  if ((env['ONEPROCPOOL_DEMO_OFFLINE'] ?? '') !== '') return undefined;
  context.announce(`Python has no NumPy with a thread pool: installing NumPy from PyPI into ${place}`);
  const steps = [
    ['python3', '-m', 'venv', '--clear', place],
    [
      python,
      '-m',
      'pip',
      'install',
      '--quiet',
      '--disable-pip-version-check',
      '--only-binary=:all:',
      '--retries=1',
      '--timeout=15',
      'numpy',
    ],
  ];
  for (const [file = '', ...args] of steps) {
    const { exit } = await host.spawner.capture(file, args, { env, timeoutMs: 180_000 });
    if (!succeeded(exit)) return undefined;
  }
  return python;
}

function workloadOf(python: string, program: string, found: Probe): Workload {
  return {
    kind: 'numpy',
    library: `NumPy ${found.numpy}${found.blas === null ? '' : ` (${found.blas})`} on Python ${found.python}`,
    units: unitsFor(found.secondsPerUnit, found.pool),
    unitName: `products of ${MATRIX_SIZE} x ${MATRIX_SIZE} matrices`,
    standsIn: null,
    setups: ['one', 'threads', 'processes'],
    poolSize: found.pool,
    launcherOptions: [],
    command: (setup, units) => [python, program, setup, String(units)],
  };
}

/** `undefined` when there is no Python, or no NumPy whose BLAS has a thread pool and no way to get one. */
export async function findNumpyWorkload(context: DemoContext): Promise<Workload | undefined> {
  const program = `${context.directory}/workload.py`;
  context.host.writer.writeFileAtomically(program, PYTHON_PROGRAM);
  const version = await context.host.spawner.capture('python3', ['--version'], { env: context.env, timeoutMs: 60_000 });
  if (!succeeded(version.exit)) return undefined;
  const present = await probe(context, 'python3', program);
  if (present !== undefined && present.blas !== '') return workloadOf('python3', program, present);
  const python = await installNumpy(context);
  const installed = python === undefined ? undefined : await probe(context, python, program);
  return python === undefined || installed === undefined ? undefined : workloadOf(python, program, installed);
}
