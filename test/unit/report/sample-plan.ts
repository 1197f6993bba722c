/** Plans to render in tests. */
import type { ThreadPlan, WorkerPlan } from '../../../src/plan/plan.ts';

const LIBRARIES = [
  'BLIS_NUM_THREADS',
  'BLOSC_NTHREADS',
  'ITK_GLOBAL_DEFAULT_NUMBER_OF_THREADS',
  'LOKY_MAX_CPU_COUNT',
  'MKL_NUM_THREADS',
  'NUMBA_NUM_THREADS',
  'NUMEXPR_MAX_THREADS',
  'NUMEXPR_NUM_THREADS',
  'OMP_NUM_THREADS',
  'OPENBLAS_NUM_THREADS',
  'OPENCV_FOR_THREADS_NUM',
  'POLARS_MAX_THREADS',
  'PYTHON_CPU_COUNT',
  'RCPP_PARALLEL_NUM_THREADS',
  'R_DATATABLE_NUM_THREADS',
  'TF_NUM_INTEROP_THREADS',
  'TF_NUM_INTRAOP_THREADS',
  'VECLIB_MAXIMUM_THREADS',
];

export function sampleWorker(index: number, threads: number, count: number): WorkerPlan {
  const set = Object.fromEntries(LIBRARIES.map((name) => [name, String(threads)]));
  return {
    index,
    threads,
    env: {
      set: {
        ...set,
        OMP_WAIT_POLICY: 'passive',
        ONEPROCPOOL_WORKER_INDEX: String(index),
        ONEPROCPOOL_WORKER_COUNT: String(count),
        ONEPROCPOOL_THREADS: String(threads),
        ONEPROCPOOL_CPUS: '8',
      },
      kept: {},
      unset: [
        'BLIS_NT',
        'GOMP_CPU_AFFINITY',
        'GOTO_NUM_THREADS',
        'KMP_AFFINITY',
        'MKL_DOMAIN_NUM_THREADS',
        'OMP_PLACES',
      ],
    },
  };
}

/** Eight CPUs under a quota of 8.5, three workers with 3, 3 and 2 threads. */
export function samplePlan(changes: Partial<ThreadPlan> = {}): ThreadPlan {
  return {
    schemaVersion: 1,
    limits: {
      quotaCpus: 8.5,
      cgroupVersion: 'v2',
      quotaSource: '/sys/fs/cgroup/kubepods.slice/cpu.max',
      allowedCpus: [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 16, 17, 18, 19],
      physicalCores: 8,
      outer: null,
      memoryBytes: 2_147_483_648,
    },
    budget: { cpus: 8, exact: 8.5, decidedBy: 'cgroup-quota', rounding: 'floor', reserved: 0 },
    pool: 'libraries',
    workers: [sampleWorker(0, 3, 3), sampleWorker(1, 3, 3), sampleWorker(2, 2, 3)],
    options: {
      workers: { value: 3, origin: 'flag' },
      pool: { value: 'libraries', origin: 'default' },
      stopTimeoutMs: { value: 10_000, origin: 'default' },
      inherit: { value: 'cap', origin: 'file' },
    },
    findings: [
      {
        code: 'QUOTA_FRACTION_UNUSED',
        severity: 'info',
        message: 'The quota is 8.5 CPUs; rounding down leaves 0.5 CPU unused.',
        hint: 'Use --round ceil to use it, at the price of throttling under full load.',
      },
      {
        code: 'VALUE_LOWERED',
        severity: 'warning',
        message: 'OMP_NUM_THREADS was 64 in the environment; with 3 workers on 8 CPUs it is lowered to 3 and 2.',
      },
    ],
    ...changes,
  };
}
