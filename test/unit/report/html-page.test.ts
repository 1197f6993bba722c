/** The report page: what it shows, and that foreign text stays text. */
import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import fc from 'fast-check';
import { buildRunReport, type RunReportParts } from '../../../src/report/build-run-report.ts';
import { renderReportPage } from '../../../src/report/html/page.ts';
import type { RunReport } from '../../../src/report/run-report.ts';
import { createPageReader, missingParser, type Page } from '../../support/html-page.ts';
import { samplePlan } from './sample-plan.ts';

type Measurement = RunReportParts['measurements'] extends ReadonlyMap<number, infer Value> ? Value : never;

function measurementWith(text: string): Measurement {
  return {
    cpuSeconds: 12,
    peakRssBytes: 1000,
    meanDemandCpus: 2,
    peakDemandCpus: 4,
    peakThreadCount: 9,
    timeline: [
      { fromSeconds: 0, toSeconds: 1, demandCpus: 2, peakDemandCpus: 2 },
      { fromSeconds: 1, toSeconds: 4, demandCpus: 2.5, peakDemandCpus: 4 },
    ],
    processes: [
      {
        pid: 7,
        command: text,
        peakDemandCpus: 4,
        peakThreadCount: 9,
        pools: [{ presetId: text, name: text, evidence: text }],
      },
    ],
  };
}

/** A report that holds `text` in every place to which foreign text can come. */
function reportWith(text: string): RunReport {
  const base = samplePlan();
  const [first, ...others] = base.workers;
  const env = { set: { [text]: text }, kept: { [`${text}2`]: text }, unset: [text] };
  const plan = {
    ...base,
    limits: { ...base.limits, quotaSource: text },
    workers: [{ ...first!, env }, ...others],
    options: {
      env: { value: { [text]: text }, origin: 'file', detail: text },
      [text]: { value: [text], origin: text },
    },
    findings: [{ code: text, severity: 'warning' as const, message: text, hint: text }],
  };
  const exits = [
    { kind: 'exited', status: 3 },
    { kind: 'signaled', signal: text, signalNumber: 15 },
    { kind: 'not-started', reason: 'failed', message: text },
  ] as const;
  return buildRunReport({
    version: '1.2.3',
    command: [text, 'x.py'],
    startedAt: '2026-01-01T00:00:00.000Z',
    wallSeconds: 4,
    exitStatus: 3,
    plan,
    workers: exits.map((exit) => {
      const attempt = { pid: 7, exit, wallSeconds: 2 };
      return {
        exit,
        wallSeconds: 4,
        restarts: 1,
        attempts: [attempt, attempt],
        output: { stdout: text, stderr: text },
      };
    }),
    measurements: new Map([0, 1].map((index) => [index, measurementWith(text)])),
    throttling: { source: text, periods: 40, throttledPeriods: 10, throttledSeconds: 1.5 },
    verdict: { outcome: 'exceeded', findings: [{ code: 'DEMAND_EXCEEDED', severity: 'error', message: text }] },
  });
}

const HOSTILE = [
  '<script>alert(1)</script>',
  '</style></title></pre><img src=x onerror=alert(1)>',
  '"><svg onload=alert(1)>',
  "' onmouseover='alert(1)",
  '<!-- ',
  ']]></svg><iframe src=//example.org>',
  '&lt;b&gt; &amp;#60;',
  '\u0000\u001b[31m\u202etxt\ud800',
  '`${x}` $& $1 {{x}}',
];

describe('the report page', { skip: missingParser() }, () => {
  let read: (text: string) => Page;
  before(async () => {
    read = await createPageReader();
  });

  const pageOf = (text: string): Page => read(renderReportPage(reportWith(text), []));
  /** Elements with their attributes, but no foreign values in them. */
  const skeletonOf = ({ elements }: Page): string[] =>
    elements.map(({ name, attributes }) => `${name} ${Object.keys(attributes).join(' ')}`);

  test('is correct HTML that asks for nothing from elsewhere and runs nothing', () => {
    const { elements, errors, comments } = pageOf('plain');
    assert.deepEqual(errors, []);
    assert.equal(comments, 0);
    const names = new Set(elements.map(({ name }) => name));
    for (const name of ['script', 'link', 'img', 'iframe', 'object', 'base', 'form', 'a'])
      assert.ok(!names.has(name), name);
    const attributes = new Set(elements.flatMap((element) => Object.keys(element.attributes)));
    for (const name of attributes) assert.doesNotMatch(name, /^(on|src|href|style|srcdoc|action|xlink)/);
    const style = elements.find(({ name }) => name === 'style')?.text ?? '';
    assert.match(style, /prefers-color-scheme: dark/);
    assert.doesNotMatch(style, /url\(|@import|&[a-z]+;/);
  });

  test('begins with the verdict, then the findings with their cure', () => {
    const { elements } = pageOf('plain');
    const headings = elements.filter(({ name }) => /^h[12]$/.test(name)).map(({ text }) => text);
    assert.deepEqual(headings, [
      'Above the limit',
      'Findings',
      'Workers over time',
      'Workers',
      'Restarts',
      'Processes',
      'Limits',
      'Variables',
      'Options',
    ]);
    const [error, warning] = elements
      .filter(({ name }) => name === 'li')
      .map(({ text }) => text.replaceAll(/\s+/g, ' '));
    assert.equal(error?.trim(), 'Error plain DEMAND_EXCEEDED');
    assert.equal(warning?.trim(), 'Warning plain plain Cure: plain');
  });

  test('draws the demand of each measured worker against its limit on one scale', () => {
    const { elements } = pageOf('plain');
    const drawings = elements.filter(({ name }) => name === 'svg');
    assert.deepEqual(
      drawings.map(({ attributes }) => attributes['aria-label']),
      [0, 1].map((index) => `Demand of worker ${index} over time: mean 2, at most 4, limit 3 CPUs`),
    );
    const boxes = elements.filter(({ name }) => name === 'rect').map(({ attributes }) => attributes);
    // 4 CPUs and a tenth are 100 high, 4 seconds are 1000 wide; the limit of 3 is at 31.8.
    const [first, mean, above] = boxes;
    assert.deepEqual(
      [first?.['class'], first?.['x'], first?.['width'], first?.['height']],
      ['area', '0', '250', '45.5'],
    );
    assert.deepEqual([mean?.['class'], mean?.['x'], mean?.['width'], mean?.['height']], ['area', '250', '750', '56.8']);
    assert.deepEqual([above?.['class'], above?.['y'], above?.['height']], ['over', '9.1', '22.7']);
    assert.equal(boxes.length, 6);
    const limit = elements.find(({ attributes }) => attributes['class'] === 'limit');
    assert.equal(limit?.attributes['y1'], '31.8');
  });

  test('tells where each variable comes from', () => {
    const preset = { id: 'mine', name: 'Mine', tier: 'default', side: 'library', set: [], unset: [] } as const;
    const set = [{ variable: 'plain', value: '{threads}', meaning: 'threads' }];
    const rows = (text: string): string[] =>
      read(text)
        .elements.filter(({ name }) => name === 'tr')
        .map((row) => row.text.replaceAll(/\s+/g, ' ').trim());
    const report = { ...reportWith('plain'), plan: { ...reportWith('plain').plan, options: {} } };
    const presets = [{ ...preset, set }] as unknown as Parameters<typeof renderReportPage>[1];
    assert.ok(rows(renderReportPage(report, presets)).includes('plain plain preset mine'));
    assert.ok(rows(renderReportPage(report, [])).includes('plain plain your configuration'));
    assert.ok(rows(renderReportPage(reportWith('plain'), [])).includes('plain plain your --env'));
  });

  for (const text of HOSTILE) {
    test(`${JSON.stringify(text)} stays text`, () => {
      const page = pageOf(text);
      assert.deepEqual(skeletonOf(page), skeletonOf(pageOf('plain')));
      assert.deepEqual(page.errors, []);
      assert.equal(page.comments, 0);
    });
  }

  test('any text stays text', () => {
    const plain = skeletonOf(pageOf('plain'));
    const pieces = fc.constantFrom(...HOSTILE, '<', '>', '"', "'", '&', '</', '<!', '=', ' ', '\n', '/>');
    const texts = fc.oneof(
      fc.string({ unit: 'binary', minLength: 1 }),
      fc.array(fc.oneof(pieces, fc.string()), { minLength: 1 }).map((parts) => parts.join('')),
    );
    // Numbers as names would change the order of rows, nothing else; an empty name has no row of its own.
    fc.assert(
      fc.property(
        texts.filter((text) => !/^\d*$/.test(text) && text !== 'env'),
        (text) => {
          const page = pageOf(text);
          assert.deepEqual(skeletonOf(page), plain);
          assert.deepEqual(page.errors, []);
        },
      ),
      { numRuns: 200 },
    );
  });

  test('a run without measurement is shown too', () => {
    const report = buildRunReport({
      ...reportWith('plain'),
      workers: [],
      measurements: new Map(),
      throttling: null,
      verdict: { outcome: 'unknown', findings: [] },
      findings: [],
    });
    const { elements, errors } = read(renderReportPage(report, []));
    assert.deepEqual(errors, []);
    assert.equal(elements.find(({ name }) => name === 'h1')?.text, 'Not judged');
    assert.ok(!elements.some(({ name }) => name === 'svg'));
  });
});
