/** Libraries without a variable: the verdict names the code that bounds them, and that code does. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import type { RunReport } from '../../../src/report/run-report.ts';
import { PROGRAM, PROJECT_ROOT } from '../../support/project.ts';

const STEADY = join(PROJECT_ROOT, 'test/conformance/support/steady.py');

const LIBRARIES = [
  { workload: 'opencv-debian', group: 'debian', name: 'oneTBB', cure: /cv2\.setNumThreads\(k\)/, pinned: 'within' },
  { workload: 'duckdb', group: 'numeric', name: 'DuckDB', cure: /SET threads = k/, pinned: 'exceeded' },
];

function findPython(group: string): { python: string; reason: string } {
  const args = ['scripts/conformance.mjs', '--python', group];
  const { status, stdout, stderr } = spawnSync(process.execPath, args, { cwd: PROJECT_ROOT, encoding: 'utf8' });
  return { python: status === 0 ? stdout.trim() : '', reason: stderr.trim() };
}

function run(python: string, workload: string, env: Record<string, string>, ...options: string[]): RunReport {
  const folder = mkdtempSync(join(tmpdir(), 'oneprocpool-no-variable-'));
  const report = join(folder, 'report.json');
  const program = [python, STEADY, join(PROJECT_ROOT, 'test/conformance/workloads', `${workload}.py`)];
  const args = ['--quiet', '--no-config', '--threads', '1', ...options, '--report', report, '--', ...program];
  const { status, stderr } = spawnSync(PROGRAM, args, {
    encoding: 'utf8',
    env: { ...process.env, CONFORMANCE_SECONDS: '5', ...env },
  });
  assert.equal(status, 0, stderr);
  const told = JSON.parse(readFileSync(report, 'utf8')) as RunReport;
  rmSync(folder, { recursive: true });
  return told;
}

describe('a library without a variable, with a share of one CPU', () => {
  for (const { workload, group, name, cure, pinned } of LIBRARIES) {
    const { python, reason } = findPython(group);

    test(`${workload}: the verdict names the code that bounds it`, (t) => {
      if (python === '') return t.skip(reason);
      const { verdict, findings } = run(python, workload, {});
      assert.equal(verdict.outcome, 'exceeded');
      const told = findings.filter(({ code }) => code === 'NO_CONTROL');
      assert.match(told.map(({ message }) => message).join('\n'), new RegExp(`${name} in process .* no variable`));
      assert.match(findings.map(({ hint }) => hint ?? '').join('\n'), cure);
    });

    test(`${workload}: that code bounds it`, (t) => {
      if (python === '') return t.skip(reason);
      assert.equal(run(python, workload, { CONFORMANCE_CURE: '1' }).verdict.outcome, 'within');
    });

    test(`${workload}: with --pin it is ${pinned}`, (t) => {
      if (python === '') return t.skip(reason);
      assert.equal(run(python, workload, {}, '--pin').verdict.outcome, pinned);
    });
  }
});
