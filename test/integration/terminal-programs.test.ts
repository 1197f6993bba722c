/** Programs that own the screen and the keys work under the launcher as they do without it. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, test } from 'node:test';
import { PROGRAM } from '../support/project.ts';
import { missingTmux, openTerminal, type Terminal } from '../support/tmux.ts';
import { waitUntil } from '../support/wait-until.ts';

const WAYS = [
  { way: 'supervised', launch: `${PROGRAM} --` },
  { way: 'with --exec', launch: `${PROGRAM} --exec --` },
];

const isThere = (program: string): boolean => spawnSync(program, ['--version']).status === 0;
const VIM = ['vim', 'vim.tiny'].find(isThere);

for (const { way, launch } of WAYS) {
  describe(`programs at a terminal, ${way}`, { skip: missingTmux() }, () => {
    let terminal: Terminal;
    let directory: string;
    beforeEach(async () => {
      terminal = await openTerminal();
      directory = mkdtempSync(join(tmpdir(), 'oneprocpool-terminal-'));
    });
    afterEach(() => {
      terminal.close();
      rmSync(directory, { recursive: true });
    });

    test('vim edits, stops, comes back, writes, and gives the screen back', async (t) => {
      if (VIM === undefined) {
        t.skip('vim is not installed');
        return;
      }
      const { press, enter, until } = terminal;
      const file = join(directory, 'text');
      enter('echo above');
      await until(/^above$/m);
      const before = terminal.screen();
      enter(`${launch} ${VIM} -u NONE -N ${file}`);
      await until(/^~$[\s\S]*text" \[New/m);
      assert.doesNotMatch(terminal.screen(), /^above$/m);
      press('i');
      await until(/-- INSERT --/);
      press('first line');
      await until(/^first line$/m);
      press('Escape');
      await until(/^(?![\s\S]*-- INSERT --)/);
      press('C-z');
      await until(/\[1\]\+ +Stopped/);
      assert.doesNotMatch(terminal.screen(), /^~$/m);
      enter('echo "shell $((1+1))"');
      await until(/^shell 2$/m);
      enter('fg');
      await until(/^first line$[\s\S]*^~$/m);
      press('o');
      await until(/-- INSERT --/);
      press('second line', 'Escape');
      await until(/^(?![\s\S]*-- INSERT --)/);
      enter(':wq');
      await until(/^shell 2$[\s\S]*^\$$/m);
      assert.equal(readFileSync(file, 'utf8'), 'first line\nsecond line\n');
      assert.ok(terminal.screen().startsWith(before), terminal.screen());
      assert.doesNotMatch(terminal.screen(), /^~$/m);
      enter('echo "status $?"; jobs; stty -a | grep -c " echo "');
      await until(/^status 0\n1\n\$$/m);
    });

    test('less shows pages, searches, quits, and gives the screen back', async (t) => {
      if (!isThere('less')) {
        t.skip('less is not installed');
        return;
      }
      const { press, enter, until } = terminal;
      const lines = Array.from({ length: 300 }, (_, index) => `line ${index + 1}${index === 249 ? ' needle' : ''}`);
      const file = join(directory, 'lines');
      writeFileSync(file, `${lines.join('\n')}\n`);
      enter('unset LESS; echo above');
      await until(/^above$/m);
      enter(`${launch} less ${file}`);
      await until(/^line 1$[\s\S]*^line 39$/m);
      press('Space');
      await until(/^line 40$[\s\S]*^line 78$/m);
      enter('/needle');
      await until(/^line 250 needle$/m);
      press('q');
      await until(/^above$[\s\S]*\n\$$/m);
      assert.doesNotMatch(terminal.screen(), /^line /m);
      enter('echo "status $?"');
      await until(/^status 0$/m);
    });

    test('a new size of the window is told once, and is the size that the command sees', async () => {
      const { press, enter, until } = terminal;
      const script = join(directory, 'sizes.py');
      writeFileSync(
        script,
        `import os, signal, time
count = 0
def changed(*_):
    global count
    count += 1
    size = os.get_terminal_size(0)
    os.write(1, b"%d: %d x %d\\n" % (count, size.columns, size.lines))
signal.signal(signal.SIGWINCH, changed)
signal.signal(signal.SIGUSR1, lambda *_: os.write(1, b"end\\n"))
signal.signal(signal.SIGINT, signal.SIG_DFL)
os.write(1, b"ready\\n")
while True: time.sleep(60)
`,
      );
      enter(`${launch} python3 ${script}`);
      await until(/^ready$/m);
      terminal.resize(100, 30);
      await until(/^1: 100 x 30$/m);
      terminal.resize(90, 25);
      await until(/: 90 x 25$/m);
      // A second one for the first size would have come before this.
      assert.deepEqual(terminal.screen().match(/^[0-9]+: .*$/gm), ['1: 100 x 30', '2: 90 x 25']);
      press('C-c');
      await until(/\^C\s*\$$/);
      enter('echo "status $?"; stty size');
      await until(/^status 130\n25 90$/m);
    });

    test('a command reads from the terminal, also without echo', async () => {
      const { enter, until } = terminal;
      enter(
        `${launch} sh -c 'echo who; read -r name; stty -echo; echo word; read -r word; stty echo; echo $name,$word'`,
      );
      await until(/^who$/m);
      enter('me');
      await until(/^me\nword$/m);
      enter('secret');
      await until(/^me,secret$/m);
      assert.doesNotMatch(terminal.screen(), /^secret$/m);
    });

    test('what a command changes at the terminal stays', async () => {
      const { enter, until } = terminal;
      enter(`${launch} stty -echoctl tostop; stty -a | grep -oE -e '-?(echoctl|tostop)'`);
      await until(/^tostop\n-echoctl$/m);
    });

    test('the end of a job in the background leaves the program in the foreground alone', async () => {
      const { press, enter, until } = terminal;
      const fifo = join(directory, 'fifo');
      enter(`mkfifo ${fifo}; ${launch} sh -c 'read -r word <${fifo}' &`);
      await until(/^\[1\] [0-9]+$/m);
      // In raw mode Ctrl-C is a key as any other. The shell takes the job away when it has ended.
      const script = join(directory, 'raw.py');
      writeFileSync(
        script,
        `import os, sys, time, tty
tty.setraw(0)
open("${fifo}", "w").write("go\\n")
while os.path.exists("/proc/" + sys.argv[1]): time.sleep(0.01)
os.write(1, b"job ended\\r\\n")
os.write(1, b"key %d\\r\\n" % os.read(0, 1)[0])
os.system("stty sane")
`,
      );
      enter(`python3 ${script} $!`);
      await until(/^job ended$/m);
      press('C-c');
      await until(/^key 3$/m);
    });

    test('a command that is killed does not spoil the terminal', async () => {
      const { enter, until } = terminal;
      enter(`${launch} sh -c 'stty raw -echo; kill -9 $$'`);
      await until(/\n.*\$$/);
      enter('echo "status $?"; stty -a | grep -oE -e "-?(icanon|echo|opost)\\>"');
      await waitUntil(() => {
        assert.match(terminal.screen(), /^status 137\n[\s\S]*^opost\nicanon\necho\n/m);
      });
    });
  });
}
