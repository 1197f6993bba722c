/** A FIFO where a report or a log is written: never waited for when nobody reads it, used when somebody does. */
import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { missingProgram } from '../support/missing-program.ts';
import { runProgram, type ProgramResult } from '../support/run-program.ts';

let directory = '';
before(() => {
  directory = mkdtempSync(join(tmpdir(), 'oneprocpool-'));
});
after(() => {
  rmSync(directory, { recursive: true });
});

function makeFifo(...parts: string[]): string {
  const path = join(directory, ...parts);
  mkdirSync(join(path, '..'), { recursive: true });
  assert.equal(spawnSync('mkfifo', [path]).status, 0);
  return path;
}

/** Reads until the end; its open waits for the first writer. */
function read(path: string): Promise<string> {
  const cat = spawn('cat', [path], { stdio: ['ignore', 'pipe', 'inherit'] });
  let text = '';
  cat.stdout.on('data', (chunk: Buffer) => (text += chunk.toString()));
  return new Promise((resolve) => cat.once('close', () => resolve(text)));
}

function assertRefused({ status, stdout, stderr }: ProgramResult): void {
  assert.deepEqual([status, stdout], [125, '']);
  assert.match(stderr, /^oneprocpool: cannot write .*: nothing reads from it\n\nhint: start its reader first/);
}

describe('a FIFO', { skip: missingProgram('mkfifo') }, () => {
  test('that nobody reads is refused before the command starts', async () => {
    const report = makeFifo('nobody.json');
    const marker = join(directory, 'started');
    assertRefused(await runProgram(['--report', report, '--', 'touch', marker]));
    makeFifo('logs', 'worker-0.stdout.log');
    for (const form of [[], ['--prefix']]) {
      const words = [...form, '--output-dir', join(directory, 'logs'), '--', 'touch', marker];
      assertRefused(await runProgram(words));
    }
    assert.equal(existsSync(marker), false);
    for (const command of [['env'], ['export', 'sh']])
      assertRefused(await runProgram([...command, '--output', makeFifo(`${command[0]}.txt`)]));
  });

  test('as report gives its reader the whole report', async () => {
    const report = makeFifo('read.json');
    const text = read(report);
    // The reader opens it at any moment: as long as it has not, the start is refused.
    let result: ProgramResult;
    do result = await runProgram(['--report', report, '--', 'sh', '-c', 'exit 3']);
    while (result.status === 125);
    assert.deepEqual([result.status, result.stderr], [3, '']);
    assert.equal((JSON.parse(await text) as { exitStatus: number }).exitStatus, 3);
  });

  for (const form of [[], ['--prefix']]) {
    test(`as log gives its reader what all attempts of a worker write ${form.join(' ')}`, async () => {
      const name = `read-logs${form.length}`;
      const text = read(makeFifo(name, 'worker-0.stdout.log'));
      const script = 'printf "%070000d\\n" 0; exit 3';
      const options = ['-q', '--restart', 'on-failure', '--max-restarts', '1', '--output-dir', join(directory, name)];
      let result: ProgramResult;
      do result = await runProgram([...form, ...options, '--', 'sh', '-c', script]);
      while (result.status === 125);
      assert.equal(result.status, 3);
      assert.equal((await text).length, 2 * 70_001);
    });
  }
});
