import { describe, test } from 'node:test';
import assert from 'node:assert/strict';
import { loadPresets } from '../../src/presets/load-presets.ts';
import { judge } from '../../src/verify/verdict.ts';
import type { SamplingResult, Verdict } from '../../src/verify/measurement.ts';
import { findNumpyPython } from '../support/numpy-python.ts';
import { sampleRun } from './live-sampling.ts';

const MULTIPLY = `
import sys, threading, time
import numpy
end = time.time() + 3.5
matrix = numpy.random.rand(700, 700)
def work():
    while time.time() < end: matrix @ matrix
threads = [threading.Thread(target=work) for _ in range(int(sys.argv[1]) - 1)]
for thread in threads: thread.start()
work()
`;
const GIVEN = { OMP_NUM_THREADS: '1', OPENBLAS_NUM_THREADS: '1' };

async function judgeNumpy(
  python: string,
  threads: number,
  wrapper: readonly string[] = [],
): Promise<{ sampling: SamplingResult; verdict: Verdict }> {
  const presets = await loadPresets();
  const [file = python, ...args] = wrapper.concat(python, '-c', MULTIPLY, String(threads));
  const sampling = await sampleRun({ file, args, env: GIVEN, limitThreads: 1, presets });
  const plan = {
    pool: 'libraries' as const,
    workers: [{ index: 0, threads: 1, env: { set: GIVEN, kept: {}, unset: [] } }],
  };
  return { sampling, verdict: judge({ sampling, plan, presets, throttling: null }) };
}

describe('NumPy', () => {
  test('with its threads bounded is within its share, and its library is known', async (t) => {
    const python = findNumpyPython();
    if (python === undefined) return t.skip('no python3 with numpy');
    const { sampling, verdict } = await judgeNumpy(python, 1);
    assert.deepEqual(verdict, { outcome: 'within', findings: [] });
    const names =
      sampling.workers.get(0)?.processes.flatMap(({ pools }) => pools.map(({ presetId }) => presetId)) ?? [];
    assert.ok(
      names.some((id) => id.startsWith('openblas')),
      names.join(' '),
    );
  });

  test('called from two threads of the application is above it: --pool or fewer threads', async (t) => {
    const python = findNumpyPython();
    if (python === undefined) return t.skip('no python3 with numpy');
    const { verdict } = await judgeNumpy(python, 2);
    assert.equal(verdict.outcome, 'exceeded');
    const [finding] = verdict.findings;
    assert.equal(finding?.code, 'DEMAND_EXCEEDED');
    assert.match(finding.message, /OpenBLAS.*openblas.*NUM_THREADS=1/);
    assert.match(finding.hint ?? '', /the application runs a pool/);
  });

  test('whose variables were removed on the way is told so', async (t) => {
    const python = findNumpyPython();
    if (python === undefined) return t.skip('no python3 with numpy');
    const { verdict } = await judgeNumpy(python, 1, ['env', '-u', 'OMP_NUM_THREADS', '-u', 'OPENBLAS_NUM_THREADS']);
    // Whether it is above its share depends on the CPUs of the machine.
    const [removed, ...others] = verdict.findings.filter(({ code }) =>
      /^(DEMAND_EXCEEDED|VARIABLE_REMOVED)$/.test(code),
    );
    assert.match(removed?.message ?? '', /started without .*OPENBLAS_NUM_THREADS/);
    assert.deepEqual(others, []);
  });
});
