/** A line break in the value of an option stays in the comment, or in the value: nothing of it is run. */
import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { parseAllDocuments } from 'yaml';
import { runProgram } from '../support/run-program.ts';

/** What one reader or another takes for the end of a line, and what a terminal takes for an instruction. */
const BREAKS = ['\n', '\r', '\r\n', '\v', '\f', '\u0085', '\u2028', '\u2029', '\u001B[2K', '\u007F', '\u009B1A'];
const ANY_BREAK = /\r\n|[\n\r\v\f\u0085\u2028\u2029]/;
const UNPRINTABLE = /[\u0000-\u0009\u000B-\u001F\u007F-\u009F\u2028\u2029]/; // eslint-disable-line no-control-regex

let directory: string;
before(() => (directory = mkdtempSync(join(tmpdir(), 'oneprocpool-breaks-'))));
after(() => rmSync(directory, { recursive: true }));

async function exported(...args: string[]): Promise<string> {
  const { status, stdout, stderr } = await runProgram(['export', ...args], { cwd: directory });
  assert.deepEqual({ status, stderr }, { status: 0, stderr: '' }, JSON.stringify(args));
  return stdout;
}

/** A value that would make a file, run a Dockerfile instruction and open a section, each on a line of its own. */
const hostile = (lineBreak: string) =>
  ['a', 'touch PWNED', 'RUN evil', '[Service]', 'ExecStart=/evil', 'evil: 1', ''].join(lineBreak);

async function runsNothing(script: string, words: readonly string[]): Promise<string> {
  const path = join(directory, 'script.sh');
  writeFileSync(path, script);
  const marker = join(directory, 'PWNED');
  const { stdout } = await runProgram([path, ...words], {
    file: '/bin/sh',
    cwd: directory,
    env: { PATH: `${directory}:${process.env['PATH']}`, SLURM_CPUS_PER_TASK: '2' },
  });
  assert.ok(!existsSync(marker), 'the value was run');
  return stdout;
}

describe('a line break in a value', () => {
  before(() => {
    writeFileSync(join(directory, 'srun'), '#!/bin/sh\nprintf %s "$NOTE"\n', { mode: 0o755 });
  });

  for (const lineBreak of BREAKS) {
    const value = hostile(lineBreak);
    const name = JSON.stringify(lineBreak);

    test(`${name} is not run by the sh file and the Slurm job, and reaches the command`, async () => {
      const entry = await exported('sh', '--cpus', '2', '--env', `NOTE=${value}`);
      assert.equal(await runsNothing(entry, ['srun']), value);
      const job = await exported('slurm', '--cpus', '2', '--env', `NOTE=${value}`);
      assert.equal(await runsNothing(job, []), value);
    });

    test(`${name} adds no line to any comment`, async () => {
      for (const words of [
        ['sh', '-o', `out${lineBreak}touch PWNED`],
        ['docker', '--env', `NOTE=${value}`],
        ['docker', '--form', 'sh', '--env', `NOTE=${value}`],
        ['k8s', '--env', `NOTE=${value}`],
        ['slurm', '--cpus', '2', '--env', `NOTE=${value}`],
      ]) {
        const printed = await exported(...words);
        // Where the file goes is part of the command line that the comment shows.
        const text = words[1] === '-o' ? readFileSync(join(directory, words[2]!), 'utf8') : printed;
        const comments = text.split(ANY_BREAK).filter((line) => line.startsWith('#'));
        assert.ok(comments.some((line) => line.includes('Made by oneprocpool')));
        for (const line of comments) assert.doesNotMatch(line, UNPRINTABLE);
      }
    });

    test(`${name} begins no instruction in a Dockerfile`, async () => {
      for (const form of ['binary', 'sh']) {
        const text = await exported('docker', '--form', form, '--env', `NOTE=${value}`);
        for (const line of text.split(/\r?\n|\r/)) assert.match(line, /^(?:$|#|COPY |ENTRYPOINT \[|CMD \[)/);
      }
      const { status, stderr } = await runProgram(['export', 'docker', '--image', `x:1${lineBreak}RUN evil`]);
      assert.equal(status, 125);
      assert.match(stderr, /invalid value \$?'.*' for --image/);
    });

    test(`${name} stays in the one value of the manifest`, async () => {
      const [document] = parseAllDocuments(await exported('k8s', '--env', `NOTE=${value}`));
      const pod = (document!.toJS() as { spec: { template: { spec: { containers: { command: string[] }[] } } } }).spec
        .template.spec;
      assert.deepEqual(pod.containers[0]!.command, ['oneprocpool', '--env', `NOTE=${value}`, '--', 'python', 'app.py']);
    });

    test(`${name} opens nothing in a drop-in`, async () => {
      const args = ['export', 'systemd', '--cpus', '2', '--env', `NOTE=${value}`];
      const { status, stdout, stderr } = await runProgram(args);
      if (status !== 0) return assert.match(stderr, /systemd/);
      const lines = stdout.split(ANY_BREAK);
      assert.equal(lines.filter((line) => line.startsWith('[')).length, 1);
      assert.ok(!lines.some((line) => line.startsWith('ExecStart')));
      return undefined;
    });
  }
});

test('the command line in the comment makes the same file again', async () => {
  const value = `it's \\ a\n\tb\u0085\u2028 "c" $HOME \u001B[0m1`;
  const made = await exported('sh', '--env', `NOTE=${value}`);
  const line = /^# Made by oneprocpool \S+: oneprocpool (.*)$/m.exec(made)?.[1] ?? '';
  const { stdout } = await runProgram(['-c', `printf '%s' ${line}`], { file: '/bin/bash' });
  assert.equal(stdout, `exportsh--envNOTE=${value}`);
});

test('two at signs in a value are two at signs', async () => {
  const entry = await exported('sh', '--env', 'NOTE=a@@b');
  assert.equal(await runsNothing(entry, ['srun']), 'a@@b');
});
