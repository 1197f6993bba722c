/** At a terminal: keys reach the command once, job control works, and the terminal is left as it was. */
import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, test } from 'node:test';
import { PROGRAM } from '../support/project.ts';
import { missingTmux, openTerminal, type Terminal } from '../support/tmux.ts';
import { waitUntil } from '../support/wait-until.ts';

describe('terminal', { skip: missingTmux() }, () => {
  let terminal: Terminal;
  beforeEach(async () => {
    terminal = await openTerminal();
  });
  afterEach(() => {
    terminal.close();
  });

  function untilScreen(pattern: RegExp): Promise<void> {
    return waitUntil(() => {
      assert.match(terminal.screen(), pattern);
    });
  }

  async function startPython(): Promise<void> {
    terminal.press(`${PROGRAM} -- python3 -q`, 'Enter');
    await untilScreen(/^>>>$/m);
  }

  test('Ctrl-C reaches an interactive python3 once, and the launcher stays', async () => {
    await startPython();
    terminal.press('import time; time.sleep(60)', 'Enter');
    await untilScreen(/time\.sleep\(60\)$/m);
    // Pressed until it has been noticed: Python may not have come to the sleep yet.
    await waitUntil(() => {
      terminal.press('C-c');
      assert.match(terminal.screen(), /KeyboardInterrupt/);
    });
    terminal.press('Enter', "print('still', 'here')", 'Enter');
    await untilScreen(/^still here$/m);
    terminal.press('exit(7)', 'Enter');
    await untilScreen(/exit\(7\)\n\$$/);
    terminal.press('echo "status $?"', 'Enter');
    await untilScreen(/^status 7$/m);
  });

  test('one Ctrl-C is one SIGINT for each worker', async () => {
    // It notices each arrival, also one that follows closely; a shell would take two for one.
    const count = 'n += 1; os.write(1, b"count %d\\\\n" % n)';
    const script = `import os, signal\nn = 0\ndef count(*_):\n  global n\n  ${count}\nsignal.signal(2, count)\nos.write(1, b"ready\\\\n")\nwhile n < 3: signal.pause()`;
    terminal.press(`${PROGRAM} -w 2 -- python3 -c $'${script.replaceAll('\n', '\\n')}'`, 'Enter');
    await untilScreen(/^ready\nready$/m);
    const expected: string[] = [];
    for (const round of [1, 2, 3]) {
      terminal.press('C-c');
      expected.push(`count ${round}`, `count ${round}`);
      await waitUntil(() => {
        assert.deepEqual(terminal.screen().match(/count [0-9]$/gm), expected, terminal.screen());
      });
    }
    terminal.press('echo "status $?"', 'Enter');
    await untilScreen(/^status 0$/m);
  });

  test('Ctrl-C ends a command that does not handle it with 130', async () => {
    terminal.press(`${PROGRAM} -- sh -c 'echo ready; exec sleep 60'`, 'Enter');
    await untilScreen(/^ready$/m);
    terminal.press('C-c');
    await untilScreen(/\^C\s*\$$/);
    terminal.press('echo "status $?"', 'Enter');
    await untilScreen(/^status 130$/m);
  });

  test('Ctrl-C ends the loop of the shell around it, as it does without us', async () => {
    terminal.press(`for turn in one two; do ${PROGRAM} -- sh -c 'echo ready $0; exec sleep 60' $turn; done`, 'Enter');
    await untilScreen(/^ready one$/m);
    terminal.press('C-c');
    await untilScreen(/\^C\s*\$$/);
    terminal.press('echo "status $?"', 'Enter');
    await untilScreen(/^status 130$/m);
    assert.doesNotMatch(terminal.screen(), /^ready two$/m);
  });

  test('Ctrl-Z stops everything, fg goes on, and the terminal is sane afterwards', async () => {
    await startPython();
    terminal.press('C-z');
    await untilScreen(/\[1\]\+ +Stopped/);
    terminal.press('echo "shell $((1+1))"', 'Enter');
    await untilScreen(/^shell 2$/m);
    terminal.press('fg', 'Enter');
    await untilScreen(/^fg\n|\$ fg$/m);
    terminal.press('Enter', "print('back', 'again')", 'Enter');
    await untilScreen(/^back again$/m);
    terminal.press('C-d');
    await untilScreen(/\n\$$/);
    terminal.press('stty -a | grep -c " echo "; jobs; echo end', 'Enter');
    await untilScreen(/^1\nend$/m);
  });

  test('a command can use the terminal by its name', async () => {
    terminal.press(`${PROGRAM} -- sh -c 'echo ready; read -r word </dev/tty; echo "got $word" >/dev/tty'`, 'Enter');
    await untilScreen(/^ready$/m);
    terminal.press('typed', 'Enter');
    await untilScreen(/^got typed$/m);
  });
});
