/** At a terminal with --restart: the keys that end a run end it, however often its workers are started again. */
import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, test } from 'node:test';
import { createMark, processesMarked } from '../support/processes.ts';
import { programDirectory } from '../support/program-directory.ts';
import { missingTmux, openTerminal, type Terminal } from '../support/tmux.ts';
import { waitUntil } from '../support/wait-until.ts';

describe('--restart at a terminal', { skip: missingTmux() }, () => {
  let terminal: Terminal;
  let directory: string;
  beforeEach(async () => {
    terminal = await openTerminal();
    directory = mkdtempSync(join(tmpdir(), 'oneprocpool-restarts-'));
    terminal.enter(`PATH=${programDirectory()}:$PATH; cd ${directory}; clear`);
  });
  afterEach(() => {
    terminal.close();
    rmSync(directory, { recursive: true });
  });

  const startCount = (): number => {
    const file = join(directory, 'starts');
    return existsSync(file) ? readFileSync(file, 'utf8').split('\n').length - 1 : 0;
  };

  for (const [key, name, status] of [
    ['C-c', 'Ctrl-C', 130],
    ['C-\\', 'Ctrl-\\', 131],
  ] as const) {
    test(`${name} ends a worker for good`, async () => {
      const { press, enter, until } = terminal;
      enter(`oneprocpool --restart always -- sh -c 'echo x >>starts; echo ready; exec sleep 60'`);
      await until(/^ready$/m);
      press(key);
      enter('echo "status $?"');
      await until(new RegExp(`^status ${status}$`, 'm'));
      assert.equal(startCount(), 1);
    });
  }

  test('so does Ctrl-C for a worker that takes it and ends with a status of its own', async () => {
    const { press, enter, until } = terminal;
    writeFileSync(
      join(directory, 'worker'),
      `trap 'exit 3' INT; echo x >>starts; echo ready; while :; do sleep 0.05; done`,
    );
    enter('oneprocpool --restart on-failure -- sh worker');
    await until(/^ready$/m);
    press('C-c');
    enter('echo "status $?"');
    await until(/^status 3$/m);
    assert.equal(startCount(), 1);
  });

  test('Ctrl-C during the wait ends the run, and the loop of the shell around it', async () => {
    const { press, enter, until, screen } = terminal;
    const failing = `sh -c 'echo x >>starts; exit 3'`;
    enter(
      `for i in 1 2; do oneprocpool --restart on-failure --max-restarts unlimited -- ${failing}; done; echo loop end`,
    );
    // The wait after the fourth is seconds long: time enough for a key.
    await until(/(^oneprocpool: worker 0 exited with status 3.*\n?){4}/m);
    press('C-c');
    enter('echo "status $?"');
    await until(/^status 130$/m);
    assert.equal(startCount(), 4);
    assert.doesNotMatch(screen(), /^loop end$/m);
  });

  for (const [when, script] of [
    ['a worker runs', 'exec sleep 60'],
    ['a worker waits for its restart', 'exit 3'],
  ] as const) {
    test(`nothing is left when the terminal hangs up while ${when}`, async () => {
      const { enter, hangUp } = terminal;
      const mark = createMark();
      const [setting = ''] = Object.entries(mark.env).map((pair) => pair.join('='));
      enter(`${setting} oneprocpool --restart always -- sh -c 'echo $$ >>starts; ${script}'`);
      await waitUntil(() => {
        assert.equal(startCount(), when === 'a worker runs' ? 1 : 4);
      }, 20_000);
      hangUp();
      await waitUntil(() => {
        assert.deepEqual(processesMarked(mark.value), []);
      });
      assert.equal(startCount(), when === 'a worker runs' ? 1 : 4);
    });
  }

  test('a worker that takes Ctrl-C and goes on is started again when it fails later', async () => {
    const { press, enter, until } = terminal;
    writeFileSync(
      join(directory, 'worker'),
      `trap 'echo taken' INT
      echo x >>starts; [ "$(wc -l <starts)" = 1 ] || { echo again; exit 0; }
      echo ready; while ! [ -e go ]; do sleep 0.05; done; exit 3`,
    );
    enter('oneprocpool --restart on-failure --stop-timeout 1s -- sh worker');
    await until(/^ready$/m);
    press('C-c');
    await until(/taken$/m);
    // Longer than the grace period, in which its end would belong to the key.
    terminal.runElsewhere(`sleep 1.5; touch ${directory}/go`);
    await until(/^again$/m);
    enter('echo "status $?"');
    await until(/^status 0$/m);
  });
});
