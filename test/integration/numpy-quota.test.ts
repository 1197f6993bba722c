/** NumPy in a real CFS quota: what it demands alone, and what it demands under oneprocpool. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import type { RunReport } from '../../src/report/run-report.ts';
import { findNumpyPython } from '../support/numpy-python.ts';
import { createDemandWatch } from '../support/observed-demand.ts';
import { PROGRAM } from '../support/project.ts';
import { createQuotaCgroup } from '../support/quota-cgroup.ts';

const QUOTA_CPUS = 1.5;
/** Products of 400 x 400 matrices for three seconds, then the exit status given as the first argument. */
const JOB = `
import sys, time, numpy
a = numpy.random.default_rng(1).random((400, 400))
end = time.monotonic() + 3
while time.monotonic() < end:
    a = a @ a
    a /= a.max()
sys.exit(int(sys.argv[1]))
`;
/** The same slack as in the product's rule: a helper thread now and then is no pool. */
const SLACK_CPUS = 0.25;

function cleanEnvironment(): Record<string, string | undefined> {
  const limits = /(_NUM_THREADS|_MAX_THREADS|^OMP_|^MKL_|^ONEPROCPOOL_)/;
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !limits.test(name)));
}

interface Observation {
  readonly status: number | null;
  readonly stderr: string;
  /** Demand of each Python process in CPUs. */
  readonly demands: readonly number[];
  /** Scheduling periods of the cgroup. */
  readonly periods: number;
}

/** Runs `command(python, ...)` in a fresh quota cgroup; `undefined` after saying why it was skipped. */
async function observe(t: TestContext, command: (python: string) => string[]): Promise<Observation | undefined> {
  const skip = (reason: string): undefined => t.skip(reason) as undefined;
  if (availableParallelism() < 2) return skip('one CPU: NumPy starts no pool of its own');
  const python = findNumpyPython();
  if (python === undefined) return skip('no Python with NumPy');
  const cgroup = createQuotaCgroup(QUOTA_CPUS);
  if (typeof cgroup === 'string') return skip(cgroup);
  try {
    const [file, args] = cgroup.wrap(command(python));
    const child = spawn(file, args, { env: cleanEnvironment(), stdio: ['ignore', 'inherit', 'pipe'] });
    const watch = createDemandWatch();
    let stderr = '';
    child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
    const ended = once(child, 'close') as Promise<[number | null]>;
    while (child.exitCode === null && child.signalCode === null) {
      watch.look(cgroup.pids());
      await sleep(40);
    }
    const [status] = await ended;
    const demands = [...watch.peaks((line) => line.startsWith(python)).values()];
    const periods = Number(/^nr_periods (\d+)$/m.exec(readFileSync(`${cgroup.directory}/cpu.stat`, 'utf8'))?.[1]);
    return { status, stderr, demands, periods };
  } finally {
    await cgroup.remove();
  }
}

/** As people start it by hand: four in the background, then wait for all. */
function byHand(python: string): string[] {
  return ['sh', '-c', 'for i in 1 2 3 4; do "$@" & done; wait', 'sh', python, '-c', JOB, '0'];
}

test('four NumPy processes alone want more CPUs than there are of them', async (t) => {
  const seen = await observe(t, byHand);
  if (seen === undefined) return;
  assert.equal(seen.status, 0);
  assert.equal(seen.demands.length, 4);
  for (const demand of seen.demands) assert.ok(demand > 1 + SLACK_CPUS, `demand ${demand.toFixed(2)}, no pool to see`);
});

test('under oneprocpool -w 4 each of them wants one CPU, and the report says so', async (t) => {
  const directory = mkdtempSync(join(tmpdir(), 'oneprocpool-'));
  t.after(() => rmSync(directory, { recursive: true, force: true }));
  const file = join(directory, 'run.json');
  const seen = await observe(t, (python) => [PROGRAM, '-w', '4', '--report', file, '--', python, '-c', JOB, '0']);
  if (seen === undefined) return;
  assert.equal(seen.status, 0, seen.stderr);
  assert.equal(seen.demands.length, 4);
  for (const demand of seen.demands) assert.ok(demand <= 1 + SLACK_CPUS, `demand ${demand.toFixed(2)}`);

  const report = JSON.parse(readFileSync(file, 'utf8')) as RunReport;
  assert.equal(report.plan.limits.quotaCpus, QUOTA_CPUS);
  assert.equal(report.plan.budget.decidedBy, 'cgroup-quota');
  assert.equal(report.verdict.outcome, 'within');
  assert.deepEqual(
    report.workers.map(({ threads, exit }) => ({ threads, exit })),
    Array.from({ length: 4 }, () => ({ threads: 1, exit: { kind: 'exited', status: 0 } })),
  );
  for (const { peakDemandCpus } of report.workers) assert.ok((peakDemandCpus ?? 9) <= 1 + SLACK_CPUS);
  // How often the kernel held them back depends on what else the machine does; that we saw it does not.
  assert.ok(report.throttling !== null && report.throttling.periods > 0);
  assert.ok(report.throttling.periods <= seen.periods, `${report.throttling.periods} of ${seen.periods} periods`);
  assert.ok(report.throttling.periods >= seen.periods * 0.5, `${report.throttling.periods} of ${seen.periods} periods`);
});

test('with -w auto the processes together keep to the quota', async (t) => {
  const seen = await observe(t, (python) => [PROGRAM, '-w', 'auto', '--', python, '-c', JOB, '0']);
  if (seen === undefined) return;
  assert.equal(seen.status, 0, seen.stderr);
  assert.equal(seen.demands.length, 1);
  assert.ok((seen.demands[0] ?? 9) <= QUOTA_CPUS, `demand ${String(seen.demands[0])} in a quota of ${QUOTA_CPUS}`);
});

test('the exit status of a failing NumPy worker comes through', async (t) => {
  const seen = await observe(t, (python) => [PROGRAM, '-w', '2', '--', python, '-c', JOB, '3']);
  if (seen === undefined) return;
  assert.equal(seen.status, 3, seen.stderr);
});
