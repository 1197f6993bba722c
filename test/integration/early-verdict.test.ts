/** An excess is said while the workers run, once; `--verify stop` ends the run then. */
import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import type { RunReport } from '../../src/report/run-report.ts';
import { compileProgram, missingCompiler } from '../support/c-programs.ts';
import { PROGRAM } from '../support/project.ts';
import { runProgram, startProgram } from '../support/run-program.ts';
import { waitUntil } from '../support/wait-until.ts';

const ONE_CPU = ['--cpus', '1'];
const BLOCK = /worker 0 kept [\d.]+ threads busy; its share is 1/g;
/** Far longer than it takes to say it, and never waited for. */
const LONG = ['3', '200', 'busy'];

describe('an excess', { concurrency: 2 }, () => {
  test('of a server is said while it runs, once, and the end adds one line with the total', async (t) => {
    const missing = missingCompiler();
    if (missing !== undefined) return t.skip(missing);
    const program = startProgram([...ONE_CPU, '--', compileProgram('threads'), ...LONG]);
    await waitUntil(() => assert.match(program.stderr(), BLOCK), 60_000);
    program.signal('SIGTERM');
    const { stderr } = await program.result;
    assert.equal(stderr.match(BLOCK)?.length, 1, stderr);
    assert.ok(stderr.split('in total')[0]!.trimEnd().split('\n').length <= 6, stderr);
    assert.match(stderr, /\noneprocpool: in total [\d.]+ threads busy at most, [\d.]+ on average; 1 CPU available\n$/);
  });

  test('ends the run under --verify stop, as a stop by oneprocpool does, and stays in the verdict', async (t) => {
    const missing = missingCompiler();
    if (missing !== undefined) return t.skip(missing);
    const directory = mkdtempSync(join(tmpdir(), 'oneprocpool-'));
    try {
      const file = join(directory, 'run.json');
      const script = `trap 'echo saved; exit 3' TERM; ${compileProgram('threads')} ${LONG.join(' ')} >/dev/null & wait`;
      const options = [...ONE_CPU, '--verify', 'stop', '--report', file];
      const run = await runProgram([...options, '--', 'sh', '-c', script]);
      assert.deepEqual([run.status, run.stdout], [125, 'saved\n'], run.stderr);
      assert.match(run.stderr, /error: worker 0 kept/);
      assert.match(run.stderr, /stopping the workers \(--verify stop\)/);
      const { verdict, exitStatus } = JSON.parse(readFileSync(file, 'utf8')) as RunReport;
      assert.deepEqual([verdict.outcome, exitStatus], ['exceeded', 125]);
    } finally {
      rmSync(directory, { recursive: true });
    }
  });

  test('is not said with --quiet, unless it makes the run fail: then at the end', async (t) => {
    const missing = missingCompiler();
    if (missing !== undefined) return t.skip(missing);
    const words = ['--', compileProgram('threads'), '3', '3', 'busy'];
    const warned = await runProgram([...ONE_CPU, '-q', ...words]);
    assert.deepEqual([warned.status, warned.stderr], [0, '']);
    const failed = await runProgram([...ONE_CPU, '-q', '--verify', 'fail', ...words]);
    assert.deepEqual([failed.status, failed.stderr.match(BLOCK)?.length], [125, 1], failed.stderr);
  });

  test('never stands in the middle of a line that oneprocpool carries', async (t) => {
    const missing = missingCompiler();
    if (missing !== undefined) return t.skip(missing);
    // So much without a line end is not held back: the line is open when the excess is said.
    const worker = `head -c 70000 /dev/zero | tr '\\0' x; ${compileProgram('threads')} ${LONG.join(' ')} >/dev/null`;
    const words = [...ONE_CPU, '--prefix', '--verify', 'stop', '--', 'sh', '-c', worker];
    const { stdout } = await runProgram(['-c', 'exec "$@" 2>&1', 'sh', PROGRAM, ...words], { file: 'sh' });
    const own = stdout.split('\n').filter((line) => line.includes('oneprocpool: '));
    assert.ok(own.length >= 2, stdout);
    for (const line of own) assert.match(line, /^oneprocpool: /);
    assert.match(stdout, /^\[0\] x{60000}/m);
  });
});
