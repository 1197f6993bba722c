/** NumPy in a real container with `--cpus 1.5`: the demand of its processes, measured on the machine outside. */
import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import type { RunReport } from '../../src/report/run-report.ts';
import { findNumpyPython } from '../support/numpy-python.ts';
import { createDemandWatch } from '../support/observed-demand.ts';
import { ENTRYPOINT, openPodman, type ContainerRequest } from './podman.ts';

const QUOTA_CPUS = 1.5;
/** The same slack as in the product's rule: a helper thread now and then is no pool. */
const SLACK_CPUS = 0.25;
const JOB = `
import time, numpy
a = numpy.random.default_rng(1).random((400, 400))
end = time.monotonic() + 4
while time.monotonic() < end:
    a = a @ a
    a /= a.max()
`;

const podman = openPodman();
const python = findNumpyPython();

function missing(): string | false {
  if (typeof podman === 'string') return podman;
  if (python === undefined) return 'no Python with NumPy';
  return availableParallelism() < 2 && 'one CPU: NumPy starts no pool of its own';
}

/** Demand of each Python process, in CPUs. */
async function observe(request: ContainerRequest): Promise<number[]> {
  assert.ok(typeof podman !== 'string');
  const container = podman.start({ ...request, flags: ['--cpus', String(QUOTA_CPUS), ...(request.flags ?? [])] });
  const watch = createDemandWatch();
  const looks = new AbortController();
  const result = container.result.finally(() => looks.abort());
  while (!looks.signal.aborted) {
    watch.look(container.pids());
    await sleep(40);
  }
  const { status, stderr } = await result;
  assert.equal(status, 0, stderr);
  return [...watch.peaks((line) => line.includes('numpy.random') && line.startsWith(python ?? '')).values()];
}

describe('NumPy in a container', { skip: missing() }, () => {
  const directory = mkdtempSync(join(tmpdir(), 'oneprocpool-'));
  after(() => {
    if (typeof podman !== 'string') podman.close();
    rmSync(directory, { recursive: true, force: true });
  });
  const job = [python ?? '', '-c', JOB];

  test('four processes under sh want more CPUs than there are of them', async () => {
    const entrypoint = ['sh', '-c', 'for i in 1 2 3 4; do "$@" & done; wait', 'sh'];
    const demands = await observe({ entrypoint, command: job });
    assert.equal(demands.length, 4);
    for (const demand of demands) assert.ok(demand > 1 + SLACK_CPUS, `demand ${demand.toFixed(2)}, no pool to see`);
  });

  test('four workers of ours want one CPU each, and the report says so', async () => {
    const entrypoint = [ENTRYPOINT, '-q', '-w', '4', '--report', '/report/run.json', '--'];
    const demands = await observe({ flags: ['-v', `${directory}:/report`], entrypoint, command: job });
    assert.equal(demands.length, 4);
    for (const demand of demands) assert.ok(demand <= 1 + SLACK_CPUS, `demand ${demand.toFixed(2)}`);

    const report = JSON.parse(readFileSync(join(directory, 'run.json'), 'utf8')) as RunReport;
    assert.deepEqual([report.plan.limits.quotaCpus, report.plan.budget.cpus], [QUOTA_CPUS, 1]);
    assert.equal(report.verdict.outcome, 'within');
    for (const { peakDemandCpus } of report.workers) assert.ok((peakDemandCpus ?? 9) <= 1 + SLACK_CPUS);
    assert.ok((report.throttling?.periods ?? 0) > 0);
  });
});
