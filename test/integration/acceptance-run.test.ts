/** What a run promises: the variables of each worker, the proof in words and status, the report, and our own defects. */
import assert from 'node:assert/strict';
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import type { RunReport } from '../../src/report/run-report.ts';
import { compileProgram, missingCompiler } from '../support/c-programs.ts';
import { findNumpyPython } from '../support/numpy-python.ts';
import { createMark, processesMarked } from '../support/processes.ts';
import { notOfTheExecutable, PROGRAM } from '../support/project.ts';
import { createQuotaCgroup } from '../support/quota-cgroup.ts';
import { runProgram, startProgram } from '../support/run-program.ts';
import { waitUntil } from '../support/wait-until.ts';

const NO_INHERITANCE = { OMP_NUM_THREADS: undefined, MKL_NUM_THREADS: undefined, OPENBLAS_NUM_THREADS: undefined };
const SHOW =
  'echo "$ONEPROCPOOL_WORKER_INDEX/$ONEPROCPOOL_WORKER_COUNT $ONEPROCPOOL_THREADS $ONEPROCPOOL_CPUS $OMP_NUM_THREADS"';
const lines = (text: string): string[] => text.trim().split('\n').sort();

describe('run', { concurrency: 3 }, () => {
  let directory = '';
  before(() => {
    directory = mkdtempSync(join(tmpdir(), 'oneprocpool-'));
  });
  after(() => {
    rmSync(directory, { recursive: true });
  });

  test('each worker is told which one it is and what it may use', async () => {
    const found = await runProgram(['--cpus', '1', '-w', '2', '-q', '--', 'sh', '-c', SHOW], { env: NO_INHERITANCE });
    assert.deepEqual([found.status, lines(found.stdout)], [0, ['0/2 1 1 1', '1/2 1 1 1']]);
  });

  test('silent on success', async () => {
    const found = await runProgram(['--cpus', '1', '--', 'sh', '-c', 'exit 0'], { env: NO_INHERITANCE });
    assert.deepEqual([found.status, found.stdout, found.stderr], [0, '', '']);
  });

  test('--template puts the numbers into the arguments, and only then', async () => {
    const words = ['--', 'echo', '{index}-{count}-{threads}', '{other}'];
    const options = ['--cpus', '1', '-w', '2', '-q'];
    assert.deepEqual(lines((await runProgram([...options, '--template', ...words])).stdout), [
      '0-2-1 {other}',
      '1-2-1 {other}',
    ]);
    assert.equal((await runProgram(['--cpus', '1', ...words])).stdout, '{index}-{count}-{threads} {other}\n');
  });

  test('--env sets any variable, from flags and from ONEPROCPOOL_ENV', async () => {
    const show = ['--', 'sh', '-c', 'echo "$A|$B"'];
    assert.equal((await runProgram(['--env', 'A=x y', '--env', 'B=', ...show])).stdout, 'x y|\n');
    assert.equal((await runProgram(show, { env: { ONEPROCPOOL_ENV: 'A=1\nB=2 3' } })).stdout, '1|2 3\n');
  });

  const inherited: readonly [how: string, values: string, finding: RegExp | undefined][] = [
    ['cap', '1 1', /`OMP_NUM_THREADS=8` in the environment is lowered to 1/],
    ['keep', '8 1', /`OMP_NUM_THREADS=8` is kept although a worker has 1 for it/],
    ['replace', '1 1', undefined],
  ];
  for (const [how, values, finding] of inherited) {
    test(`--inherit ${how}`, async () => {
      const env = { ...NO_INHERITANCE, OMP_NUM_THREADS: '8', MKL_NUM_THREADS: '1' };
      const words = ['--cpus', '1', '--inherit', how, '--', 'sh', '-c', 'echo "$OMP_NUM_THREADS $MKL_NUM_THREADS"'];
      const found = await runProgram(words, { env });
      assert.equal(found.stdout, `${values}\n`);
      if (finding === undefined) assert.doesNotMatch(found.stderr, /is lowered|is kept/);
      else assert.match(found.stderr, finding);
    });
  }

  test('a program with the name of a subcommand runs behind --', async () => {
    const path = join(directory, 'plan');
    writeFileSync(path, '#!/bin/sh\necho "mine: $1"\n');
    chmodSync(path, 0o755);
    const env = { PATH: `${directory}:${process.env['PATH']}` };
    assert.equal((await runProgram(['--', 'plan', 'x'], { env })).stdout, 'mine: x\n');
    assert.equal((await runProgram(['run', 'plan', 'x'], { env })).stdout, 'mine: x\n');
    assert.match((await runProgram(['plan', '--', 'plan'], { env })).stdout, /^Limits\n/);
  });

  test('--verify fail ends with 125 and names a C program with 8 busy threads', async (t) => {
    const missing = missingCompiler();
    if (missing !== undefined) return t.skip(missing);
    const busy = compileProgram('threads');
    const words = ['--cpus', '1', '--verify', 'fail', '--', busy, '8', '3', 'busy'];
    const found = await runProgram(words);
    assert.deepEqual([found.status, found.stdout], [125, 'ready\n']);
    assert.match(
      found.stderr,
      /^oneprocpool: error: Process \d+ \(.*threads-\w+ 8 3 busy\) of worker 0 had [\d.]+ threads/,
    );
    assert.match(found.stderr, /its share is 1 thread.*\n +hint: no known library is in it/);
    // The same with --quiet: a status without a reason helps nobody.
    assert.match((await runProgram(['-q', ...words])).stderr, /8 3 busy/);
  });

  test("--verify fail leaves a command's own failure alone, warn and off leave success alone", async (t) => {
    const missing = missingCompiler();
    if (missing !== undefined) return t.skip(missing);
    const script = `${compileProgram('threads')} 8 3 busy >/dev/null; exit $0`;
    const run = (verify: string, status: string) =>
      runProgram(['--cpus', '1', '--verify', verify, '--', 'sh', '-c', script, status]);
    const [failing, warned, off] = await Promise.all([run('fail', '3'), run('warn', '0'), run('off', '0')]);
    assert.equal(failing.status, 3);
    assert.deepEqual([warned.status, /warning: Process \d+/.test(warned.stderr)], [0, true]);
    assert.deepEqual([off.status, off.stderr], [0, '']);
  });

  test('a command that unsets the variables is reported with what to do', async (t) => {
    const python = findNumpyPython();
    if (python === undefined) return t.skip('no python3 with numpy');
    const job = 'import numpy, time\na = numpy.ones((500, 500)); end = time.time() + 4\nwhile time.time() < end: a @ a';
    const names = ['OPENBLAS_NUM_THREADS', 'OMP_NUM_THREADS', 'GOTO_NUM_THREADS'].flatMap((name) => ['-u', name]);
    const found = await runProgram(['--cpus', '1', '--', 'env', ...names, python, '-c', job], { env: NO_INHERITANCE });
    assert.equal(found.status, 0);
    assert.match(found.stderr, /started without .*OPENBLAS_NUM_THREADS.*, which the worker was given/);
    assert.match(found.stderr, /hint: .*(env -i|sudo)/);
  });

  test('the report holds what the contract promises, throttling at the level of the quota included', async (t) => {
    const missing = missingCompiler();
    if (missing !== undefined) return t.skip(missing);
    const cgroup = createQuotaCgroup(1);
    if (typeof cgroup === 'string') return t.skip(cgroup);
    const file = join(directory, 'run.json');
    try {
      const busy = compileProgram('threads');
      const script = `${busy} 3 3 busy >/dev/null; exit $ONEPROCPOOL_WORKER_INDEX`;
      const words = ['--no-fail-fast', '-w', '2', '-q', '--report', file, '--', 'sh', '-c', script];
      const [launch, args] = cgroup.wrap([PROGRAM, ...words]);
      assert.equal((await runProgram(args, { file: launch })).status, 1);
    } finally {
      await cgroup.remove();
    }
    const report = JSON.parse(readFileSync(file, 'utf8')) as RunReport;
    assert.deepEqual([report.schemaVersion, report.exitStatus, report.verdict.outcome], [1, 1, 'exceeded']);
    assert.equal(report.plan.limits.quotaCpus, 1);
    assert.deepEqual(
      report.workers.map(({ index, threads, exit }) => ({ index, threads, exit })),
      [0, 1].map((index) => ({ index, threads: 1, exit: { kind: 'exited', status: index } })),
    );
    for (const worker of report.workers) {
      assert.ok(worker.wallSeconds >= 2.9 && worker.cpuSeconds > 0, JSON.stringify(worker));
      assert.ok(worker.peakRssBytes > 100_000 && worker.peakThreadCount >= 4, JSON.stringify(worker));
      assert.ok((worker.peakDemandCpus ?? 0) > 2 && (worker.meanDemandCpus ?? 0) > 1.5, JSON.stringify(worker));
      assert.ok(worker.processes.some(({ command, pools }) => command.includes('3 3 busy') && pools.length === 0));
    }
    const { throttling } = report;
    assert.ok(throttling !== null);
    assert.ok(throttling.source.startsWith(cgroup.directory), JSON.stringify(throttling));
    // How often the kernel held them back depends on what else the machine does.
    assert.ok(throttling.periods > 5, JSON.stringify(throttling));
    assert.ok(throttling.throttledPeriods >= 0 && throttling.throttledSeconds >= 0, JSON.stringify(throttling));
    assert.ok(report.findings.some(({ code }) => code === 'DEMAND_EXCEEDED'));
  });

  test('a report that cannot be written in the end is said, and a failure of the command stays its own', async () => {
    const path = join(directory, 'full.json');
    await runProgram(['-s', '/dev/full', path], { file: 'ln' });
    const good = await runProgram(['--report', path, '--', 'true']);
    const bad = await runProgram(['--report', path, '--', 'sh', '-c', 'exit 3']);
    assert.deepEqual([good.status, bad.status], [125, 3]);
    for (const { stderr } of [good, bad])
      assert.match(stderr, /cannot write .*full\.json: no space left on the device/);
  });

  /** A node that runs `code` before the program: a defect as no test can make it otherwise. */
  function brokenNode(name: string, code: string): { ONEPROCPOOL_NODE: string } {
    const path = join(directory, name);
    writeFileSync(`${path}.cjs`, code);
    writeFileSync(path, `#!/bin/sh\nexec '${process.execPath}' -r '${path}.cjs' "$@"\n`);
    chmodSync(path, 0o755);
    return { ONEPROCPOOL_NODE: path };
  }

  // Only into Node a defect can be brought from outside.
  test(
    'a defect of the sampler costs the measurement; the workers go on and keep their status',
    { skip: notOfTheExecutable },
    async (t) => {
      const missing = missingCompiler();
      if (missing !== undefined) return t.skip(missing);
      const env = brokenNode(
        'node-that-cannot-measure',
        `const fs = require('node:fs'); const { openSync, closeSync } = fs; let last = '';
       fs.openSync = (path, ...rest) => { last = String(path); return openSync(path, ...rest); };
       fs.closeSync = (fd) => { closeSync(fd); if (/^\\/proc\\/\\d+\\/.*schedstat$/.test(last)) throw new TypeError('made up'); };`,
      );
      const script = `${compileProgram('threads')} 1 2.5 busy >/dev/null; exit 7`;
      const report = join(directory, 'broken.json');
      const found = await runProgram(['-w', '2', '--report', report, '--', 'sh', '-c', script], { env });
      assert.equal(found.status, 7);
      assert.match(
        found.stderr,
        /not measured to the end because of a defect .*made up.*; the workers went on\n +hint: /,
      );
      const { verdict } = JSON.parse(readFileSync(report, 'utf8')) as RunReport;
      assert.deepEqual([verdict.outcome, verdict.findings.map(({ code }) => code)], ['unknown', ['MEASURING_STOPPED']]);
    },
  );

  test(
    'a defect that nobody catches ends the run with 125 and leaves no worker behind',
    { skip: notOfTheExecutable },
    async () => {
      const trigger = join(directory, 'trigger');
      const env = brokenNode(
        'node-that-fails',
        `const { existsSync } = require('node:fs');
       const timer = setInterval(() => { if (existsSync('${trigger}')) { clearInterval(timer); throw new Error('made up'); } }, 20).unref();`,
      );
      const mark = createMark();
      const script = `trap '' TERM; setsid sleep 60 & echo ready; sleep 60; sleep 60`;
      const program = startProgram(['-w', '2', '-q', '--', 'sh', '-c', script], { env: { ...env, ...mark.env } });
      await waitUntil(() => {
        assert.equal(lines(program.stdout()).length, 2);
      });
      writeFileSync(trigger, '');
      const { status, stderr } = await program.result;
      assert.equal(status, 125);
      assert.match(stderr, /Unexpected: Error: made up[^]*\n\nhint: this is a defect of oneprocpool/);
      assert.deepEqual(processesMarked(mark.value), []);
    },
  );
});
