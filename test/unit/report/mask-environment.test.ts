import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { buildRunReport, type RunReportParts } from '../../../src/report/build-run-report.ts';
import { maskEnvironment } from '../../../src/report/mask-environment.ts';
import { samplePlan } from './sample-plan.ts';

const SECRET = 's3cr3t';

function reportWith(changes: Partial<RunReportParts>) {
  return buildRunReport({
    version: '1.2.3',
    command: ['python3', 'x.py'],
    startedAt: '2026-01-01T00:00:00.000Z',
    wallSeconds: 4,
    exitStatus: 0,
    plan: samplePlan(),
    workers: [],
    measurements: new Map(),
    throttling: null,
    verdict: { outcome: 'within', findings: [] },
    ...changes,
  });
}

function messageOf(message: string, env: Readonly<Record<string, string>>): string | undefined {
  const report = reportWith({ findings: [{ code: 'TEST', severity: 'info', message, hint: message }] });
  const found = maskEnvironment(report, env).findings.find(({ code }) => code === 'TEST');
  assert.equal(found?.hint, found?.message);
  return found?.message;
}

describe('a run report without the values of the user’s variables', () => {
  test('is the report itself when there are none', () => {
    const report = reportWith({});
    assert.deepEqual(maskEnvironment(report, {}), report);
  });

  const messages: [message: string, masked: string][] = [
    ['`--env TOKEN=s3cr3t` is above', '`--env TOKEN=***` is above'],
    ['`TOKEN="s3cr3t \\"two\\" words"` is kept', '`TOKEN=***` is kept'],
    ['OpenBLAS (libopenblas.so.0, TOKEN=s3cr3t), MKL', 'OpenBLAS (libopenblas.so.0, TOKEN=***), MKL'],
    ['TOKEN=s3cr3t, OMP_NUM_THREADS=4', 'TOKEN=***, OMP_NUM_THREADS=4'],
    ['TOKEN=s3,cr3t', 'TOKEN=***'],
    ['MY_TOKEN=4 TOKENS=5', 'MY_TOKEN=4 TOKENS=5'],
  ];
  for (const [message, masked] of messages) {
    test(`says ${masked}`, () => {
      assert.equal(messageOf(message, { TOKEN: '1', 'MY.ODD': '' }), masked);
    });
  }

  test('hides those of a launcher inside the command', () => {
    const command = ['oneprocpool', '--env', `A=${SECRET}`, `--env=B=${SECRET} x`, '--', 'env', 'C=4'];
    const masked = maskEnvironment(reportWith({ command }), {});
    assert.deepEqual(masked.command, ['oneprocpool', '--env', 'A=***', '--env=B=***', '--', 'env', 'C=4']);
    const process = {
      pid: 7,
      command: `oneprocpool --env A=${SECRET} and ${SECRET} -w 2 --env=B=${SECRET} -- python3 x.py`,
      peakDemandCpus: 1,
      peakThreadCount: 1,
      pools: [],
    };
    const measurement = {
      cpuSeconds: 1,
      peakRssBytes: 1,
      meanDemandCpus: 1,
      peakDemandCpus: 1,
      peakThreadCount: 1,
      timeline: [],
      processes: [process],
    };
    const measured = maskEnvironment(reportWith({ measurements: new Map([[0, measurement]]) }), {});
    assert.equal(
      measured.workers[0]?.processes[0]?.command,
      'oneprocpool --env A=*** -w 2 --env=B=*** -- python3 x.py',
    );
  });

  const values: [value: string, text: string, masked: string][] = [
    ['S3cretZQ', 'worker 0: `python3 --token=S3cretZQx`', 'worker 0: `python3 --token=***x`'],
    ['S3cretZQ', 'python3 --token=S3cre… (4711)', 'python3 --token=***… (4711)'],
    ['two\n words.', 'x two words. y', 'x *** y'],
    ['a+b$(c)', 'x a+b$(c) aab', 'x *** aab'],
    ['true', 'it is true', 'it is true'],
    ['1', 'worker 1 of 2', 'worker 1 of 2'],
    ['work', 'the work of worker 0', 'the *** of worker 0'],
    ['2260', 'port 2260 of process 22603', 'port *** of process 22603'],
  ];
  for (const [value, text, masked] of values) {
    test(`with the value ${JSON.stringify(value)} says ${masked}`, () => {
      assert.equal(messageOf(text, { TOKEN: value }), masked);
    });
  }

  test('hides the longer of two values first, in the command and in why it was not started', () => {
    const exit = { kind: 'not-started', reason: 'not-found', message: 'command not found: ./S3cretZQ-long' } as const;
    const attempts = [{ pid: null, exit, wallSeconds: 0 }];
    const workers = [{ exit, wallSeconds: 0, restarts: 0, attempts, output: null }];
    const report = reportWith({ command: ['./S3cretZQ-long'], workers });
    const masked = maskEnvironment(report, { A: 'S3cretZQ', B: 'S3cretZQ-long' });
    assert.deepEqual(masked.command, ['./***']);
    assert.deepEqual(masked.workers[0]?.exit, { ...exit, message: 'command not found: ./***' });
    assert.doesNotMatch(JSON.stringify(masked), /S3cretZQ/);
  });
});
