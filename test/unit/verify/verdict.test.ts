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
    busyThreads: { processName: 'python', byName: {} },
    variables: { BLAS_NUM_THREADS: '2' },
    ...more,
  };
}

const NO_TOTAL = { meanDemandCpus: null, peakDemandCpus: null, timeline: [], peak: null };
const BUDGET = { cpus: 6, exact: 6, decidedBy: 'affinity', rounding: 'floor', reserved: 0 } as const;

function sampling(more: Partial<SamplingResult>): SamplingResult {
  return {
    method: 'schedstat',
    windowCount: 3,
    workers: new Map(),
    processes: [],
    trees: [],
    total: NO_TOTAL,
    ...more,
  };
}

function judged(more: Partial<SamplingResult>, input: Partial<Omit<JudgeInput, 'sampling'>> = {}) {
  const env = { set: { BLAS_NUM_THREADS: '2', ONEPROCPOOL_THREADS: '2' }, kept: {}, unset: [] };
  const workers = [0, 1, 2].map((index) => ({ index, threads: 2, env }));
  return judge({
    sampling: sampling(more),
    plan: { budget: BUDGET, pool: 'libraries', workers },
    presets: PRESETS,
    throttling: null,
    invocation: { ownWords: ['-w', '3', '--'], command: ['python', 'job.py'] },
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
  test('the message says what kept how many threads busy, the share, and one process on a line', () => {
    const { outcome, findings } = judged({ processes: [evidence()] });
    assert.equal(outcome, 'exceeded');
    assert.deepEqual(codes(findings), ['DEMAND_EXCEEDED']);
    assert.equal(
      findings[0]?.message,
      'worker 0 kept 4.0 threads busy; its share is 2 (over 1.0 s)\n4.0 python job.py (4711)',
    );
  });
  test('a few more busy threads than its bounded library has: the application runs a pool beside it', () => {
    const { hint, command } = judged({ processes: [evidence()] }).findings[0] ?? {};
    assert.match(hint ?? '', /the program runs threads, and each starts library threads; try:/);
    assert.equal(command, 'oneprocpool -w 3 --pool app -- python job.py');
  });
  test('the same under --pool app: the application has to shrink', () => {
    const plan = { budget: BUDGET, pool: 'app' as const, workers: [] };
    const { hint, command } = judged({ processes: [evidence()] }, { plan }).findings[0] ?? {};
    assert.match(hint ?? '', /at most 2/);
    assert.equal(command, undefined);
  });
  test('its variable was removed on the way', () => {
    const { findings } = judged({ processes: [evidence({ variables: { BLAS_NUM_THREADS: null } })] });
    assert.deepEqual(codes(findings), ['DEMAND_EXCEEDED'], 'one process and one cause are one message');
    assert.match(findings[0]?.hint ?? '', /without BLAS_NUM_THREADS \(env -i, sudo.*--preserve-env=BLAS_NUM_THREADS/);
  });
  test('its variable was changed on the way', () => {
    const { findings } = judged({ processes: [evidence({ variables: { BLAS_NUM_THREADS: '8' } })] });
    assert.match(findings[0]?.hint ?? '', /given as 2 but is 8/);
  });
  test('its library has no variable: the cure of the preset', () => {
    const { findings } = judged({ processes: [evidence({ pools: [RUNTIME_POOL], variables: {} })] });
    assert.deepEqual(codes(findings), ['DEMAND_EXCEEDED']);
    assert.match(findings[0]?.hint ?? '', /no variable bounds the threads of Free Runtime here: set_threads\(k\)/);
  });
  test('no library is known in it', () => {
    const hint = judged({ processes: [evidence({ pools: [], variables: { BLAS_NUM_THREADS: '2' } })] }).findings[0]
      ?.hint;
    assert.match(hint ?? '', /the program's own threads/);
  });
  test('no library is known in it and everything was removed', () => {
    const variables = { BLAS_NUM_THREADS: null, ONEPROCPOOL_THREADS: null };
    const { findings } = judged({ processes: [evidence({ pools: [], variables })] });
    assert.match(findings[0]?.hint ?? '', /started without .*BLAS_NUM_THREADS/);
  });
  test('an environment that cannot be read blames nobody', () => {
    const { findings } = judged({ processes: [evidence({ variables: null })] });
    assert.doesNotMatch(findings[0]?.hint ?? '', /without|FastBLAS/);
  });
  test('bursts are told as such', () => {
    const { message } = judged({ processes: [evidence({ kind: 'bursts', demandCpus: 8 })] }).findings[0] ?? {};
    assert.match(
      message ?? '',
      /^worker 0 had up to 8 threads busy at once, again and again; its share is 2\n8 python/,
    );
  });
  test('of those alike, the one that was looked into gives the cause', () => {
    const unknown = evidence({ pid: 1, demandCpus: 9, pools: [], variables: null });
    const { findings } = judged({ processes: [unknown, evidence({ pid: 2, variables: { BLAS_NUM_THREADS: '8' } })] });
    assert.match(findings[0]?.message ?? '', /^2 processes of worker 0 .*\n9.0 python job.py \(1\)\n4.0 .* \(2\)$/);
    assert.match(findings[0]?.hint ?? '', /is 8/);
  });
  test('a hundred alike are one finding of at most six lines, the highest first', () => {
    const processes = Array.from({ length: 100 }, (_, worker) =>
      evidence({ worker, pid: 1000 + worker, demandCpus: worker === 70 ? 9 : 4 }),
    );
    const { findings } = judged({ processes });
    assert.equal(findings.length, 1);
    assert.match(
      findings[0]?.message ?? '',
      /^100 workers kept up to 9.0 threads busy each; the share of each is 2\n9.0 python job.py \(1070\)\n4.0 .*\nand 98 more$/,
    );
  });
});

describe('a worker above its share', () => {
  const tree = (demands: number[], threadCount = 1, endedCpus = 0, command = 'python job.py'): TreeEvidence => ({
    worker: 1,
    demandCpus: demands.reduce((sum, each) => sum + each, endedCpus),
    endedCpus,
    windowSeconds: 1,
    limitThreads: 2,
    processCount: demands.length,
    processes: demands.map((demandCpus, at) =>
      evidence({ worker: 1, pid: 500 + at, demandCpus, threadCount, command }),
    ),
  });
  const under = (pool: Pool, trees: TreeEvidence[]): Finding =>
    judged({ trees }, { plan: { budget: BUDGET, pool, workers: [] } }).findings[0]!;
  test('two processes with a pool each: both sides pool', () => {
    const { outcome, findings } = judged({ trees: [tree([2, 2])] });
    assert.equal(outcome, 'exceeded');
    assert.deepEqual(codes(findings), ['OVER_BUDGET']);
    assert.equal(
      findings[0]?.message,
      'worker 1 kept 4.0 threads busy; its share is 2 (over 1.0 s)\n2.0 python job.py (500)\n2.0 python job.py (501)',
    );
    assert.match(findings[0].hint ?? '', /starts processes, and each starts library threads; try:/);
    assert.equal(findings[0].command, 'oneprocpool -w 3 --pool app -- python job.py');
  });
  test('four processes of one thread: the application starts too many', () => {
    const { hint, command } = judged({ trees: [tree([1, 1, 1, 1])] }).findings[0] ?? {};
    assert.match(hint ?? '', /at most 2 at once/);
    assert.equal(command, undefined);
  });
  test('four processes of which one thread was read, and each has a library with more: both sides may pool', () => {
    assert.match(under('auto', [tree([1, 1, 1, 1], 2)]).command ?? '', /--pool app/);
    assert.equal(under('app', [tree([1, 1, 1, 1], 2)]).command, undefined);
  });
  for (const [name, command, option] of [
    ['joblib', 'python -m joblib.externals.loky.backend.popen_loky_posix --process-name LokyProcess-1', '--pool auto'],
    ['Dask', 'python -m distributed.nanny', '--pool auto'],
    ['Ray', 'ray::work', '--pool auto'],
    ['torchrun', 'python /usr/bin/torchrun train.py', '--pool auto'],
    ['gunicorn', 'python /usr/bin/gunicorn app:app', '--pool app'],
    ['multiprocessing', 'python -c from multiprocessing.spawn import spawn_main', '--pool app'],
  ] as const) {
    test(`${name} is named, with the option that fits it`, () => {
      const { hint, command: copied } = under('libraries', [tree([2, 2], 2, 0, command)]);
      assert.match(hint ?? '', new RegExp(`^${name}.* starts processes`));
      assert.equal(copied, `oneprocpool -w 3 ${option} -- python job.py`);
    });
  }
  test('xdist and gunicorn are bounded by a variable', () => {
    const single = (command: string): string => under('app', [tree([1, 1, 1], 1, 0, command)]).command ?? '';
    const xdist = 'python -c import sys;exec(eval(sys.stdin.readline()))';
    assert.match(single(xdist), /--env PYTEST_XDIST_AUTO_NUM_WORKERS=2 -- /);
    assert.match(single('python /usr/bin/gunicorn app:app'), /--with web-concurrency -- /);
  });
  test('processes that ended meanwhile take part without a name', () => {
    const messageOf = (demands: number[]): string =>
      judged({ trees: [tree(demands, 1, 3)] }).findings[0]?.message ?? '';
    assert.match(messageOf([]), /1.0 s\)\n3.0 in processes that ended in that time$/);
    assert.match(messageOf([1]), /\n1.0 python job.py \(500\)\n3.0 in processes that ended in that time$/);
  });
  test('is not said again when one of its processes was named', () => {
    const { findings } = judged({ trees: [tree([4, 1])], processes: [evidence({ worker: 1 })] });
    assert.deepEqual(codes(findings), ['DEMAND_EXCEEDED']);
  });
});

describe('all workers together', () => {
  const total = (countedCpus: number, workerCount = 8) => ({
    ...NO_TOTAL,
    peak: { demandCpus: countedCpus, countedCpus, windowSeconds: 1, workerCount },
  });
  const planOf = (count: number) => ({
    budget: BUDGET,
    pool: 'libraries' as const,
    workers: Array.from({ length: count }, (_, index) => ({
      index,
      threads: 1,
      env: { set: {}, kept: {}, unset: [] },
    })),
  });
  test('each within its share, more than the budget: start fewer', () => {
    const { outcome, findings } = judged({ total: total(8) }, { plan: planOf(8) });
    assert.equal(outcome, 'exceeded');
    assert.deepEqual(codes(findings), ['TOTAL_EXCEEDED']);
    assert.match(findings[0]?.message ?? '', /^8 workers together kept 8\.0 threads busy; only 6 CPUs are available/);
    assert.equal(findings[0]?.command, 'oneprocpool -w 6 -- python job.py');
  });
  test('few workers with too many threads each: fewer threads', () => {
    const { findings } = judged({ total: total(8, 2) }, { plan: planOf(2) });
    assert.match(findings[0]?.command ?? '', /--threads 3 --/);
  });
  test('within the tolerance: nothing to say', () =>
    assert.deepEqual(judged({ total: total(6.2) }), { outcome: 'within', findings: [] }));
  test('is not said again when one of the workers was named', () => {
    const { findings } = judged({ total: total(9), processes: [evidence()] });
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
