/**
 * Who starts the processes of a worker, told by their command lines, and how it is told to start fewer. Pure.
 */

export interface Framework {
  readonly name: string;
  /** On the command line of one of its processes. */
  readonly mark: RegExp;
  /** It bounds the libraries of its processes itself, but only by variables that are not set: `--pool auto`. */
  readonly boundsLibraries: boolean;
  /** Bounds the number of its processes: an option of oneprocpool, or what to write in the program. */
  readonly option?: (processes: number) => readonly string[];
  readonly advice: (processes: number) => string;
}

/** The more special before the more general: joblib, Dask and Ray use multiprocessing too. */
const FRAMEWORKS: readonly Framework[] = [
  {
    name: 'joblib (loky)',
    mark: /LokyProcess|popen_loky|externals\.loky|\bloky\b/,
    boundsLibraries: true,
    advice: (k) => `n_jobs=${k}`,
  },
  {
    name: 'Dask',
    mark: /\bdask\b|distributed\.(nanny|worker|cli)|\bdask-worker\b/,
    boundsLibraries: true,
    advice: (k) => `LocalCluster(n_workers=${k}, threads_per_worker=1)`,
  },
  {
    name: 'Ray',
    mark: /\bray::|\braylet\b|ray\/_private\/|\/ray\/core\//,
    boundsLibraries: true,
    advice: (k) => `ray.init(num_cpus=${k})`,
  },
  {
    name: 'torchrun',
    mark: /\btorchrun\b|torch\.distributed\.(run|launch)/,
    boundsLibraries: true,
    advice: (k) => `--nproc-per-node=${k}`,
  },
  {
    name: 'pytest-xdist',
    mark: /exec\(eval\(sys\.stdin\.readline\(\)\)\)|\[pytest-xdist/,
    boundsLibraries: false,
    option: (k) => ['--env', `PYTEST_XDIST_AUTO_NUM_WORKERS=${k}`],
    advice: (k) => `pytest -n ${k}`,
  },
  {
    name: 'gunicorn',
    mark: /\bgunicorn\b/,
    boundsLibraries: false,
    option: () => ['--with', 'web-concurrency'],
    advice: (k) => `--workers ${k}`,
  },
  {
    name: 'uvicorn',
    mark: /\buvicorn\b/,
    boundsLibraries: false,
    option: () => ['--with', 'web-concurrency'],
    advice: (k) => `--workers ${k}`,
  },
  {
    name: 'multiprocessing',
    mark: /multiprocessing[.-]?(spawn|fork|forkserver|resource_tracker)|multiprocessing\.(spawn|forkserver)/,
    boundsLibraries: false,
    advice: (k) => `Pool(${k}), max_workers=${k}`,
  },
];

/** `undefined` when none is known by these command lines. */
export function frameworkOf(commands: readonly string[]): Framework | undefined {
  return FRAMEWORKS.find(({ mark }) => commands.some((command) => mark.test(command)));
}
