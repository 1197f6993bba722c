/** `--pool app` on real frameworks: processes x threads of the libraries fit the share. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { runPools, workingProcesses } from './run-pools.ts';

const PROCESSES = ['multiprocessing-pool', 'process-pool-executor', 'dask-processes', 'dask-local-cluster', 'pre-fork'];
const THREADS = ['joblib-threading', 'dask-threaded', 'thread-pool'];
/** These ask a variable for the size of their pool, on every version of Python. */
const ASKING = ['joblib-loky', 'joblib-threading', 'dask-threaded', 'dask-processes', 'pre-fork'];

describe('--pool app with a share of two CPUs', () => {
  for (const setup of [...PROCESSES, 'torch-data-loader'])
    test(`${setup}: two processes with one thread each`, (t) => {
      const run = runPools(setup, 'app', '--size', '2');
      if (typeof run === 'string') return t.skip(run);
      const working = workingProcesses(run);
      assert.equal(run.status, 0, run.stderr);
      assert.ok(working.length <= 2 && working.every((demand) => demand < 1.25), JSON.stringify(run.demands));
    });

  for (const setup of THREADS)
    test(`${setup}: one process with two threads`, (t) => {
      const run = runPools(setup, 'app', '--size', '2');
      if (typeof run === 'string') return t.skip(run);
      assert.equal(run.status, 0, run.stderr);
      assert.ok(run.total < 2.25, JSON.stringify(run.demands));
    });
});

describe('--pool app with a share of one CPU', () => {
  for (const setup of ASKING)
    test(`${setup} takes one worker`, (t) => {
      const run = runPools(setup, 'app', '--threads', '1', '--tasks', '12');
      if (typeof run === 'string') return t.skip(run);
      const working = workingProcesses(run);
      assert.ok(working.length <= 1 && working.every((demand) => demand < 1.25), JSON.stringify(run.demands));
    });
});

describe('--pool auto with a share of two CPUs', () => {
  for (const way of ['auto', 'auto-narrow']) {
    test(`${way}: the nanny of dask.distributed bounds its workers`, (t) => {
      const run = runPools('dask-local-cluster', way, '--size', '2');
      if (typeof run === 'string') return t.skip(run);
      assert.ok(
        run.demands.every((demand) => demand < 1.3),
        JSON.stringify(run.demands),
      );
    });

    test(`${way}: a single process has both`, (t) => {
      const run = runPools('single', way);
      if (typeof run === 'string') return t.skip(run);
      assert.ok(run.total > 1.75 && run.total < 2.25, JSON.stringify(run.demands));
    });
  }
});
