/** Processes that do not exit when they are asked, or not even after SIGKILL: they are named, with the option that counts. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { afterEach, beforeEach, describe, test, type TestContext } from 'node:test';
import { createFreezer, type Freezer } from '../support/freezer.ts';
import { createMark, processesMarked } from '../support/processes.ts';
import { programDirectory } from '../support/program-directory.ts';
import { PROGRAM } from '../support/project.ts';
import { runProgram, startProgram, type RunningProgram } from '../support/run-program.ts';
import { missingTmux, openTerminal, type Terminal } from '../support/tmux.ts';
import { waitUntil } from '../support/wait-until.ts';

/** Stays in a session of its own and hears nothing but SIGKILL, from before the worker goes on. */
const DAEMON = `(trap '' TERM INT; exec setsid sleep 60) &
until read -r name </proc/$!/comm && [ "$name" = sleep ]; do :; done;`;

describe('what is left behind', { concurrency: 3 }, () => {
  for (const [status, options, limit] of [
    [0, [], '2 s'],
    [0, ['--stop-timeout', '400ms'], '400 ms'],
    [3, ['--stop-timeout', '2500ms'], '2.5 s'],
  ] as const) {
    test(`has ${limit} after status ${status} ${options.join(' ')}, and is named when it is killed`, async () => {
      const mark = createMark();
      const startedAt = performance.now();
      const script = `${DAEMON} exit ${status}`;
      const result = await runProgram([...options, '--', 'sh', '-c', script], { env: mark.env });
      const seconds = (performance.now() - startedAt) / 1000;
      assert.deepEqual([result.status, processesMarked(mark.value)], [status, []]);
      const said = `1 process that outlived its worker did not exit within ${limit} of SIGTERM; sent SIGKILL:\n +sleep \\(PID \\d+\\)\n +hint: \`--stop-timeout\``;
      assert.match(result.stderr, new RegExp(said));
      assert.ok(seconds < 9, `it took ${seconds} s`);
    });
  }

  test('before a restart is named too', async () => {
    const script = `[ -n "$(ls -A .)" ] && exit 0; : >started; ${DAEMON} exit 3`;
    const options = ['--restart', 'on-failure', '--stop-timeout', '200ms'];
    const inside = `cd "$(mktemp -d)" && exec "$0" "$@"`;
    const result = await runProgram(['-c', inside, PROGRAM, ...options, '--', 'sh', '-c', script], { file: 'sh' });
    assert.equal(result.status, 0, result.stderr);
    const said =
      /^oneprocpool: 1 process that outlived worker 0 did not exit within 200 ms of SIGTERM \(--stop-timeout\); sent SIGKILL: sleep \(PID \d+\)$/m;
    assert.match(result.stderr, said);
  });
});

describe('Ctrl-C while processes that outlived the workers are awaited', { skip: missingTmux() }, () => {
  let terminal: Terminal;
  beforeEach(async () => {
    terminal = await openTerminal();
  });
  afterEach(() => {
    terminal.close();
  });

  test('names them, and kills them when it comes again', async () => {
    const { enter, until, press, screen } = terminal;
    enter(`PATH=${programDirectory()}:$PATH; clear`);
    enter(`oneprocpool --stop-timeout 60s -- sh -c '(trap "" TERM INT; exec sleep 60) & echo ready; exec sleep 60'`);
    await until(/^ready$/m);
    await waitUntil(() => {
      press('C-c');
      assert.match(
        screen(),
        /waiting for 1 process that outlived the workers: sleep \(PID \d+\); press Ctrl-C again to kill/,
      );
    });
    press('C-c');
    await until(/1 process that outlived its worker was killed at Ctrl-C:\n +sleep \(PID \d+\)/);
    enter('echo "status $?"');
    await until(/^status 130$/m);
  });
});

describe('a frozen process', () => {
  /** The PID that the program says, when it has become `sleep`. */
  function untilAsleep(program: RunningProgram): Promise<number> {
    return waitUntil(() => {
      assert.match(program.stdout(), /^\d+\n$/);
      const pid = Number(program.stdout());
      assert.equal(readFileSync(`/proc/${pid}/comm`, 'utf8'), 'sleep\n');
      return pid;
    });
  }

  function freezerOf(t: TestContext): Freezer | undefined {
    const freezer = createFreezer();
    if (typeof freezer === 'string') {
      t.skip(freezer);
      return undefined;
    }
    t.after(freezer.remove);
    return freezer;
  }

  test('a worker that lives on after SIGKILL is named, and awaited', async (t) => {
    const freezer = freezerOf(t);
    if (freezer === undefined) return;
    const program = startProgram(['--stop-timeout', '200ms', '--', 'sh', '-c', 'echo $$; exec sleep 60']);
    const pid = await untilAsleep(program);
    freezer.freeze(pid);
    program.signal('SIGTERM');
    await waitUntil(() => {
      const said = `oneprocpool: waiting for 1 worker still alive after SIGKILL: worker 0: sleep (PID ${pid}, state D, frozen or blocked in the kernel)\n`;
      assert.equal(program.stderr(), said);
    });
    freezer.thaw();
    const { status, stderr } = await program.result;
    // SIGTERM had been there before SIGKILL.
    assert.equal(status, 143);
    assert.match(
      stderr,
      /1 worker did not exit within 200 ms of SIGTERM; sent SIGKILL:\n +worker 0: sleep \(PID \d+\)/,
    );
  });

  test('what a worker leaves behind is named, and not awaited', async (t) => {
    const freezer = freezerOf(t);
    if (freezer === undefined) return;
    const script = `trap 'exit 0' USR1; sleep 60 >/dev/null 2>&1 & echo $!; wait`;
    const program = startProgram(['--stop-timeout', '200ms', '--', 'sh', '-c', script]);
    freezer.freeze(await untilAsleep(program));
    program.signal('SIGUSR1');
    const { status, stderr } = await program.result;
    assert.equal(status, 0);
    assert.match(stderr, /1 process of the workers is still alive after SIGKILL:\n +sleep \(PID \d+, state D, frozen/);
  });
});
