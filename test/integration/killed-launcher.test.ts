/** A launcher that dies by SIGKILL takes everything with it that it has started, whenever that happens. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { missingProgram } from '../support/missing-program.ts';
import { createMark, processesMarked } from '../support/processes.ts';
import { notOfTheExecutable, PROGRAM, PROJECT_ROOT } from '../support/project.ts';
import { runProgram, startProgram, type RunningProgram } from '../support/run-program.ts';
import { waitUntil } from '../support/wait-until.ts';

/** Workers with children of their own: one below them, one in a new session, one without an environment. */
const FAMILY = `sleep 60 & (setsid sleep 60 &) ; env -i sleep 60 & echo ready; wait`;

function start(script: string, options: string[], env: Record<string, string>): RunningProgram {
  return startProgram(['-q', '-w', '2', ...options, '--', 'sh', '-c', script], { env });
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
    let running = 0;
    for (let kill = 0; kill < 50; kill += 1) {
      const mark = createMark();
      const program = start(FAMILY, [], mark.env);
      // From the first instruction of the shim to well after the start of the workers.
      await new Promise((resolve) => setTimeout(resolve, (kill * 37) % 250));
      if (program.stdout().includes('ready')) running += 1;
      program.signal('SIGKILL');
      await untilGone(mark.value);
      assert.equal((await program.result).signal, 'SIGKILL');
    }
    assert.ok(running > 0, 'every kill came before the workers had started');
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
    const watchdog = (launcher: string | number): string => `oneprocpool-watchdo[g] ${launcher}\\.`;
    const program = start(`pgrep -fc "${watchdog('$PPID')}"`, [], mark.env);
    assert.equal((await program.result).stdout, '1\n1\n');
    const left = await startProgram(['-fc', watchdog(program.pid)], { file: 'pgrep' }).result;
    assert.equal(left.stdout, '0\n');
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
