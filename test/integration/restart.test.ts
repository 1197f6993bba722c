/** --restart: who is started again, how often, with which limits, and what the report says. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import type { RunReport } from '../../src/report/run-report.ts';
import { createMark, living, processesMarked } from '../support/processes.ts';
import { runProgram, startProgram } from '../support/run-program.ts';
import { waitUntil } from '../support/wait-until.ts';

const directory = mkdtempSync(join(tmpdir(), 'oneprocpool-restart-'));
after(() => {
  rmSync(directory, { recursive: true });
});

let count = 0;

/** Name of a file that is not there yet. */
function newFile(): string {
  count += 1;
  return join(directory, String(count));
}

function linesOf(file: string): string[] {
  return existsSync(file) ? readFileSync(file, 'utf8').trim().split('\n') : [];
}

/** The kernel tells CPU time in ticks: that is how far two figures may differ. */
const TICK_SECONDS = 0.01;

/** User and system time of a line of `times`: `0m0.50s 0m0.25s`. The first is of the shell, the second of its children. */
function secondsOf(line: string): number {
  const numbers = [...line.matchAll(/(\d+)m([\d.]+)s/g)].map(
    ([, minutes, seconds]) => 60 * Number(minutes) + Number(seconds),
  );
  return numbers.reduce((a, b) => a + b, 0);
}

/** A command that fails the first `times` times and then does `last`. */
function failing(times: number, last = 'exit 0'): string {
  return `f=${newFile()}; echo x >>$f; [ "$(wc -l <$f)" -gt ${times} ] || exit 3; ${last}`;
}

describe('--restart', { concurrency: 3 }, () => {
  test('a worker that fails is started again until it succeeds, and that is said', async () => {
    const result = await runProgram(['--restart', 'on-failure', '--', 'sh', '-c', failing(2, 'echo fine')]);
    assert.deepEqual([result.status, result.stdout], [0, 'fine\n']);
    assert.match(result.stderr, /^(oneprocpool: worker 0 exited with status 3; restarting in \d\.\d s\n){2}$/);
  });

  test('by default nothing is started again, nor what succeeds with on-failure', async () => {
    for (const [option, script, status] of [
      ['never', 'exit 3', 3],
      ['on-failure', 'exit 0', 0],
    ] as const) {
      const file = newFile();
      const args = ['--restart', option, '--', 'sh', '-c', `echo x >>${file}; ${script}`];
      assert.equal((await runProgram(args)).status, status);
      assert.equal(linesOf(file).length, 1);
    }
  });

  test('a worker that succeeds is started again with always, up to the limit', async () => {
    const args = ['--restart', 'always', '--max-restarts', '1', '--', 'echo', 'x'];
    const result = await runProgram(args);
    assert.deepEqual([result.status, result.stdout], [0, 'x\nx\n']);
    assert.match(result.stderr, /is not started again: 1\s+restart\s+within/);
  });

  test('a worker that fails too often is the failure: it stops the others, and the report counts', async () => {
    const report = newFile() + '.json';
    const script = '[ "$ONEPROCPOOL_WORKER_INDEX" = 1 ] && exit 7; exec sleep 60';
    const options = ['--restart', 'on-failure', '--max-restarts', '1', '--report', report, '-w', '2'];
    const result = await runProgram([...options, '--', 'sh', '-c', script]);
    assert.equal(result.status, 7);
    const { workers, findings } = JSON.parse(readFileSync(report, 'utf8')) as RunReport;
    assert.deepEqual(
      workers.map(({ restarts, exit }) => [restarts, exit.kind]),
      [
        [0, 'signaled'],
        [1, 'exited'],
      ],
    );
    const attempts = workers[1]?.attempts ?? [];
    assert.equal(new Set(attempts.map(({ pid }) => pid)).size, 2);
    assert.deepEqual(
      attempts.map(({ exit }) => exit.kind === 'exited' && exit.status),
      [7, 7],
    );
    assert.equal(workers[1]?.pid, attempts[1]?.pid);
    assert.ok(findings.some(({ code }) => code === 'RESTARTS_EXHAUSTED'));
  });

  test('with --no-fail-fast the others go on, and the first failure decides the status', async () => {
    const script = `[ "$ONEPROCPOOL_WORKER_INDEX" = 1 ] && exit 7; ${failing(1, 'echo fine')}`;
    const options = ['--restart', 'on-failure', '--max-restarts', '1', '--no-fail-fast', '-w', '2'];
    const result = await runProgram([...options, '--', 'sh', '-c', script]);
    assert.deepEqual([result.status, result.stdout], [7, 'fine\n']);
  });

  test('a command that is not there is not tried again', async () => {
    const startedMs = performance.now();
    assert.equal((await runProgram(['--restart', 'always', '--', 'no-such-command'])).status, 127);
    assert.ok(performance.now() - startedMs < 10_000);
  });

  test('nothing is started again while the run is stopped', async () => {
    const file = newFile();
    const script = `echo x >>${file}; trap 'exit 5' TERM; while :; do sleep 0.05; done`;
    const program = startProgram(['--restart', 'always', '--', 'sh', '-c', script]);
    await waitUntil(() => {
      assert.equal(linesOf(file).length, 1);
    });
    program.signal('SIGTERM');
    assert.deepEqual([(await program.result).status, linesOf(file).length], [5, 1]);
  });

  test('a stop during the wait ends the run at once, with the last status', async () => {
    const file = newFile();
    // After the fifth failure the wait is 4 to 8 seconds.
    const options = ['--restart', 'on-failure', '--max-restarts', 'unlimited'];
    const program = startProgram([...options, '--', 'sh', '-c', `echo "$$" >>${file}; exit 9`]);
    let beforeMs = performance.now();
    await waitUntil(() => {
      const { length } = linesOf(file);
      if (length < 5) beforeMs = performance.now();
      assert.equal(length, 5);
    }, 30_000);
    await waitUntil(() => {
      assert.deepEqual(living(linesOf(file).map(Number)), []);
    });
    program.signal('SIGTERM');
    const { status, stderr } = await program.result;
    const endedMs = performance.now();
    assert.deepEqual([status, linesOf(file).length], [9, 5]);
    const announced = Number([...stderr.matchAll(/restarting\s+in\s+(\d+\.\d)\s+s$/gm)].at(4)?.[1]);
    // The figure is rounded.
    assert.ok(endedMs - beforeMs < announced * 1000 - 100, `it waited for the restart: ${endedMs - beforeMs} ms`);
  });

  test('what a worker left behind is ended before it is started again; other workers keep theirs', async () => {
    const mark = createMark();
    const [pids, keeper] = [newFile(), newFile()];
    const script = `
      if [ "$ONEPROCPOOL_WORKER_INDEX" = 1 ]; then sleep 60 & echo $! >${keeper}; wait; fi
      while ! [ -s ${keeper} ]; do sleep 0.01; done
      if [ -s ${pids} ]; then
        case $(cut -d ' ' -f 3 "/proc/$(cat ${pids})/stat" 2>/dev/null) in '' | Z) echo gone ;; *) echo alive ;; esac
        kill -0 "$(cat ${keeper})" && echo kept
        exit 4
      fi
      (setsid sleep 60 & echo $! >${pids})
      exit 3`;
    const options = ['--restart', 'on-failure', '--max-restarts', '1', '-w', '2'];
    const result = await runProgram([...options, '--', 'sh', '-c', script], { env: mark.env });
    assert.deepEqual([result.status, result.stdout, processesMarked(mark.value)], [4, 'gone\nkept\n', []]);
  });

  test('each start reads the limits again', async (t) => {
    if (availableParallelism() < 2 || spawnSync('taskset', ['-V']).status !== 0) {
      t.skip('needs two CPUs and taskset');
      return;
    }
    const report = newFile() + '.json';
    // The first attempt takes CPUs away from the launcher: the second one gets what is left.
    const shrink = 'taskset -p -c "$(taskset -pc $$ | sed "s/.*: //; s/[,-].*//")" $PPID >/dev/null';
    const script = `echo "$OMP_NUM_THREADS $ONEPROCPOOL_THREADS"; [ "$OMP_NUM_THREADS" = 1 ] || { ${shrink}; exit 3; }`;
    const args = [
      '--restart',
      'on-failure',
      '--report',
      report,
      '--pool',
      'libraries',
      '--cpus',
      '2',
      '--',
      'sh',
      '-c',
      script,
    ];
    const result = await runProgram(args, { env: { OMP_NUM_THREADS: undefined, ONEPROCPOOL_THREADS: undefined } });
    assert.deepEqual([result.status, result.stdout], [0, '2 2\n1 1\n']);
    assert.match(result.stderr, /budget changed from 2 to 1 CPUs/);
    const { findings } = JSON.parse(readFileSync(report, 'utf8')) as RunReport;
    assert.ok(findings.some(({ code, severity }) => code === 'BUDGET_CHANGED' && severity === 'warning'));
  });

  test('the times of all attempts are added up, and all of them are measured', async () => {
    const [report, times] = [newFile() + '.json', newFile()];
    // A fixed amount of work: on a busy machine it takes longer, and the same CPU time, which the kernel tells the worker.
    const burn = `i=0; while [ $i -lt 300000 ]; do i=$((i+1)); done; times >>${times}`;
    const args = ['--restart', 'on-failure', '--report', report, '--', 'sh', '-c', `${burn}; ${failing(1)}`];
    assert.equal((await runProgram(args)).status, 0);
    const cpu = linesOf(times)
      .filter((_, at) => at % 2 === 0)
      .map(secondsOf);
    const [worker] = (JSON.parse(readFileSync(report, 'utf8')) as RunReport).workers;
    const walls = worker?.attempts.map(({ wallSeconds }) => wallSeconds) ?? [];
    assert.equal(walls.length, 2);
    assert.ok(
      cpu.length === 2 && cpu.every((seconds, at) => seconds > 0.05 && (walls[at] ?? 0) >= seconds - TICK_SECONDS),
    );
    const sum = walls.reduce((a, b) => a + b, 0);
    assert.ok(Math.abs((worker?.wallSeconds ?? 0) - sum) < 0.01, `${worker?.wallSeconds} and ${sum}`);
    const cpuSum = cpu.reduce((a, b) => a + b, 0);
    assert.ok((worker?.cpuSeconds ?? 0) >= cpuSum - 2 * TICK_SECONDS, `${worker?.cpuSeconds} of ${cpu.join(' and ')}`);
  });

  test('output of both attempts goes to the same file, and a cut line is no part of the next one', async () => {
    const path = newFile();
    const script = `printf "start "; ${failing(1, 'echo done')}`;
    const plain = await runProgram(['--restart', 'on-failure', '--output-dir', path, '--', 'sh', '-c', script]);
    assert.equal(plain.status, 0);
    assert.equal(readFileSync(join(path, 'worker-0.stdout.log'), 'utf8'), 'start start done\n');
    const other = `printf "start "; ${failing(1, 'echo done')}`;
    const prefixed = await runProgram(['-q', '--restart', 'on-failure', '--prefix', '--', 'sh', '-c', other]);
    assert.deepEqual([prefixed.stdout, prefixed.stderr], ['[0] start \n[0] start done\n', '']);
  });
});
