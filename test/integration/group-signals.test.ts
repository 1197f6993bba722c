/** A signal to the whole process group reaches each worker once, and what it does to the group it does to the workers. */
import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { countLines } from '../support/listening-worker.ts';
import { createMark, processesMarked, stateOf } from '../support/processes.ts';
import { programDirectory } from '../support/program-directory.ts';
import { PROGRAM } from '../support/project.ts';
import { startProgram, type RunningProgram } from '../support/run-program.ts';
import { missingTmux, openTerminal } from '../support/tmux.ts';
import { waitUntil } from '../support/wait-until.ts';

/** Between a signal to the group and another one to the launcher. */
const GAPS_MS = [0, 2, 5];
const TRIES = 5;
/** Two equal signals that are closer to each other may be one. */
const APART_MS = 200;

/** Says each arrival of a signal, and ends at SIGUSR2. For python3: a shell may take two for one. */
const COUNTING = `
import os, signal, time
def came(number, _):
    os.write(1, signal.Signals(number).name.encode() + b"\\n")
for name in ("HUP", "INT", "TERM", "USR1"):
    signal.signal(getattr(signal, "SIG" + name), came)
signal.signal(signal.SIGUSR2, lambda *_: os._exit(4))
os.write(1, b"ready\\n")
while True: time.sleep(60)
`;
/** Ends by itself a second after the first signal. */
const ENDING = COUNTING.replace('def came(number, _):', 'def came(number, _):\n    signal.alarm(1)').replace(
  'while True',
  'signal.signal(signal.SIGALRM, lambda *_: os._exit(0))\nwhile True',
);

function untilLines(program: RunningProgram, wanted: Record<string, number>): Promise<void> {
  return waitUntil(() => {
    assert.deepEqual(countLines(program.stdout()), wanted);
  });
}

function untilApart(sinceMs: number): Promise<void> {
  return waitUntil(() => {
    assert.ok(performance.now() - sinceMs > APART_MS);
  });
}

/** Sits in the group beside the workers, and is there some moments after they are. */
async function untilWatched(program: Pick<RunningProgram, 'pid'>, workers: number): Promise<void> {
  await waitUntil(() => {
    const group = processesIn(program.pid);
    assert.ok(group.length > workers + 1, `${group.length} processes`);
  });
}

/** PIDs of a process group. */
function processesIn(group: number): number[] {
  return readdirSync('/proc')
    .filter((name) => /^[0-9]+$/.test(name))
    .map(Number)
    .filter((pid) => groupOf(pid) === group);
}

function groupOf(pid: number): number | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[2]);
  } catch {
    return undefined; // Gone meanwhile.
  }
}

describe('a signal to the process group', { concurrency: 3 }, () => {
  test('reaches each worker once, and so does each signal to the launcher alone', async () => {
    const words = ['--wait', PROGRAM, '-w', '2', '--', 'python3', '-c', COUNTING];
    const program = startProgram(words, { file: 'setsid' });
    const seen: Record<string, number> = { ready: 2 };
    await untilLines(program, seen);
    await untilWatched(program, 2);
    for (const [signal, target] of [
      ['SIGTERM', -program.pid],
      ['SIGTERM', program.pid],
      ['SIGUSR1', -program.pid],
      ['SIGINT', program.pid],
      ['SIGHUP', -program.pid],
      ['SIGTERM', -program.pid],
    ] as const) {
      const sentAt = performance.now();
      process.kill(target, signal);
      seen[signal] = (seen[signal] ?? 0) + 2;
      await untilLines(program, seen);
      await untilApart(sentAt);
      await untilWatched(program, 2);
      assert.deepEqual(countLines(program.stdout()), seen, `${signal} came twice`);
    }
    process.kill(program.pid, 'SIGUSR2');
    assert.equal((await program.result).status, 4);
  });

  for (const first of ['SIGINT', 'SIGUSR1', 'SIGHUP'] as const) {
    test(`SIGTERM to the launcher just after ${first} to the group reaches a worker`, async () => {
      for (const gapMs of GAPS_MS.flatMap((gap) => Array.from({ length: TRIES }, () => gap))) {
        const program = startProgram(['--wait', PROGRAM, '--', 'python3', '-c', COUNTING], { file: 'setsid' });
        await untilLines(program, { ready: 1 });
        await untilWatched(program, 1);
        process.kill(-program.pid, first);
        if (gapMs > 0) await new Promise((resolve) => setTimeout(resolve, gapMs));
        process.kill(program.pid, 'SIGTERM');
        await waitUntil(() => {
          const { [first]: ofGroup = 0, SIGTERM = 0 } = countLines(program.stdout());
          assert.ok(ofGroup > 0 && SIGTERM > 0, `${gapMs} ms: ${program.stdout()}`);
        });
        process.kill(program.pid, 'SIGUSR2');
        assert.equal((await program.result).status, 4);
      }
    });
  }

  test('`timeout` ends a worker with one signal', async () => {
    const { status, stdout } = await startProgram(['6', PROGRAM, '--', 'python3', '-c', ENDING], { file: 'timeout' })
      .result;
    assert.deepEqual([status, stdout], [124, 'ready\nSIGTERM\n']);
  });

  test('a script whose trap waits for its child ends as without the launcher', async () => {
    const script = `trap 'echo cleaned; exit 3' TERM; echo ready; sleep 60; echo "sleep ended with $?"`;
    const program = startProgram(['--wait', PROGRAM, '--', 'bash', '-c', script], { file: 'setsid' });
    await untilLines(program, { ready: 1 });
    process.kill(-program.pid, 'SIGTERM');
    const { status, stdout } = await program.result;
    assert.deepEqual([status, stdout], [3, 'ready\ncleaned\n']);
  });

  test('SIGSTOP stops the workers, SIGCONT continues them', async () => {
    const mark = createMark();
    const words = ['--wait', PROGRAM, '-w', '2', '--', 'sh', '-c', 'echo ready; while :; do sleep 60; done'];
    const program = startProgram(words, { file: 'setsid', env: mark.env });
    await untilLines(program, { ready: 2 });
    const workers = processesMarked(mark.value).filter((pid) => readFileSync(`/proc/${pid}/comm`, 'utf8') === 'sh\n');
    const untilState = (state: string): Promise<void> =>
      waitUntil(() => {
        const states = workers.map((pid) => stateOf(pid));
        assert.deepEqual(
          states,
          workers.map(() => state),
        );
      });
    process.kill(-program.pid, 'SIGSTOP');
    await untilState('T');
    process.kill(-program.pid, 'SIGCONT');
    await untilState('S');
    process.kill(program.pid, 'SIGTERM');
    assert.equal((await program.result).status, 143);
    assert.deepEqual(processesMarked(mark.value), []);
  });

  test('a worker that has left the group gets it from the launcher', async () => {
    const script = `import os\nos.setpgid(0, 0)\n${COUNTING}`;
    const program = startProgram(['--wait', PROGRAM, '--', 'python3', '-c', script], { file: 'setsid' });
    await untilLines(program, { ready: 1 });
    process.kill(-program.pid, 'SIGTERM');
    await untilLines(program, { ready: 1, SIGTERM: 1 });
    process.kill(program.pid, 'SIGUSR2');
    assert.equal((await program.result).status, 4);
  });

  test('the same signal to every process, as from systemd, is one signal', async () => {
    const words = ['--wait', PROGRAM, '--', 'python3', '-c', COUNTING];
    const program = startProgram(words, { file: 'setsid' });
    await untilLines(program, { ready: 1 });
    await untilWatched(program, 1);
    for (const pid of [program.pid, ...processesIn(program.pid)]) if (pid !== program.pid) process.kill(pid, 'SIGTERM');
    process.kill(program.pid, 'SIGTERM');
    const sentAt = performance.now();
    await untilApart(sentAt);
    await untilLines(program, { ready: 1, SIGTERM: 1 });
    process.kill(program.pid, 'SIGUSR2');
    assert.equal((await program.result).status, 4);
  });

  test('`timeout` and `kill %1` at a terminal too', { skip: missingTmux() }, async () => {
    const directory = mkdtempSync(join(tmpdir(), 'oneprocpool-group-'));
    writeFileSync(join(directory, 'ending.py'), ENDING);
    const terminal = await openTerminal();
    try {
      const { enter, until, screen } = terminal;
      enter(`PATH=${programDirectory()}:$PATH; cd ${directory}; clear`);
      enter('timeout 6 oneprocpool -- python3 ending.py; echo "status $?"');
      await until(/^ready\nSIGTERM\nstatus 124$/m);
      enter('clear; oneprocpool -- python3 ending.py & echo "job $!"');
      await until(/^job [0-9]+$/m);
      await until(/ready$/m);
      const job = Number(/^job ([0-9]+)$/m.exec(screen())?.[1]);
      await untilWatched({ pid: job }, 1);
      enter('kill %1; wait; echo over');
      await until(/^over$/m);
      assert.equal(screen().match(/^SIGTERM$/gm)?.length, 1, screen());
    } finally {
      terminal.close();
      rmSync(directory, { recursive: true });
    }
  });
});
