/** Workers that stay within their shares can still be too many: the run is judged by their sum too. */
import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import type { RunReport } from '../../src/report/run-report.ts';
import { compileProgram, missingCompiler } from '../support/c-programs.ts';
import { runProgram } from '../support/run-program.ts';

describe('the demand of all workers together', { concurrency: 2 }, () => {
  let directory = '';
  before(() => {
    directory = mkdtempSync(join(tmpdir(), 'oneprocpool-'));
  });
  after(() => {
    rmSync(directory, { recursive: true });
  });

  async function judged(name: string, options: readonly string[], threads: number) {
    const file = join(directory, `${name}.json`);
    const words = [compileProgram('threads'), String(threads), '3', 'busy'];
    const run = await runProgram([...options, '--cpus', '1', '--verify', 'fail', '--report', file, '--', ...words]);
    return { run, report: JSON.parse(readFileSync(file, 'utf8')) as RunReport };
  }

  test('three workers of one busy thread on one CPU fail the run, and the words name the total', async (t) => {
    const missing = missingCompiler();
    if (missing !== undefined) return t.skip(missing);
    const { run, report } = await judged('workers', ['-w', '3'], 1);
    assert.equal(run.status, 125);
    assert.match(run.stderr, /error: 3 workers together kept [\d.]+ threads busy; only 1 CPU is available/);
    assert.match(run.stderr, /\n {4}oneprocpool .*-w 1 -- /);
    assert.equal(report.verdict.outcome, 'exceeded');
    const { budgetCpus, peakDemandCpus, timeline } = report.totalDemand;
    assert.equal(budgetCpus, 1);
    assert.ok((peakDemandCpus ?? 0) > 2.5 && (peakDemandCpus ?? 0) < 3.5, String(peakDemandCpus));
    assert.ok(timeline.length > 0);
  });

  test('one worker that was given more threads than there are CPUs fails the run', async (t) => {
    const missing = missingCompiler();
    if (missing !== undefined) return t.skip(missing);
    const { run, report } = await judged('threads', ['--threads', '3'], 3);
    assert.deepEqual([run.status, report.verdict.findings.map(({ code }) => code)[0]], [125, 'TOTAL_EXCEEDED']);
    assert.match(run.stderr, /\n {4}oneprocpool .*--threads 1 -- /);
  });

  test('workers whose sum fits are within the plan', async (t) => {
    const missing = missingCompiler();
    if (missing !== undefined) return t.skip(missing);
    const { run, report } = await judged('calm', ['-w', '1'], 1);
    assert.deepEqual([run.status, report.verdict.outcome], [0, 'within']);
  });
});
