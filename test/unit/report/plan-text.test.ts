/** The plan, findings and errors as a person sees them. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { OneprocpoolError } from '../../../src/errors.ts';
import { renderError } from '../../../src/report/error-text.ts';
import { renderFindings } from '../../../src/report/finding-text.ts';
import { renderPlan } from '../../../src/report/plan-text.ts';
import { createStyle } from '../../../src/report/terminal-style.ts';
import { displayWidth } from '../../../src/report/text-layout.ts';
import { samplePlan, sampleWorker } from './sample-plan.ts';

const style = createStyle({ color: false, columns: 80 });
const lineWith = (text: string, word: string) => text.split('\n').find((line) => line.includes(word)) ?? '';

describe('renderPlan', () => {
  const text = renderPlan(samplePlan(), { style, optionDetails: { workers: '--workers' } });

  test('marks the limit that decided, and only that one', () => {
    assert.equal(text.split('<- decides').length, 2);
    assert.match(lineWith(text, 'cgroup quota'), /8\.5 CPUs +<- decides +.*cpu\.max$/);
    assert.match(lineWith(text, 'allowed CPUs'), /16 CPUs +affinity mask 0-11,16-19$/);
  });
  test('says how the budget came from it', () => {
    assert.match(lineWith(text, 'Budget'), /8 CPUs {2}\(8\.5, rounded down\)/);
    const reserved = samplePlan({
      budget: { cpus: 6, exact: 8.5, decidedBy: 'cgroup-quota', rounding: 'floor', reserved: 2 },
    });
    assert.match(lineWith(renderPlan(reserved, { style }), 'Budget'), /6 CPUs {2}\(8\.5, 2 reserved, rounded down\)/);
    const tiny = samplePlan({
      budget: { cpus: 1, exact: 0.5, decidedBy: 'cgroup-quota', rounding: 'floor', reserved: 0 },
    });
    assert.match(lineWith(renderPlan(tiny, { style }), 'Budget'), /1 CPU {2}\(0\.5, never below 1\)/);
  });
  test('collapses equal workers and shows their values side by side', () => {
    assert.match(text, /\n {2}0-1 {2}3 threads each\n {2}2 {4}2 threads\n/);
    assert.match(lineWith(text, 'Variables'), /workers 0-1 \| 2/);
    assert.match(lineWith(text, 'BLIS_NUM_THREADS'), /^ {2}= 3 \| 2 /);
    assert.match(lineWith(text, 'OMP_WAIT_POLICY'), /^ {2}= passive /);
  });
  test('shows options that were changed with their origin, all of them with -v', () => {
    assert.match(lineWith(text, 'workers  3'), /flag \(--workers\)/);
    assert.equal(lineWith(text, 'stopTimeoutMs'), '');
    assert.match(lineWith(renderPlan(samplePlan(), { style, verbose: true }), 'stopTimeoutMs'), /10000 +default$/);
  });
  test('with -v names what is removed and the whole path', () => {
    const verbose = renderPlan(samplePlan(), { style, verbose: true });
    assert.match(verbose, /removed .*GOMP_CPU_AFFINITY/);
    assert.match(verbose, /\/sys\/fs\/cgroup\/kubepods\.slice\/cpu\.max/);
    assert.doesNotMatch(text, /GOMP_CPU_AFFINITY/);
  });
  test('keeps within the terminal at 60, 80 and 120 columns', () => {
    for (const columns of [60, 80, 120]) {
      const narrow = renderPlan(samplePlan(), { style: createStyle({ color: false, columns }) });
      for (const line of narrow.split('\n')) assert.ok(displayWidth(line) <= columns, `${columns}: ${line}`);
    }
  });
  test('a hundred equal workers are one row', () => {
    const workers = Array.from({ length: 100 }, (_, index) => sampleWorker(index, 1, 100));
    const crowded = renderPlan(samplePlan({ workers }), { style });
    assert.match(crowded, /\n {2}0-99 {2}1 thread each\n/);
    assert.match(lineWith(crowded, 'Workers'), /100 threads on 8 CPUs$/);
  });
  test('unknown limits are said to be unknown', () => {
    const limits = {
      quotaCpus: null,
      cgroupVersion: null,
      quotaSource: null,
      allowedCpus: null,
      physicalCores: null,
      outer: null,
      memoryBytes: null,
    };
    const budget = { cpus: 1, exact: 1, decidedBy: 'unknown', rounding: 'floor', reserved: 0 } as const;
    const blind = renderPlan(samplePlan({ limits, budget }), { style });
    assert.match(lineWith(blind, 'allowed CPUs'), /unknown$/);
    assert.match(lineWith(blind, 'Budget'), /nothing tells how many there are/);
    assert.doesNotMatch(blind, /null|NaN|undefined/);
  });
  test('quiet leaves the budget, the workers and warnings', () => {
    const quiet = renderPlan(samplePlan(), { style, quiet: true });
    assert.deepEqual(
      quiet.split('\n').map((line) => line.split(' ')[0]),
      ['Budget', 'Workers', '', '', 'warning:', '', ''],
    );
    assert.doesNotMatch(quiet, /note:/);
  });
  test('a value from the environment cannot steer the terminal', () => {
    const worker = sampleWorker(0, 1, 1);
    const hostile = { ...worker, env: { ...worker.env, kept: { OMP_NUM_THREADS: '\u001B[2J1\nFAKE' } } };
    const shown = renderPlan(samplePlan({ workers: [hostile] }), { style });
    assert.doesNotMatch(shown, /\u001B|^FAKE/m);
    assert.match(shown, /= \\x1b\[2J1\\nFAKE +OMP_NUM_THREADS \(yours, kept\)/);
  });
});

describe('findings and errors', () => {
  const findings = [
    { code: 'A', severity: 'info', message: 'first' },
    { code: 'B', severity: 'error', message: 'second', hint: 'do this' },
    { code: 'C', severity: 'warning', message: 'third' },
  ] as const;
  test('the gravest first, hints below', () => {
    assert.equal(renderFindings(findings, style), 'error: second\n  hint: do this\nwarning: third\nnote: first\n');
  });
  test('a minimum leaves out what is less grave, a prefix says whose they are', () => {
    assert.equal(
      renderFindings(findings, style, { minimum: 'warning', prefix: 'oneprocpool: ' }),
      'oneprocpool: error: second\n  hint: do this\noneprocpool: warning: third\n',
    );
    assert.equal(renderFindings([], style), '');
  });
  test('an error is one line, then its hint after a blank line', () => {
    const error = new OneprocpoolError('USAGE', 'Expected 1, got 0', { hint: 'Use 1.' });
    assert.equal(renderError(error, style), 'oneprocpool: Expected 1, got 0\n\nhint: Use 1.\n');
    assert.equal(renderError(new OneprocpoolError('USAGE', 'No hint'), style), 'oneprocpool: No hint\n');
  });
  test('a message with foreign text cannot steer the terminal', () => {
    assert.equal(renderError({ message: 'got \u001B]0;x\u0007' }, style), 'oneprocpool: got \\x1b]0;x\\x07\n');
  });
});
