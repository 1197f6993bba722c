/** A launcher that dies by SIGKILL takes everything with it that it has started, whenever that happens. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { createMark, processesMarked } from '../support/processes.ts';
import { startProgram, type RunningProgram } from '../support/run-program.ts';
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

  test('after a run that ends by itself nothing of ours is left', async () => {
    const mark = createMark();
    const watchdog = (launcher: string | number): string => `oneprocpool-watchdo[g] ${launcher}\\.`;
    const program = start(`pgrep -fc "${watchdog('$PPID')}"`, [], mark.env);
    assert.equal((await program.result).stdout, '1\n1\n');
    const left = await startProgram(['-fc', watchdog(program.pid)], { file: 'pgrep' }).result;
    assert.equal(left.stdout, '0\n');
  });
});
