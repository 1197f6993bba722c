/** A launcher that dies by SIGKILL takes everything with it that it has started, whenever that happens. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { chmodSync, copyFileSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { missingProgram } from '../support/missing-program.ts';
import { createMark, living, processesMarked } from '../support/processes.ts';
import { notOfTheExecutable, notOfThePackage, PROGRAM, PROJECT_ROOT } from '../support/project.ts';
import { runProgram, startProgram, type RunningProgram } from '../support/run-program.ts';
import { waitUntil } from '../support/wait-until.ts';

/** Workers with children of their own: one below them, one in a new session, one without an environment. */
const FAMILY = `sleep 60 & (setsid sleep 60 &) ; env -i sleep 60 & echo ready; wait`;

function start(script: string, options: string[], env: Record<string, string>): RunningProgram {
  return startProgram(['-q', '-w', '2', ...options, '--', 'sh', '-c', script], { env });
}

/** Scripts of workers that show no mark of ours as they run. `SAY` puts a PID on a line of stdout. */
const SAY = 'echo $$; exec sleep 60';
const PARENT = `sh -c 'trap "" TERM; ${SAY}' & echo $$; wait`;
const UNMARKED: Readonly<Record<string, { script: string; count: number }>> = {
  'without environment': { script: `exec env -i sh -c '${SAY}'`, count: 1 },
  'without environment, with a child that ignores the stop signal': { script: 'exec env -i sh -c "$0"', count: 2 },
};

/** The second worker is not started before the watchdog knows of the first: `last` tells that it does. */
function startUnmarked(program: string, prefix: string[], script: string, word: string): RunningProgram {
  const both = `if [ $ONEPROCPOOL_WORKER_INDEX = 0 ]; then ${script}; fi; echo last; exec sleep 60`;
  const words = [...prefix, '-q', '-w', '2', '--stop-timeout', '300ms', '--', 'sh', '-c', both, word];
  return startProgram(words, { file: program });
}

function pidsSaid(program: RunningProgram, count: number): Promise<number[]> {
  return waitUntil(() => {
    const lines = program.stdout().split('\n').filter(Boolean);
    assert.equal(lines.length, count + 1);
    assert.ok(lines.includes('last'));
    return lines.filter((line) => line !== 'last').map(Number);
  });
}

function watchdogsOf(launcher: number): number[] {
  const { stdout } = spawnSync('pgrep', ['-f', `opp-watchdo[g] ${launcher}\\.`], { encoding: 'utf8' });
  return stdout.split('\n').filter(Boolean).map(Number);
}

/** No process of it, also none that has only just been started. */
async function untilGone(mark: string): Promise<void> {
  let looks = 0;
  await waitUntil(() => {
    looks = processesMarked(mark).length === 0 ? looks + 1 : 0;
    assert.ok(looks >= 5, `${processesMarked(mark).length} processes live on`);
  }, 30_000);
}

describe('a killed launcher', { concurrency: 2 }, () => {
  test('50 kills at different moments leave no process behind', async () => {
    const first = createMark();
    const startedMs = performance.now();
    const trial = start(FAMILY, [], first.env);
    await waitUntil(() => {
      assert.ok(trial.stdout().includes('ready'));
    });
    const startMs = performance.now() - startedMs;
    trial.signal('SIGKILL');
    await untilGone(first.value);
    for (let kill = 0; kill < 50; kill += 1) {
      const mark = createMark();
      const program = start(FAMILY, [], mark.env);
      // From the first instruction of the shim to well after the start of the workers, which takes longer on a busy machine.
      if (kill % 10 === 0) {
        await waitUntil(() => {
          assert.ok(program.stdout().includes('ready'));
        }, 30_000);
      }
      await new Promise((resolve) => setTimeout(resolve, (((kill * 37) % 250) / 200) * startMs));
      program.signal('SIGKILL');
      await untilGone(mark.value);
      assert.equal((await program.result).signal, 'SIGKILL');
    }
  });

  test('workers are asked first, and killed after --stop-timeout', async () => {
    const mark = createMark();
    const polite = `trap 'echo asked' TERM; echo ready; while :; do sleep 0.05; done`;
    const program = start(polite, ['--stop-timeout', '500ms'], mark.env);
    await waitUntil(() => {
      assert.equal(program.stdout(), 'ready\nready\n');
    });
    program.signal('SIGKILL');
    await untilGone(mark.value);
    assert.equal((await program.result).stdout, 'ready\nready\nasked\nasked\n');
  });

  test('after a run that ends by itself nothing of ours is left', async (t) => {
    const missing = missingProgram('pgrep');
    if (missing !== undefined) return t.skip(missing);
    const mark = createMark();
    const program = start(`pgrep -fc "opp-watchdo[g] $PPID\\."`, [], mark.env);
    assert.equal((await program.result).stdout, '1\n1\n');
    assert.deepEqual(watchdogsOf(program.pid), []);
  });
});

describe('a killed launcher, whose worker', { concurrency: 2 }, () => {
  for (const [name, { script, count }] of Object.entries(UNMARKED)) {
    test(`is ${name}, leaves nothing behind`, async () => {
      const program = startUnmarked(PROGRAM, [], script, PARENT);
      const pids = await pidsSaid(program, count);
      program.signal('SIGKILL');
      await waitUntil(() => {
        assert.deepEqual(living(pids), []);
      });
    });
  }

  const orphan = 'has left an orphan without environment, leaves nothing behind, also in the middle of a stop';
  test(orphan, { skip: notOfThePackage }, async () => {
    // Ends by itself after 20 s: it holds our pipe open.
    const child = `sh -c 'trap "echo asked" TERM; echo $$; i=0; while [ $i -lt 400 ]; do sleep 0.05; i=$((i+1)); done'`;
    const options = ['-q', '--stop-timeout', '300ms'];
    const program = startProgram([...options, '--', 'sh', '-c', `env -i ${child} & exec sleep 60`]);
    const lines = (): string[] => program.stdout().split('\n').filter(Boolean);
    await waitUntil(() => {
      assert.equal(lines().length, 1);
    });
    // The worker ends at once, and what it had started is asked by us.
    program.signal('SIGTERM');
    await waitUntil(() => {
      assert.equal(lines()[1], 'asked');
    });
    program.signal('SIGKILL');
    await waitUntil(() => {
      assert.deepEqual(living([Number(lines()[0])]), []);
    });
  });

  test('may not be looked at by its own user, leaves nothing behind', async (t) => {
    if (process.getuid?.() !== 0) return t.skip('needs root to become another user');
    const directory = mkdtempSync(join(tmpdir(), 'oneprocpool-'));
    const secret = join(directory, 'sleep');
    try {
      chmodSync(directory, 0o755);
      copyFileSync('/bin/sleep', secret);
      // Who may not read a program may not look at its processes.
      chmodSync(secret, 0o111);
      const user = ['--reuid', '1000', '--regid', '1000', '--clear-groups'];
      const program = startUnmarked('setpriv', [...user, PROGRAM], 'echo $$; exec "$0" 60', secret);
      const pids = await pidsSaid(program, 1);
      await waitUntil(() => {
        assert.equal(readFileSync(`/proc/${pids[0]}/comm`, 'utf8'), 'sleep\n');
      });
      program.signal('SIGKILL');
      await waitUntil(() => {
        assert.deepEqual(living(pids), []);
      });
    } finally {
      rmSync(directory, { recursive: true });
    }
  });
});

describe('the watchdog', { skip: missingProgram('pgrep') }, () => {
  test('has a name of its own, so that a SIGKILL by our name does not meet it', async () => {
    const mark = createMark();
    const program = start('echo ready; exec sleep 60', [], mark.env);
    await waitUntil(() => {
      assert.equal(program.stdout(), 'ready\nready\n');
    });
    const [watchdog] = watchdogsOf(program.pid);
    for (const file of ['comm', 'cmdline'])
      assert.doesNotMatch(readFileSync(`/proc/${watchdog}/${file}`, 'utf8'), /oneprocpool/);
    program.signal('SIGKILL');
    await untilGone(mark.value);
  });

  test('is replaced when it is killed', async () => {
    const mark = createMark();
    const program = start('echo ready; exec sleep 60', [], mark.env);
    await waitUntil(() => {
      assert.equal(program.stdout(), 'ready\nready\n');
    });
    const before = watchdogsOf(program.pid);
    for (const pid of before) process.kill(pid, 'SIGKILL');
    await waitUntil(() => {
      const now = watchdogsOf(program.pid);
      assert.ok(now.length === 1 && !before.includes(now[0] ?? 0));
    });
    program.signal('SIGKILL');
    await untilGone(mark.value);
  });
});

describe('where no watchdog can watch', { skip: notOfTheExecutable }, () => {
  /** PATH with nothing but what the shim needs. */
  let path = '';
  before(() => {
    path = mkdtempSync(join(tmpdir(), 'oneprocpool-path-'));
    symlinkSync(process.execPath, join(path, 'node'));
    symlinkSync('/bin/sh', join(path, 'sh'));
  });
  after(() => {
    rmSync(path, { recursive: true });
  });

  const sentence =
    'Workers outlive a oneprocpool that is killed with SIGKILL: there is no `grep` on PATH, no `sleep` on PATH';

  async function findingsOf(args: string[], env: Record<string, string>): Promise<{ code: string; message: string }[]> {
    const { stdout, stderr } = await runProgram(['plan', '--json', '--no-config', ...args], { env });
    assert.equal(stderr.replaceAll(/^.*: tr: not found\n/gm, ''), '');
    const { findings } = JSON.parse(stdout) as { findings: { code: string; message: string }[] };
    return findings.filter(({ code }) => code === 'UNWATCHED');
  }

  test('plan says so, and a run says the same', async () => {
    const [finding, ...others] = await findingsOf([], { PATH: path });
    assert.equal(finding?.message, sentence);
    assert.deepEqual(others, []);
    const text = await runProgram(['plan', '-v', '--no-config'], { env: { PATH: path } });
    assert.ok(text.stdout.replaceAll(/\s+/g, ' ').includes(sentence), text.stdout);
    const run = await runProgram(['-v', '--no-config', '--', 'sh', '-c', ':'], { env: { PATH: path } });
    assert.equal(run.status, 0);
    assert.ok(run.stderr.replaceAll(/\s+/g, ' ').includes(sentence), run.stderr);
  });

  test('it is no matter where everything is there, with --exec, and for another machine', async () => {
    assert.deepEqual(await findingsOf([], {}), []);
    assert.deepEqual(await findingsOf(['--exec'], { PATH: path }), []);
    const root = join(PROJECT_ROOT, 'test/fixtures/hosts/kubernetes-v2-limit-2');
    assert.deepEqual(await findingsOf(['--root', root], { PATH: path }), []);
  });

  test('nor as PID 1, where the kernel does it', async (t) => {
    const unshare = ['--pid', '--fork', '--mount-proc'];
    const possible = await runProgram([...unshare, 'true'], { file: 'unshare' });
    if (possible.status !== 0) {
      t.skip('no PID namespace can be made here');
      return;
    }
    const { stdout } = await runProgram([...unshare, 'env', `PATH=${path}`, PROGRAM, 'plan', '--json'], {
      file: 'unshare',
    });
    assert.ok(stdout.includes('"schemaVersion"'));
    assert.ok(!stdout.includes('UNWATCHED'), stdout);
  });
});
