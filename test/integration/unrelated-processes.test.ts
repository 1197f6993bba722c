/**
 * Who is part of a run: what an older process starts with the mark of the run, or what a child from before the run
 * leaves behind, is not, and a worker is whatever its name.
 */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test, type TestContext } from 'node:test';
import type { RunReport } from '../../src/report/run-report.ts';
import { compileSource } from '../support/c-programs.ts';
import { missingProgram } from '../support/missing-program.ts';
import { living } from '../support/processes.ts';
import { PROGRAM } from '../support/project.ts';
import { runProgram, startProgram } from '../support/run-program.ts';
import { waitUntil } from '../support/wait-until.ts';

const directory = mkdtempSync(join(tmpdir(), 'oneprocpool-unrelated-'));
after(() => {
  rmSync(directory, { recursive: true });
});

let count = 0;

function newFile(): string {
  count += 1;
  return join(directory, String(count));
}

/** The PID that somebody writes into the file. */
function pidIn(file: string): Promise<number> {
  return waitUntil(() => {
    const text = readFileSync(file, 'utf8');
    assert.match(text, /^[0-9]+\n$/);
    return Number(text);
  });
}

/** Waits in sh until a file is there that is not empty. */
const until = (file: string): string => `until [ -s ${file} ]; do sleep 0.02; done`;

describe('a job that an older server starts with the environment of a worker', () => {
  /** Waits for an environment in a file, starts a job with it, and writes down its PID. */
  const SERVER = `
    const { readFileSync, renameSync, writeFileSync } = require('node:fs');
    const [request, answer, script] = process.argv.slice(1);
    const timer = setInterval(() => {
      let text;
      try { text = readFileSync(request, 'latin1'); } catch { return; }
      clearInterval(timer);
      const env = Object.fromEntries(text.split('\\0').filter(Boolean).map((entry) => entry.split(/=(.*)/s)));
      require('node:child_process').spawn('sh', ['-c', script], { env: { ...env, ANSWER: answer }, stdio: 'ignore' });
    }, 10);
    console.log('ready');`;
  const JOBS = {
    directly: 'echo $$ >$ANSWER.new; mv $ANSWER.new $ANSWER; exec sleep 60',
    'through a process that is newer than the run': 'sleep 60 & echo $! >$ANSWER.new; mv $ANSWER.new $ANSWER; wait',
  };

  /** Worker code that hands its environment over and waits until the job runs; the job's PID comes from `pid`. */
  async function startServer(t: TestContext, job: string): Promise<{ handOver: string; pid: () => Promise<number> }> {
    const [request, answer] = [newFile(), newFile()];
    const server = spawn(process.execPath, ['-e', SERVER, request, answer, job], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    t.after(async () => {
      server.kill('SIGKILL');
      if (existsSync(answer)) process.kill(await pidIn(answer), 'SIGKILL');
    });
    let said = '';
    server.stdout.on('data', (text) => (said += String(text)));
    await waitUntil(() => {
      assert.equal(said, 'ready\n');
    });
    const handOver = `cat /proc/self/environ >${request}.new; mv ${request}.new ${request}; ${until(answer)}`;
    return { handOver, pid: () => pidIn(answer) };
  }

  for (const [how, job] of Object.entries(JOBS)) {
    test(`${how}: lives on when the run ends, and what the worker left behind does not`, async (t) => {
      const { handOver, pid } = await startServer(t, job);
      const orphan = newFile();
      const script = `${handOver}; (setsid sleep 60 & echo $! >${orphan})`;
      const result = await runProgram(['--', 'sh', '-c', script]);
      assert.equal(result.status, 0, result.stderr);
      const [jobPid, orphanPid] = [await pid(), await pidIn(orphan)];
      assert.deepEqual(living([jobPid, orphanPid]), [jobPid]);
    });
  }

  test('lives on when the worker is started again', async (t) => {
    const { handOver, pid } = await startServer(t, JOBS.directly);
    const [first, alive] = [newFile(), newFile()];
    const script = `
      if [ -s ${first} ]; then kill -0 "$(cat ${first})" && echo alive >${alive}; exit 0; fi
      ${handOver}; (setsid sleep 60 & echo $! >${first}.orphan)
      cat "$ANSWER_FILE" >${first}; exit 3`;
    const file = /until \[ -s (\S+) \]/.exec(handOver)?.[1];
    const result = await runProgram(['--restart', 'on-failure', '--', 'sh', '-c', script], {
      env: { ANSWER_FILE: file },
    });
    assert.equal(result.status, 0, result.stderr);
    assert.equal(readFileSync(alive, 'utf8'), 'alive\n');
    const [jobPid, orphanPid] = [await pid(), await pidIn(`${first}.orphan`)];
    assert.deepEqual(living([jobPid, orphanPid]), [jobPid]);
  });

  test('lives on when the launcher is killed, and the worker and its orphan do not', async (t) => {
    const { handOver, pid } = await startServer(t, JOBS.directly);
    const orphan = newFile();
    const script = `${handOver}; (setsid sleep 60 & echo $! >${orphan}); echo $$; exec sleep 60`;
    const program = startProgram(['-q', '--stop-timeout', '300ms', '--', 'sh', '-c', script]);
    await waitUntil(() => {
      assert.match(program.stdout(), /^[0-9]+\n$/);
    });
    const [worker, jobPid, orphanPid] = [Number(program.stdout()), await pid(), await pidIn(orphan)];
    program.signal('SIGKILL');
    await waitUntil(() => {
      assert.deepEqual(living([worker, orphanPid]), []);
    });
    assert.deepEqual(living([jobPid]), [jobPid]);
  });
});

describe('a child that the shell had before it became the launcher', () => {
  for (const [what, start] of Object.entries({
    'a daemon': 'setsid sleep 60',
    'a daemon without environment': 'env -i setsid sleep 60',
  })) {
    test(`leaves ${what} behind, which lives on; what the worker leaves behind does not`, async (t) => {
      const [begun, unrelated, orphan] = [newFile(), newFile(), newFile()];
      const daemon = `${start} & echo $! >${unrelated}.new; mv ${unrelated}.new ${unrelated}`;
      const worker = `echo x >${begun}; ${until(unrelated)}; (setsid sleep 60 & echo $! >${orphan})`;
      // The second one lives as long as the run, as \`tee\` does.
      const shell = `(${until(begun)}; ${daemon}) >/dev/null 2>&1 & sleep 60 >/dev/null 2>&1 & echo $!
        exec "$0" --verify off -- sh -c '${worker}'`;
      const startedMs = performance.now();
      const result = await runProgram(['-c', shell, PROGRAM], { file: 'sh' });
      const [tee, daemonPid, orphanPid] = [Number(result.stdout), await pidIn(unrelated), await pidIn(orphan)];
      t.after(() => {
        for (const pid of [tee, daemonPid]) process.kill(pid, 'SIGKILL');
      });
      assert.equal(result.status, 0, result.stderr);
      assert.deepEqual(living([tee, daemonPid, orphanPid]), [tee, daemonPid]);
      assert.ok(performance.now() - startedMs < 30_000);
    });
  }
});

describe('a worker with an odd name', { skip: missingProgram('gcc') }, () => {
  /** `odd-name HEX ready|busy`: has the name of these bytes, and no environment if PATH was in it; waits, or two threads work for 3 s. */
  const SOURCE = `
#define _GNU_SOURCE
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <time.h>
#include <unistd.h>
static double now(void) { struct timespec t; clock_gettime(CLOCK_MONOTONIC, &t); return t.tv_sec + t.tv_nsec / 1e9; }
static double end;
static void *work(void *unused) { (void)unused; while (now() < end) for (volatile int i = 0; i < 10000; i++); return NULL; }
int main(int c, char **v) {
  (void)c; char *none[] = { 0 };
  if (getenv("PATH")) execve("/proc/self/exe", v, none);
  char name[16] = { 0 };
  for (int i = 0; i < 15 && v[1][2 * i]; i++) { char digits[3] = { v[1][2 * i], v[1][2 * i + 1], 0 }; name[i] = strtol(digits, NULL, 16); }
  prctl(PR_SET_NAME, name);
  printf("%d\\n", getpid()); fflush(stdout);
  if (v[2][0] == 'r') { sleep(60); return 0; }
  end = now() + 3; pthread_t t; pthread_create(&t, NULL, work, NULL); work(NULL); return 0; }`;
  const NAMES: Readonly<Record<string, Buffer>> = {
    'a line break': Buffer.from('evil\nname'),
    'a line break and what looks like the rest of the line': Buffer.from('a) S 1 1\n1 (b'),
    'blanks and parentheses': Buffer.from(' a) R 2 (b) '),
    'only a line break': Buffer.from('\n'),
    'bytes that are not UTF-8': Buffer.from([0xff, 0x0a, 0xc3, 0x29, 0x80]),
  };
  let program = '';
  before(() => {
    program = compileSource('odd-name', SOURCE);
  });

  for (const [what, name] of Object.entries(NAMES)) {
    test(`(${what}) ends with a launcher that is killed`, async () => {
      // The second worker is not started before the watchdog knows of the first.
      const script = `if [ $ONEPROCPOOL_WORKER_INDEX = 0 ]; then exec "$0" ${name.toString('hex')} ready; fi; echo last; exec sleep 60`;
      const launcher = startProgram(['-q', '-w', '2', '--stop-timeout', '1s', '--', 'sh', '-c', script, program]);
      await waitUntil(() => {
        assert.match(launcher.stdout(), /^([0-9]+\nlast\n|last\n[0-9]+\n)$/);
      });
      const pid = Number(launcher.stdout().replace('last\n', ''));
      launcher.signal('SIGKILL');
      await waitUntil(() => {
        assert.deepEqual(living([pid]), []);
      });
    });
  }

  test('is measured', async () => {
    const report = `${newFile()}.json`;
    const name = NAMES['a line break and what looks like the rest of the line']?.toString('hex') ?? '';
    const options = ['-q', '--cpus', '1', '--pool', 'libraries', '--verify', 'fail', '--report', report];
    const result = await runProgram([...options, '--', program, name, 'busy']);
    assert.ok(existsSync(report), result.stderr);
    const { verdict, workers } = JSON.parse(readFileSync(report, 'utf8')) as RunReport;
    assert.deepEqual([verdict.outcome, result.status], ['exceeded', 125]);
    assert.deepEqual(
      workers[0]?.processes.map(({ peakThreadCount }) => peakThreadCount),
      [2],
    );
  });

  test('is ended when it outlives the run', async () => {
    const orphan = newFile();
    const name = NAMES['a line break']?.toString('hex') ?? '';
    const script = `env -u PATH "$0" ${name} ready >${orphan} & until [ -s ${orphan} ]; do sleep 0.02; done`;
    const result = await runProgram(['--stop-timeout', '1s', '--', 'sh', '-c', script, program]);
    assert.equal(result.status, 0, result.stderr);
    assert.deepEqual(living([await pidIn(orphan)]), []);
  });
});
