/** The share that schedulers and launchers tell in variables, as a user sees it: plan, the command's environment, options. */
import assert from 'node:assert/strict';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import type { ThreadPlan } from '../../src/plan/plan.ts';
import { findNumpyPython } from '../support/numpy-python.ts';
import { runProgram } from '../support/run-program.ts';

async function plan(env: Record<string, string>, options: readonly string[] = []): Promise<ThreadPlan> {
  const { status, stdout, stderr } = await runProgram(['plan', '--json', '--no-config', ...options], { env });
  assert.equal(status, 0, stderr);
  return JSON.parse(stdout) as ThreadPlan;
}

const ranks = (size: number, rank: number) => ({
  OMPI_COMM_WORLD_LOCAL_SIZE: String(size),
  OMPI_COMM_WORLD_LOCAL_RANK: String(rank),
});

describe('share from outside', { concurrency: 2 }, () => {
  test('unbound ranks divide the CPUs, and together they use all of them', async () => {
    const { cpus } = (await plan({})).budget;
    const shares = [];
    for (const rank of [0, 1]) {
      const { budget, limits, workers } = await plan(ranks(2, rank));
      if (cpus > 1) assert.equal(budget.decidedBy, 'outer-launcher');
      assert.equal(limits.launcher?.localRank, rank);
      assert.equal(workers[0]?.env.set['OMP_NUM_THREADS'], String(budget.cpus));
      shares.push(budget.cpus);
    }
    assert.equal(
      shares.reduce((sum, share) => sum + share, 0),
      Math.max(2, cpus),
    );
  });

  test('the command gets its share in run, with --exec and from the exported sh file', async () => {
    const directory = mkdtempSync(join(tmpdir(), 'oneprocpool-'));
    try {
      const env = { SLURM_JOB_ID: '1', SLURM_CPUS_PER_TASK: '1', OMP_NUM_THREADS: undefined };
      const show = ['sh', '-c', 'echo $OMP_NUM_THREADS'];
      assert.equal((await runProgram(['--', ...show], { env })).stdout, '1\n');
      assert.equal((await runProgram(['--exec', '--', ...show], { env })).stdout, '1\n');
      const script = join(directory, 'entrypoint.sh');
      writeFileSync(script, (await runProgram(['export', 'sh'])).stdout);
      chmodSync(script, 0o755);
      assert.equal((await runProgram(show, { env, file: script })).stdout, '1\n');
    } finally {
      rmSync(directory, { recursive: true });
    }
  });

  test('plan names the scheduler, its variable and the ranks', async () => {
    const env = { JOB_ID: '1', NSLOTS: '1' };
    const { stdout } = await runProgram(['plan', '--no-config'], { env });
    assert.match(stdout, /^ {2}Grid Engine +1 CPU .*NSLOTS$/m);
    const ranked = await runProgram(['plan', '--no-config'], { env: ranks(3, 1) });
    assert.match(ranked.stdout, /^ {2}local ranks +1 CPU .*OMPI_COMM_WORLD_LOCAL_SIZE=3, rank 1$/m);
    assert.equal((await plan(env)).budget.cpus, 1);
  });

  test('--outer ignore passes over all of them, as option, variable and in a config file', async () => {
    const { cpus } = (await plan({})).budget;
    const env = { SLURM_JOB_ID: '1', SLURM_CPUS_PER_TASK: '1', ...ranks(4, 0), ONEPROCPOOL_THREADS: '1' };
    const ignored = await plan(env, ['--outer', 'ignore']);
    assert.deepEqual(
      [ignored.budget.cpus, ignored.limits.scheduler, ignored.limits.launcher],
      [cpus, undefined, undefined],
    );
    assert.equal(ignored.limits.outer, null);
    assert.equal((await plan({ ...env, ONEPROCPOOL_OUTER: 'ignore' })).budget.cpus, cpus);
    assert.equal((await plan(env)).budget.decidedBy === 'outer' || cpus === 1, true);
    const wrong = await runProgram(['plan', '--outer', 'none']);
    assert.deepEqual([wrong.status, /--outer/.test(wrong.stderr)], [125, true]);
  });

  test('variables that cannot be are findings', async () => {
    const env = { SLURM_JOB_ID: '1', SLURM_CPUS_PER_TASK: 'four', NSLOTS: '-1', JOB_ID: '2', LOCAL_WORLD_SIZE: '0' };
    const { findings, limits } = await plan(env);
    assert.equal(findings.filter(({ code }) => code === 'OUTER_VARIABLE_INVALID').length, 3);
    assert.equal(limits.scheduler, undefined);
    assert.equal((await runProgram(['--', 'true'], { env })).status, 0);
  });

  test('ranks of a program with OpenBLAS keep to one thread each where there are as many as CPUs', async (t) => {
    const python = findNumpyPython();
    if (python === undefined) return t.skip('no Python with NumPy');
    const size = Math.max(2, (await plan({})).budget.cpus);
    const program = 'import numpy as n, time as t; a = n.ones((600, 600)); e = t.time() + 2\nwhile t.time() < e: a @ a';
    const runs = [0, 1].map((rank) =>
      runProgram(['--verify', 'fail', '--', python, '-c', program], { env: ranks(size, rank) }),
    );
    for (const { status, stderr } of await Promise.all(runs)) assert.deepEqual([status, stderr], [0, '']);
  });
});
