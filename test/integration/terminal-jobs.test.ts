/** Job control, pipelines and hang-ups: the launcher and its workers are one job to the shell. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, test } from 'node:test';
import { createMark, processesMarked, stateOf } from '../support/processes.ts';
import { programDirectory } from '../support/program-directory.ts';
import { missingTmux, openTerminal, type Terminal } from '../support/tmux.ts';
import { waitUntil } from '../support/wait-until.ts';

const WAYS = [
  { way: 'supervised', options: '' },
  { way: 'with --exec', options: '--exec' },
];

for (const { way, options } of WAYS) {
  describe(`jobs at a terminal, ${way}`, { skip: missingTmux() }, () => {
    const launch = `oneprocpool ${options} --`;
    let terminal: Terminal;
    let directory: string;
    beforeEach(async () => {
      terminal = await openTerminal();
      directory = mkdtempSync(join(tmpdir(), 'oneprocpool-jobs-'));
      // Short lines, so that none is broken.
      terminal.enter(`PATH=${programDirectory()}:$PATH; cd ${directory}; clear`);
    });
    afterEach(() => {
      terminal.close();
      rmSync(directory, { recursive: true });
    });

    test('a job in the background that reads is stopped, and goes on with fg', async () => {
      const { enter, until } = terminal;
      enter(`${launch} sh -c 'read -r word; echo "got $word"' &`);
      await until(/^\[1\] [0-9]+$/m);
      await waitUntil(() => {
        enter('jobs');
        assert.match(terminal.screen(), /^\[1\]\+ +Stopped/m);
      });
      enter('fg');
      await until(/^\$ fg\n.*oneprocpool.*read -r word[^\n]*$/m);
      enter('typed');
      await until(/^got typed$/m);
      enter('echo "status $?"; jobs; echo end');
      await until(/^status 0\nend$/m);
    });

    test('Ctrl-Z, bg, jobs, fg and Ctrl-C', async () => {
      const { press, enter, until } = terminal;
      const ticks = join(directory, 'ticks');
      enter(`${launch} sh -c 'echo $$ >pid; while :; do echo tick >>ticks; sleep 0.02; done'`);
      await waitUntil(() => {
        assert.ok(existsSync(ticks));
      });
      const pid = Number(readFileSync(join(directory, 'pid'), 'utf8'));
      const size = (): number => readFileSync(ticks).length;
      press('C-z');
      await until(/\[1\]\+ +Stopped/);
      await waitUntil(() => {
        assert.equal(stateOf(pid), 'T');
      });
      const stopped = size();
      enter('bg; jobs');
      await until(/^\[1\]\+ +Running/m);
      await waitUntil(() => {
        assert.ok(size() > stopped + 20, 'it goes on in the background');
      });
      enter('echo "shell $((1+1))"');
      await until(/^shell 2$/m);
      enter('fg');
      await until(/^\$ fg\n.*sleep 0.02[^\n]*$/m);
      press('C-c');
      await until(/\^C\s*\$$/);
      enter('echo "status $?"; jobs; echo end');
      await until(/^status 130\nend$/m);
    });

    test('kill %1 and wait tell the shell how a job in the background ended', async () => {
      const { enter, until } = terminal;
      enter(`${launch} sh -c 'echo ready; exec sleep 60' &`);
      await until(/ready$/m);
      enter('kill %1; wait %1; echo "status $?"');
      await until(/^status 143$/m);
    });

    test('a pager at the end of the pipeline has the keys, and its end ends the command', async (t) => {
      if (spawnSync('less', ['--version']).status !== 0) {
        t.skip('less is not installed');
        return;
      }
      const { press, enter, until } = terminal;
      enter('unset LESS; echo above');
      await until(/^above$/m);
      enter(`${launch} seq 1 1000000 | less`);
      await until(/^1\n[\s\S]*^39$/m);
      press('Space');
      await until(/^40\n[\s\S]*^78$/m);
      press('q');
      await until(/^above$[\s\S]*\n\$$/m);
      enter('echo "statuses ${PIPESTATUS[*]}"');
      await until(/^statuses 141 0$/m);
    });

    test('Ctrl-C ends a pipeline', async () => {
      const { press, enter, until } = terminal;
      enter(`${launch} sh -c 'echo ready >&2; exec sleep 60' | cat`);
      await until(/^ready$/m);
      press('C-c');
      await until(/\^C\s*\$$/);
      enter('echo "statuses ${PIPESTATUS[*]}"');
      await until(/^statuses 130 130$/m);
    });

    test('in the middle of a pipeline', async () => {
      const { enter, until } = terminal;
      enter(`seq 1 5 | ${launch} sort -r | tr '\\n' ,; echo " statuses \${PIPESTATUS[*]}"`);
      await until(/^5,4,3,2,1, statuses 0 0 0$/m);
    });

    test('when the terminal hangs up nothing is left', async () => {
      const mark = createMark();
      const { enter, until, press } = terminal;
      enter(`export ONEPROCPOOL_TEST_MARK=${mark.value}; ${launch} sh -c 'sleep 60 & echo ready; wait'`);
      await until(/^ready$/m);
      assert.notEqual(processesMarked(mark.value).length, 0);
      press('C-z');
      await until(/Stopped/);
      enter('fg');
      await until(/^\$ fg$/m);
      terminal.hangUp();
      await waitUntil(() => {
        assert.deepEqual(processesMarked(mark.value), []);
      }, 20_000);
    });
  });
}
