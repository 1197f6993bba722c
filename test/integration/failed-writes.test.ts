/** Nobody reads what oneprocpool writes, or there is no room for it: the run goes on, and its status is kept. */
import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, test } from 'node:test';
import { PROGRAM } from '../support/project.ts';
import { runProgram, type ProgramResult } from '../support/run-program.ts';

/** Descriptor 4 is a pipe without a reader. */
const WITHOUT_READER = 'mkfifo pipe; exec 3<>pipe 4>pipe 3<&-; rm pipe';
/** Worker 0 fails; worker 1 ends by itself a little after. It writes no file: there may be a limit of their size. */
const PAIR = `
  [ $ONEPROCPOOL_WORKER_INDEX = 0 ] && { mkdir pid-$$; exit 3; }
  until [ -e pid-* ]; do sleep .01; done
  while kill -0 $(echo pid-* | cut -c 5-) 2>/dev/null; do sleep .01; done
  sleep .1; mkdir done`;

describe('a write that fails', () => {
  let cwd = '';
  const inBash = (script: string): Promise<ProgramResult> =>
    runProgram(['-c', script, PROGRAM, PAIR], { file: 'bash', cwd });
  beforeEach(() => {
    cwd = mkdtempSync(join(tmpdir(), 'oneprocpool-'));
  });
  afterEach(() => {
    rmSync(cwd, { recursive: true });
  });

  test('nobody reads stderr: the other worker goes on, and the report is written', async () => {
    const run = '"$0" -w 2 --no-fail-fast --report report.json -- sh -c "$1" 2>&4 4>&-';
    const { status } = await inBash(`${WITHOUT_READER}; ${run}`);
    assert.equal(status, 3);
    assert.ok(existsSync(join(cwd, 'done')) && existsSync(join(cwd, 'report.json')));
  });

  test('nobody reads the lines of --prefix: the status is that of the worker', async () => {
    const run = `"$0" --prefix -- sh -c 'echo x; exit 3' >&4 4>&-`;
    assert.equal((await inBash(`${WITHOUT_READER}; ${run}`)).status, 3);
  });

  for (const form of ['', '--prefix', '--prefix --output-dir logs'])
    test(`the limit of file size leaves no room for a message: ${form}`, async () => {
      const { status } = await inBash(`ulimit -f 0; "$0" -w 2 --no-fail-fast ${form} -- sh -c "$1" 2>messages`);
      assert.equal(status, 3);
      assert.ok(existsSync(join(cwd, 'done')));
    });

  test('the limit of file size leaves no room for the lines of --prefix', async () => {
    const { status, stderr } = await inBash(`ulimit -f 0; "$0" --prefix -- echo x >lines`);
    assert.equal(status, 125);
    assert.match(stderr, /cannot write the output of the workers: /);
  });

  for (const name of ['PIPE', 'XFSZ'])
    test(`SIG${name} to oneprocpool itself ends nothing`, async () => {
      const script = `kill -${name} $PPID; "$0" -- sh -c 'exit 4'; exit $?`;
      assert.equal((await runProgram(['--', 'sh', '-c', script, PROGRAM])).status, 4);
    });
});
