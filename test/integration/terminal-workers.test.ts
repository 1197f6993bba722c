/** At a terminal with several workers, with prefixes, and when the launcher itself is killed. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, test } from 'node:test';
import { createMark, processesMarked } from '../support/processes.ts';
import { programDirectory } from '../support/program-directory.ts';
import { missingTmux, openTerminal, type Terminal } from '../support/tmux.ts';
import { waitUntil } from '../support/wait-until.ts';

/** Says how often SIGINT came, each time; ends after the third. */
const COUNTING = `import os, signal
count = 0
def came(*_):
    global count
    count += 1
    os.write(1, b"count %d\\n" % count)
signal.signal(signal.SIGINT, came)
os.write(1, b"ready\\n")
while count < 3: signal.pause()
`;

describe('workers at a terminal', { skip: missingTmux() }, () => {
  let terminal: Terminal;
  let directory: string;
  beforeEach(async () => {
    terminal = await openTerminal();
    directory = mkdtempSync(join(tmpdir(), 'oneprocpool-workers-'));
    terminal.enter(`PATH=${programDirectory()}:$PATH; cd ${directory}; clear`);
  });
  afterEach(() => {
    terminal.close();
    rmSync(directory, { recursive: true });
  });

  test('with --prefix each worker has its colour, and its lines stay whole', async () => {
    const { enter, until, screen, coloredScreen } = terminal;
    enter(`oneprocpool -w 2 --prefix -- sh -c 'echo "out $ONEPROCPOOL_WORKER_INDEX"; echo "err" >&2'`);
    await until(/\n\$$/);
    const lines = screen()
      .split('\n')
      .filter((line) => line.startsWith('['))
      .sort();
    assert.deepEqual(lines, ['[0] err', '[0] out 0', '[1] err', '[1] out 1']);
    // eslint-disable-next-line no-control-regex -- escape sequences are what is looked for
    const colored = coloredScreen().match(/\x1b\[[0-9;]*m(?=\[[01]\])|\[[01]\]/g) ?? [];
    const colorOf = (prefix: string): Set<string | undefined> =>
      new Set(colored.flatMap((part, at) => (part === prefix ? [colored[at - 1]] : [])));
    const colors = ['[0]', '[1]'].map(colorOf);
    for (const color of colors) assert.match([...color].join('|'), /^\x1b\[[0-9;]+m$/);
    assert.notDeepEqual(colors[0], colors[1]);
  });

  test('with --prefix one Ctrl-C is one SIGINT for each worker', async () => {
    const { press, enter, until, screen } = terminal;
    writeFileSync(join(directory, 'counting.py'), COUNTING);
    enter('oneprocpool -w 2 --prefix -- python3 counting.py');
    await until(/\[[01]\] ready\n\[[01]\] ready/);
    for (const round of [1, 2, 3]) {
      press('C-c');
      await waitUntil(() => {
        const counts = (screen().match(/\[[01]\] count [0-9]/g) ?? []).sort();
        const expected = [0, 1].flatMap((worker) =>
          Array.from({ length: round }, (_, index) => `[${worker}] count ${index + 1}`),
        );
        assert.deepEqual(counts, expected, screen());
      });
    }
    enter('echo "status $?"');
    await until(/^status 0$/m);
  });

  test('who saves its work on Ctrl-C can finish, although another worker has died of it', async () => {
    const { press, enter, until } = terminal;
    writeFileSync(
      join(directory, 'worker'),
      `[ "$ONEPROCPOOL_WORKER_INDEX" = 1 ] || { echo ready; exec sleep 60; }
      trap 'echo saving; sleep 0.5; echo saved; exit 0' INT; echo ready; while :; do sleep 0.05; done`,
    );
    enter('oneprocpool -w 2 -- sh worker');
    await until(/^ready\nready$/m);
    press('C-c');
    await until(/saving\nsaved$/m);
    enter('echo "status $?"');
    await until(/^status 130$/m);
  });

  test('who goes on after Ctrl-C is stopped when another worker has died of it', async () => {
    const { press, enter, until } = terminal;
    writeFileSync(
      join(directory, 'worker'),
      `[ "$ONEPROCPOOL_WORKER_INDEX" = 1 ] || { echo ready; exec sleep 60; }
      trap 'echo told; exit 0' TERM; trap 'echo taken' INT; echo ready; while :; do sleep 0.05; done`,
    );
    enter('oneprocpool -w 2 --stop-timeout 2s -- sh worker');
    await until(/^ready\nready$/m);
    press('C-c');
    await until(/taken\ntold$/m);
    enter('echo "status $?"');
    await until(/^status 130$/m);
  });

  test('with --prefix the keys go to the first worker', async () => {
    const { enter, until } = terminal;
    const script = 'if read -r word; then echo "got $word"; else echo "no input"; fi';
    enter(`oneprocpool -w 2 --prefix -- sh -c '${script}'`);
    await until(/^\[1\] no input$/m);
    enter('typed');
    await until(/^\[0\] got typed$/m);
  });

  test('Ctrl-Z stops all workers, and fg lets all go on', async () => {
    const { press, enter, until, screen } = terminal;
    const mark = createMark();
    enter(`export ONEPROCPOOL_TEST_MARK=${mark.value}; clear`);
    enter(`oneprocpool -w 3 -- sh -c 'trap "exit 0" USR1; echo ready; while :; do sleep 0.02; done'`);
    await until(/^ready\nready\nready$/m);
    press('C-z');
    await until(/\[1\]\+ +Stopped/);
    enter('kill -USR1 %1; jobs');
    await until(/jobs\n\[1\]\+ +Stopped/);
    enter('fg');
    await waitUntil(() => {
      assert.match(screen(), /^\$ fg\n[^\n]*(\n[^$\n]*)*\n\$$/m);
    });
    enter('echo "status $?"');
    await until(/^status 0$/m);
  });

  test('a killed launcher leaves a usable terminal and no command', async () => {
    const { enter, until, screen } = terminal;
    const mark = createMark();
    enter('stty -g >before; clear');
    const raw = 'import tty, time; tty.setraw(0); print("raw"); time.sleep(60)';
    enter(`ONEPROCPOOL_TEST_MARK=${mark.value} oneprocpool -- python3 -uc '${raw}' & echo $! >pid; fg`);
    await until(/^raw/m);
    // From another window, as the terminal is not ours.
    terminal.runElsewhere(`kill -9 "$(cat ${join(directory, 'pid')})"`);
    await until(/Killed/);
    await waitUntil(() => {
      assert.deepEqual(processesMarked(mark.value).length, 0, screen());
    }, 20_000);
    enter('stty -g | diff - before && echo "the same modes"');
    await until(/^the same modes$/m);
  });
});
