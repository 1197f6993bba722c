/** The run report and what `run` says about it. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { WorkerExit } from '../../../src/host/ports.ts';
import { buildRunReport, type RunReportParts } from '../../../src/report/build-run-report.ts';
import { createStyle } from '../../../src/report/terminal-style.ts';
import { renderVerdict } from '../../../src/report/verdict-text.ts';
import { samplePlan } from './sample-plan.ts';

const finding = {
  code: 'DEMAND_EXCEEDED',
  severity: 'warning',
  message: 'Process 7 had 4.0 threads',
  hint: 'Set OMP_NUM_THREADS.',
} as const;
const measurement = {
  cpuSeconds: 12.34567,
  peakRssBytes: 1000,
  meanDemandCpus: 2.00049,
  peakDemandCpus: 3.1,
  peakThreadCount: 9,
  timeline: [{ fromSeconds: 0, toSeconds: 1.00049, demandCpus: 2.00049, peakDemandCpus: 3.1 }],
  processes: [{ pid: 7, command: 'python3 x.py', peakDemandCpus: 3.10001, peakThreadCount: 9, pools: [] }],
};

function worker(pid: number, exit: WorkerExit, wallSeconds: number): RunReportParts['workers'][number] {
  return { exit, wallSeconds, restarts: 0, attempts: [{ pid, exit, wallSeconds }], output: null };
}

function parts(changes: Partial<RunReportParts> = {}): RunReportParts {
  return {
    version: '1.2.3',
    command: ['python3', 'x.py'],
    startedAt: '2026-01-01T00:00:00.000Z',
    wallSeconds: 4.00049,
    exitStatus: 3,
    plan: samplePlan(),
    workers: [
      worker(7, { kind: 'exited', status: 3 }, 4),
      worker(8, { kind: 'signaled', signal: 'SIGTERM', signalNumber: 15 }, 3.5),
    ],
    measurements: new Map([[0, measurement]]),
    throttling: { source: '/sys/fs/cgroup/cpu.stat', periods: 40, throttledPeriods: 10, throttledSeconds: 1.5 },
    verdict: { outcome: 'exceeded', findings: [finding] },
    ...changes,
  };
}

describe('buildRunReport', () => {
  const report = buildRunReport(parts());
  test('has one entry for each planned worker, whatever became of it', () => {
    assert.deepEqual(
      report.workers.map(({ index, pid, threads, exit }) => [index, pid, threads, exit.kind]),
      [
        [0, 7, 3, 'exited'],
        [1, 8, 3, 'signaled'],
        [2, null, 2, 'not-started'],
      ],
    );
  });
  test('a worker that was not measured has unknown demand, not zero', () => {
    assert.equal(report.workers[1]?.peakDemandCpus, null);
    assert.equal(report.workers[0]?.peakDemandCpus, 3.1);
  });
  test('numbers are rounded to thousandths', () => {
    assert.equal(report.wallSeconds, 4);
    const [first] = report.workers;
    assert.deepEqual([first?.cpuSeconds, first?.meanDemandCpus], [12.346, 2]);
  });
  test('collects the findings of plan, run and verdict, each once', () => {
    const extra = { code: 'ORPHANS', severity: 'info', message: 'swept 2' } as const;
    const { findings } = buildRunReport(parts({ findings: [extra, finding] }));
    assert.deepEqual(
      findings.map(({ code }) => code),
      ['QUOTA_FRACTION_UNUSED', 'VALUE_LOWERED', 'ORPHANS', 'DEMAND_EXCEEDED'],
    );
  });
  test('survives JSON unchanged', () => {
    assert.deepEqual(JSON.parse(JSON.stringify(report)), report);
  });
});

describe('renderVerdict', () => {
  const style = createStyle({ color: false, columns: 100 });
  const silent = buildRunReport(parts({ verdict: { outcome: 'within', findings: [] } }));
  test('nothing on success', () => assert.equal(renderVerdict(silent, { style }), ''));
  test('a finding with its hint, marked as ours', () => {
    const text = renderVerdict(buildRunReport(parts()), { style });
    assert.equal(text, 'oneprocpool: warning: Process 7 had 4.0 threads\n  hint: Set OMP_NUM_THREADS.\n');
  });
  test('quiet says only errors', () =>
    assert.equal(renderVerdict(buildRunReport(parts()), { style, quiet: true }), ''));
  test('verbose adds each worker, the throttling and the verdict', () => {
    const lines = renderVerdict(silent, { style, verbose: true }).trimEnd().split('\n');
    assert.deepEqual(lines, [
      'oneprocpool: worker 0: may use 3 threads, demand 2, at most 3.1; 12.35 s of CPU time in 4 s; status 3',
      'oneprocpool: worker 1: may use 3 threads, too short to measure its demand; 0 s of CPU time in 3.5 s; SIGTERM',
      'oneprocpool: worker 2: may use 2 threads, too short to measure its demand; 0 s of CPU time in 0 s; not started',
      'oneprocpool: throttled in 25 % of the periods, 1.5 s in all (/sys/fs/cgroup/cpu.stat)',
      'oneprocpool: verdict: within the plan',
    ]);
  });
});
