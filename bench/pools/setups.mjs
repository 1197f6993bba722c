// The programs with a pool of their own, and the ways to start them.
import { availableParallelism } from 'node:os';
import { resolve } from 'node:path';

const FOLDER = 'test/conformance/pools/setups';

/**
 * `size`: what decides the default size of the pool (Python 3.11). `affinity`: `--pool app` bounds it only where the
 * affinity mask has no more CPUs than the share.
 */
export const SETUPS = [
  { id: 'single', name: 'no pool of the application', group: 'numeric', size: 'none' },
  { id: 'joblib-loky', name: 'joblib (loky)', group: 'core', size: 'LOKY_MAX_CPU_COUNT' },
  { id: 'joblib-threading', name: 'joblib (threading)', group: 'core', size: 'LOKY_MAX_CPU_COUNT' },
  {
    id: 'dask-threaded',
    name: 'dask (threaded)',
    group: 'numeric',
    size: 'DASK_NUM_WORKERS',
    options: ['--with', 'dask'],
  },
  {
    id: 'dask-processes',
    name: 'dask (processes)',
    group: 'numeric',
    size: 'DASK_NUM_WORKERS',
    options: ['--with', 'dask'],
  },
  { id: 'dask-local-cluster', name: 'dask.distributed LocalCluster', group: 'numeric', size: 'affinity' },
  { id: 'multiprocessing-pool', name: 'multiprocessing.Pool', group: 'numeric', size: 'all CPUs' },
  { id: 'thread-pool', name: 'multiprocessing ThreadPool', group: 'numeric', size: 'all CPUs' },
  { id: 'process-pool-executor', name: 'ProcessPoolExecutor', group: 'numeric', size: 'all CPUs' },
  { id: 'torch-data-loader', name: 'torch DataLoader', group: 'torch', size: 'affinity' },
  { id: 'torchrun', name: 'torchrun', group: 'torch', size: 'all CPUs' },
  { id: 'ray-tasks', name: 'Ray (tasks)', group: 'ray', size: 'all CPUs' },
  {
    id: 'pre-fork',
    name: 'pre-fork server',
    group: 'numeric',
    size: 'WEB_CONCURRENCY',
    options: ['--with', 'web-concurrency'],
  },
];

/** `auto-narrow`: the variables of a pod with a quota of 2 CPUs on a larger machine. */
export const WAYS = ['bare', 'libraries', 'auto', 'auto-narrow', 'app'];

export const ALL_CPUS = availableParallelism();

export function programOf({ id }, python) {
  return [python, resolve(FOLDER, `${id}.py`)];
}
