/** `--report run.html` of a real run. */
import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { createPageReader, missingParser, type PageElement } from '../support/html-page.ts';
import { runProgram } from '../support/run-program.ts';

const BUSY =
  'end=$(($(date +%s) + 3)); while [ $(date +%s) -lt $end ]; do i=0; while [ $i -lt 20000 ]; do i=$((i+1)); done; done';

describe('--report run.html', { skip: missingParser() }, () => {
  let directory = '';
  before(() => {
    directory = mkdtempSync(join(tmpdir(), 'oneprocpool-page-'));
  });
  after(() => {
    rmSync(directory, { recursive: true });
  });

  async function pageOf(args: string[]): Promise<{ elements: readonly PageElement[]; status: number | null }> {
    const path = join(directory, 'run.html');
    const { status, stdout } = await runProgram(['-q', '--no-config', '--report', path, ...args]);
    assert.equal(stdout, '');
    const { elements, errors } = (await createPageReader())(readFileSync(path, 'utf8'));
    assert.deepEqual(errors, []);
    return { elements, status };
  }

  const textsOf = (elements: readonly PageElement[], name: string): string[] =>
    elements.filter((element) => element.name === name).map(({ text }) => text.replaceAll(/\s+/g, ' ').trim());

  test('shows what was run, how it ended, and the demand of each worker over time', async () => {
    const { elements, status } = await pageOf(['-w', '2', '--threads', '1', '--', 'sh', '-c', `${BUSY}; # <b>"&`]);
    assert.equal(status, 0);
    assert.deepEqual(textsOf(elements, 'h1'), ['Within the limit']);
    assert.ok(textsOf(elements, 'pre')[0]?.endsWith(`# <b>"&'`));
    const drawings = elements.filter(({ name }) => name === 'svg').map(({ attributes }) => attributes['aria-label']);
    assert.equal(drawings.length, 2);
    for (const label of drawings) assert.match(label ?? '', /^Demand of worker [01] over time: mean .*, limit 1 CPU$/);
    assert.ok(elements.filter(({ attributes }) => attributes['class'] === 'area').length >= 2);
    const rows = textsOf(elements, 'tr');
    assert.ok(
      rows.some((row) => /^OMP_NUM_THREADS 1 preset .*libgomp/.test(row)),
      rows.join('\n'),
    );
    assert.ok(rows.some((row) => row.includes('(decides)')));
    assert.ok(rows.some((row) => row.startsWith('workers 2 flag')));
  });

  test('a run too short to judge, with restarts and a failure', async () => {
    const { elements, status } = await pageOf([
      '--restart',
      'on-failure',
      '--max-restarts',
      '1',
      '--pool',
      'app',
      '--',
      'sh',
      '-c',
      'exit 3',
    ]);
    assert.equal(status, 3);
    assert.deepEqual(textsOf(elements, 'h1'), ['Not judged']);
    const rows = textsOf(elements, 'tr');
    assert.ok(
      rows.some((row) => row.startsWith('0 1 of 2 status 3 ')),
      rows.join('\n'),
    );
    assert.ok(rows.some((row) => row.startsWith('0 2 of 2 status 3 ')));
  });
});
