// Variables that rank below those that joblib, dask, Ray and torchrun set to 1 for their own workers: which libraries
// obey them, and whether the framework still has the last word. The evidence for `--pool auto`.
import { round } from './verified.mjs';

/** Ray and torchrun set OMP_NUM_THREADS only, joblib and dask.distributed all three of OpenBLAS, OpenMP and MKL. */
const OPENBLAS = [
  { soft: 'OMP_NUM_THREADS', hard: 'OPENBLAS_NUM_THREADS' },
  { soft: 'GOTO_NUM_THREADS', hard: 'OPENBLAS_NUM_THREADS' },
  { soft: 'GOTO_NUM_THREADS', hard: 'OMP_NUM_THREADS' },
  { soft: 'OPENBLAS_DEFAULT_NUM_THREADS', hard: 'OPENBLAS_NUM_THREADS' },
  { soft: 'OPENBLAS_DEFAULT_NUM_THREADS', hard: 'OMP_NUM_THREADS' },
];
const LIMITED_BY_OPENMP = ['libgomp', 'torch', 'scikit-learn', 'xgboost', 'lightgbm', 'faiss'];

/** `{ id, soft, hard }`: the workload, the variable under test, and the one that a framework sets. */
export const SOFT_LIMITS = [
  ...['numpy-wheel', 'debian-openblas-pthread'].flatMap((id) => OPENBLAS.map((pair) => ({ id, ...pair }))),
  { id: 'mkl', soft: 'OMP_NUM_THREADS', hard: 'MKL_NUM_THREADS' },
  { id: 'aocl-blis', soft: 'OMP_NUM_THREADS', hard: 'BLIS_NUM_THREADS' },
  { id: 'numexpr', soft: 'NUMEXPR_MAX_THREADS', hard: 'NUMEXPR_NUM_THREADS' },
  // Not an OpenMP build of OpenBLAS: it waits for ever for the threads that it did not get.
  ...LIMITED_BY_OPENMP.map((id) => ({ id, soft: 'OMP_THREAD_LIMIT', hard: 'OMP_NUM_THREADS' })),
];

/** In the middle between the demand of one thread and that of two. */
const ONE_THREAD = 1.5;

/** What the demands say. `alone`: soft = 1; `both`: soft = 2 and hard = 1. */
function readSoftLimit(alone, both) {
  if (alone.failure || both.failure) return 'could not be measured';
  if (alone.independent > ONE_THREAD) return 'no effect';
  return both.independent > ONE_THREAD ? 'obeyed, and beats what the framework sets' : 'obeyed, the framework decides';
}

/** One row of the table in presets/VERIFIED.md. */
export function softRow({ library, soft, hard, alone, both }) {
  const [one, two] = [alone, both].map((run) => round(run.independent) ?? '?');
  return [library, `\`${soft}\``, one, `\`${hard}\``, two, readSoftLimit(alone, both)];
}
