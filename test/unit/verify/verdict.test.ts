import { describe, test } from 'node:test';
import assert from 'node:assert/strict';
import type { Finding } from '../../../src/finding.ts';
import type { Pool } from '../../../src/plan/plan.ts';
import type { ProcessEvidence, SamplingResult, TreeEvidence } from '../../../src/verify/measurement.ts';
import { judge, type JudgeInput } from '../../../src/verify/verdict.ts';
import { PRESETS } from './presets.ts';

const BLAS_POOL = { presetId: 'blas', name: 'FastBLAS', evidence: 'libfastblas.so.3' };
const RUNTIME_POOL = { presetId: 'runtime', name: 'Free Runtime', evidence: 'libfree.so' };

function evidence(more: Partial<ProcessEvidence> = {}): ProcessEvidence {
  return {
    worker: 0,
    pid: 4711,
    command: 'python job.py',
    kind: 'demand',
    demandCpus: 3.98,
    windowSeconds: 1.02,
    limitThreads: 2,
    threadCount: 5,
    pools: [BLAS_POOL],
    variables: { BLAS_NUM_THREADS: '2' },
    ...more,
  };
}

function sampling(more: Partial<SamplingResult>): SamplingResult {
  return { method: 'schedstat', windowCount: 3, workers: new Map(), processes: [], trees: [], ...more };
}

function judged(more: Partial<SamplingResult>, input: Partial<Omit<JudgeInput, 'sampling'>> = {}) {
  const env = { set: { BLAS_NUM_THREADS: '2', ONEPROCPOOL_THREADS: '2' }, kept: {}, unset: [] };
  const workers = [0, 1, 2].map((index) => ({ index, threads: 2, env }));
  return judge({
    sampling: sampling(more),
    plan: { pool: 'libraries', workers },
    presets: PRESETS,
    throttling: null,
    ...input,
  });
}

const codes = (findings: readonly Finding[]): string[] => findings.map(({ code }) => code);

describe('outcome', () => {
  test('within its share: nothing to say', () => assert.deepEqual(judged({}), { outcome: 'within', findings: [] }));
  test('too short to tell', () => assert.deepEqual(judged({ windowCount: 0 }), { outcome: 'unknown', findings: [] }));
  test('nothing to measure with', () => {
    const { outcome, findings } = judged({ windowCount: 0, method: 'none' });
    assert.equal(outcome, 'unknown');
    assert.deepEqual(codes(findings), ['NOT_MEASURED']);
  });
  test('a lost variable alone is not above the share', () => {
    const { outcome, findings } = judged({
      processes: [evidence({ kind: 'variables', demandCpus: 1, variables: { BLAS_NUM_THREADS: null } })],
    });
    assert.equal(outcome, 'within');
    assert.deepEqual(codes(findings), ['VARIABLE_REMOVED']);
  });
});

describe('a process above its share', () => {
  test('the message names process, command, demand, share, library, evidence, variable and value', () => {
    const { outcome, findings } = judged({ processes: [evidence()] });
    assert.equal(outcome, 'exceeded');
    assert.deepEqual(codes(findings), ['DEMAND_EXCEEDED']);
    for (const part of [
      '4711',
      'python job.py',
      'worker 0',
      '4.0 threads',
      '1.0 s',
      '2 threads',
      'FastBLAS',
      'libfastblas.so.3',
      'BLAS_NUM_THREADS=2',
    ]) {
      assert.ok(findings[0]?.message.includes(part), `${part} in: ${findings[0]?.message}`);
    }
  });
  test('its variable is right: the application runs a pool beside it', () => {
    assert.match(judged({ processes: [evidence()] }).findings[0]?.hint ?? '', /--pool app/);
  });
  test('the same under --pool app: the application has to shrink', () => {
    const plan = { pool: 'app' as const, workers: [] };
    const hint = judged({ processes: [evidence()] }, { plan }).findings[0]?.hint ?? '';
    assert.match(hint, /at most 2/);
    assert.doesNotMatch(hint, /--pool app/);
  });
  test('its variable was removed on the way', () => {
    const { findings } = judged({ processes: [evidence({ variables: { BLAS_NUM_THREADS: null } })] });
    assert.deepEqual(codes(findings), ['DEMAND_EXCEEDED'], 'one process and one cause are one message');
    assert.match(findings[0]?.message ?? '', /was started without BLAS_NUM_THREADS, .*BLAS_NUM_THREADS absent/);
    assert.match(findings[0]?.hint ?? '', /removed on the way \(env -i, sudo.*--preserve-env=BLAS_NUM_THREADS/);
  });
  test('its variable was changed on the way', () => {
    const { findings } = judged({ processes: [evidence({ variables: { BLAS_NUM_THREADS: '8' } })] });
    assert.match(findings[0]?.hint ?? '', /given as 2 but is 8/);
  });
  test('its library has no variable: the cure of the preset', () => {
    const { findings } = judged({ processes: [evidence({ pools: [RUNTIME_POOL], variables: {} })] });
    assert.deepEqual(codes(findings), ['DEMAND_EXCEEDED', 'NO_CONTROL']);
    assert.match(findings[0]?.hint ?? '', /Free Runtime has no variable: set_threads\(k\)/);
    assert.equal(findings[1]?.hint, 'set_threads(k)');
  });
  test('no library is known in it', () => {
    const hint = judged({ processes: [evidence({ pools: [], variables: { BLAS_NUM_THREADS: '2' } })] }).findings[0]
      ?.hint;
    assert.match(hint ?? '', /its own threads/);
  });
  test('no library is known in it and everything was removed', () => {
    const variables = { BLAS_NUM_THREADS: null, ONEPROCPOOL_THREADS: null };
    const { findings } = judged({ processes: [evidence({ pools: [], variables })] });
    assert.deepEqual(codes(findings), ['DEMAND_EXCEEDED']);
    assert.match(findings[0]?.hint ?? '', /removed on the way .*BLAS_NUM_THREADS/);
  });
  test('an environment that cannot be read blames nobody', () => {
    const { findings } = judged({ processes: [evidence({ variables: null })] });
    assert.deepEqual(codes(findings), ['DEMAND_EXCEEDED']);
    assert.match(findings[0]?.message ?? '', /BLAS_NUM_THREADS unknown/);
  });
  test('bursts are told as such', () => {
    assert.match(
      judged({ processes: [evidence({ kind: 'bursts', demandCpus: 8 })] }).findings[0]?.message ?? '',
      /up to 8 threads at once/,
    );
  });
  test('of those alike, the one that was looked into speaks', () => {
    const unknown = evidence({ pid: 1, demandCpus: 9, pools: [], variables: null });
    const { findings } = judged({ processes: [unknown, evidence({ pid: 2 })] });
    assert.equal(findings.length, 1);
    assert.match(findings[0]?.message ?? '', /^Process 2 .* and 1 more like it .*FastBLAS/);
  });
  test('a hundred alike are one finding, the highest first', () => {
    const processes = Array.from({ length: 100 }, (_, worker) =>
      evidence({ worker, pid: 1000 + worker, demandCpus: worker === 70 ? 9 : 4 }),
    );
    const { findings } = judged({ processes });
    assert.equal(findings.length, 1);
    assert.match(
      findings[0]?.message ?? '',
      /^Process 1070 \(python job.py\) of worker 70 and 99 more like it had 9.0/,
    );
  });
});

describe('a worker above its share', () => {
  const tree = (demands: number[], threadCount = 1, endedCpus = 0): TreeEvidence => ({
    worker: 1,
    demandCpus: demands.reduce((sum, each) => sum + each, endedCpus),
    endedCpus,
    windowSeconds: 1,
    limitThreads: 2,
    processCount: demands.length,
    processes: demands.map((demandCpus, at) => evidence({ worker: 1, pid: 500 + at, demandCpus, threadCount })),
  });
  test('two processes with a pool each: both sides pool', () => {
    const { outcome, findings } = judged({ trees: [tree([2, 2])] });
    assert.equal(outcome, 'exceeded');
    assert.deepEqual(codes(findings), ['OVER_BUDGET']);
    assert.match(findings[0]?.message ?? '', /Worker 1 had 4.0 .* 500 \(python job.py\) 2.0, 501 .*FastBLAS/);
    assert.match(findings[0]?.hint ?? '', /both run a pool.*--pool app/);
  });
  test('four processes of one thread: the application starts too many', () => {
    const hint = judged({ trees: [tree([1, 1, 1, 1])] }).findings[0]?.hint ?? '';
    assert.match(hint, /at most 2 at once/);
    assert.doesNotMatch(hint, /--pool app/);
  });
  test('four processes of which one thread was read, and each has a library with more: both sides may pool', () => {
    const hintUnder = (pool: Pool): string =>
      judged({ trees: [tree([1, 1, 1, 1], 2)] }, { plan: { pool, workers: [] } }).findings[0]?.hint ?? '';
    assert.match(hintUnder('libraries'), /--pool app.*--pool auto.*at most 2 at once/);
    assert.match(hintUnder('auto'), /--pool app/);
    assert.doesNotMatch(hintUnder('auto'), /--pool auto/);
    assert.doesNotMatch(hintUnder('app'), /--pool/);
  });
  test('processes that ended meanwhile take part without a name', () => {
    const messageOf = (demands: number[]): string =>
      judged({ trees: [tree(demands, 1, 3)] }).findings[0]?.message ?? '';
    assert.match(messageOf([]), /; processes that ended in that time are above it together$/);
    assert.match(
      messageOf([1]),
      /; 1 process within it and others that ended in that time are .*: 500 \(python job.py\) 1\.0, ended ones 3\.0/,
    );
  });
  test('is not said again when one of its processes was named', () => {
    const { findings } = judged({ trees: [tree([4, 1])], processes: [evidence({ worker: 1 })] });
    assert.deepEqual(codes(findings), ['DEMAND_EXCEEDED']);
  });
});

describe('throttling', () => {
  const delta = { source: '/sys/fs/cgroup/cpu.stat', periods: 40, throttledPeriods: 30, throttledSeconds: 2.5 };
  test('is told with its part of the periods, and is no excess', () => {
    const { outcome, findings } = judged({}, { throttling: delta });
    assert.equal(outcome, 'within');
    assert.deepEqual(
      findings.map(({ code, severity }) => [code, severity]),
      [['THROTTLED', 'info']],
    );
    assert.match(findings[0]?.message ?? '', /30 of 40 periods \(75 %\), 2.5 s/);
  });
  test('is not told when there was none', () => {
    assert.deepEqual(judged({}, { throttling: { ...delta, throttledPeriods: 0 } }).findings, []);
  });
});
