/** The output of the workers with --prefix and --output-dir: nothing lost, nothing mixed, nobody held up. */
import assert from 'node:assert/strict';
import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import { createMark, processesMarked } from '../support/processes.ts';
import { PROGRAM } from '../support/project.ts';
import { runProgram, type ProgramResult } from '../support/run-program.ts';
import { waitUntil } from '../support/wait-until.ts';

const directory = mkdtempSync(join(tmpdir(), 'oneprocpool-output-'));
after(() => {
  rmSync(directory, { recursive: true });
});

/** 13,107 lines of 80 bytes, and the end at once. */
const MEGABYTE = `yes ${'0123456789'.repeat(8).slice(1)} | head -n 13107`;

/** In bash, `$0` being the program. */
function inBash(script: string, env = {}): Promise<ProgramResult> {
  return runProgram(['-c', script, PROGRAM], { file: 'bash', env });
}

function linesOf(text: string): string[] {
  return text.split('\n').filter((line) => line !== '');
}

describe('--prefix', { concurrency: 2 }, () => {
  test('each line of both streams carries the index of its worker', async () => {
    const script = 'echo "out $ONEPROCPOOL_WORKER_INDEX"; echo "err $ONEPROCPOOL_WORKER_INDEX" >&2';
    const result = await runProgram(['--prefix', '-w', '2', '--', 'sh', '-c', script]);
    assert.deepEqual(
      [result.status, linesOf(result.stdout).sort(), linesOf(result.stderr).sort()],
      [0, ['[0] out 0', '[1] out 1'], ['[0] err 0', '[1] err 1']],
    );
  });

  test('nothing is lost when the workers end at once', async () => {
    const result = await inBash(`"$0" --prefix -w 2 -- sh -c '${MEGABYTE}' | sort | uniq -c | sed 's/^ *//'`);
    const line = '0123456789'.repeat(8).slice(1);
    assert.equal(result.stdout, `13107 [0] ${line}\n13107 [1] ${line}\n`);
  });

  test('nor with a reader that begins when the workers are gone', async () => {
    const fifo = join(directory, 'slow');
    spawnSync('mkfifo', [fifo]);
    const ended = join(directory, 'ended');
    // 60 kB for each worker: less than a pipe holds, so they can end before anybody reads.
    const script = `yes 0123456789 | head -n 5000; echo "$$" >> ${ended}`;
    const run = inBash(`"$0" --prefix -w 2 -- sh -c '${script}' >${fifo}`);
    const reader = spawn('sh', ['-c', `exec 3<${fifo}; read _; exec wc -l <&3`], {
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    await waitUntil(() => {
      assert.equal(linesOf(readFileSync(ended, 'utf8')).length, 2);
    });
    const counted = once(reader.stdout, 'data');
    reader.stdin.end('\n');
    assert.equal(String(((await counted) as Buffer[])[0]), '10000\n');
    assert.equal((await run).status, 0);
  });

  test('bytes stay as they are, and an unfinished last line gets no line end', async () => {
    const bytes = Buffer.from(Array.from({ length: 512 }, (_, at) => at & 255).filter((byte) => byte !== 10));
    const file = join(directory, 'bytes');
    writeFileSync(file, bytes);
    await inBash(`"$0" --prefix -- cat ${file} >${file}.out`);
    assert.deepEqual(readFileSync(`${file}.out`), Buffer.concat([Buffer.from('[0] '), bytes]));
  });

  test('our own words begin on a line of their own', async () => {
    const { stderr } = await runProgram(['--prefix', '-v', '--', 'sh', '-c', 'printf unfinished >&2']);
    assert.match(stderr, /^\[0\] unfinished\noneprocpool: worker 0/m);
  });

  test('lines that are written in pieces by several workers do not mix', async () => {
    const script = 'for i in 1 2 3 4 5 6 7 8 9; do printf "a$i"; printf b; printf "c\\n"; done';
    const { stdout } = await runProgram(['--prefix', '-w', '4', '--', 'sh', '-c', script]);
    const wanted = [0, 1, 2, 3].flatMap((index) => [1, 2, 3, 4, 5, 6, 7, 8, 9].map((i) => `[${index}] a${i}bc`));
    assert.deepEqual(linesOf(stdout).sort(), wanted);
  });

  test('where stdout and stderr are one, their order is kept', async () => {
    const script = 'for i in 1 2 3 4 5; do echo "out $i"; echo "err $i" >&2; done';
    const { stdout } = await inBash(`"$0" --prefix -- sh -c '${script}' 2>&1`);
    const wanted = [1, 2, 3, 4, 5].flatMap((i) => [`[0] out ${i}`, `[0] err ${i}`]);
    assert.deepEqual(linesOf(stdout), wanted);
  });

  test('a worker can open /dev/stdout and /dev/stderr', async () => {
    const result = await runProgram(['--prefix', '--', 'sh', '-c', 'echo a >/dev/stdout; echo b >/dev/stderr']);
    assert.deepEqual([result.status, result.stdout, result.stderr], [0, '[0] a\n', '[0] b\n']);
  });

  test('a reader that goes away ends the worker as in a pipeline of the shell', async () => {
    const result = await inBash('"$0" --prefix -- yes | head -n 2; echo "${PIPESTATUS[0]}"');
    assert.deepEqual([result.stdout, result.stderr], ['[0] y\n[0] y\n141\n', '']);
  });

  test('and the worker is not started again', async () => {
    const result = await inBash('"$0" --prefix --restart always -- yes | head -n 1; echo "${PIPESTATUS[0]}"');
    assert.deepEqual([result.stdout, result.stderr], ['[0] y\n141\n', '']);
  });

  test('a full disk is said, and ends the worker', async () => {
    const result = await inBash('"$0" --prefix -- yes >/dev/full');
    assert.equal(result.status, 141);
    assert.match(result.stderr, /cannot write the output of the workers: no space left on the device/);
  });

  test('a full disk is our failure when the worker could not notice it', async () => {
    const result = await inBash('"$0" --prefix -- echo x >/dev/full');
    assert.equal(result.status, 125);
    assert.match(result.stderr, /cannot write the output of the workers: no space left on the device/);
  });

  test('a stdout that somebody made non-blocking loses nothing', async (t) => {
    if (spawnSync('python3', ['-c', '']).status !== 0) {
      t.skip('python3 is not installed');
      return;
    }
    const unblock = 'import os, sys; os.set_blocking(1, False); os.execvp(sys.argv[1], sys.argv[1:])';
    const slow = `python3 -c 'import sys, time; time.sleep(0.3); print(sum(1 for _ in sys.stdin))'`;
    const result = await inBash(`python3 -c '${unblock}' "$0" --prefix -w 2 -- sh -c '${MEGABYTE}' | ${slow}`);
    // That Python ignores SIGPIPE is inherited, so `yes` complains.
    assert.equal(result.stdout, '26214\n');
  });

  test('a process that keeps the pipe open and cannot be found does not hold up the end', async () => {
    const mark = createMark();
    // Neither the mark of the run nor a parent tells whose it is; it ends by itself.
    const daemon = 'env -i setsid sh -c "sleep 20 & " &';
    const startedMs = performance.now();
    const result = await runProgram(['--prefix', '--', 'sh', '-c', `${daemon} wait; echo done`], { env: mark.env });
    assert.deepEqual([result.status, result.stdout], [0, '[0] done\n']);
    assert.ok(performance.now() - startedMs < 15_000);
  });

  test('colour marks the worker when it is wanted, and the text after it is plain', async () => {
    const { stdout } = await runProgram(['--prefix', '--color', 'always', '-w', '2', '--', 'echo', 'x']);
    assert.deepEqual(linesOf(stdout).sort(), ['\u001B[33m[1]\u001B[39m x', '\u001B[36m[0]\u001B[39m x']);
  });

  test('is refused with --exec, before anything is started', async () => {
    for (const option of [['--prefix'], ['--output-dir', directory], ['--restart', 'always']]) {
      const result = await runProgram(['--exec', ...option, '--', 'echo', 'started']);
      assert.deepEqual([result.status, result.stdout], [125, '']);
      assert.match(result.stderr, new RegExp(`Expected no \`${option[0] ?? ''}\` with \`--exec\``));
    }
  });
});

describe('--prefix with a reader that takes nothing', () => {
  const started: ChildProcess[] = [];
  after(() => {
    for (const program of started) program.kill('SIGTERM');
  });

  /** Bytes that the process has written so far. */
  function writtenBy(pid: number): number {
    return Number(/^wchar: (\d+)$/m.exec(readFileSync(`/proc/${pid}/io`, 'utf8'))?.[1]);
  }

  function residentMiB(pid: number): number {
    return Number(/^VmHWM:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) / 1024;
  }

  /** Two workers that want to write 64 MB each, and what stopped them. */
  async function startBlocked(script: string, workers = 2) {
    const mark = createMark();
    const args = ['--prefix', '-w', String(workers), '--', 'sh', '-c', script];
    const program = spawn(PROGRAM, args, {
      stdio: ['ignore', 'pipe', 'inherit'],
      env: { ...process.env, ...mark.env, NODE_EXTRA_CA_CERTS: '' },
    });
    const { pid = 0, stdout } = program;
    started.push(program);
    stdout.pause();
    const ended = once(program, 'close') as Promise<[number | null]>;
    const isWriter = (other: number): boolean => readFileSync(`/proc/${other}/comm`, 'utf8') === 'head\n';
    let last = -1;
    const writers = await waitUntil(() => {
      const found = processesMarked(mark.value).filter(isWriter);
      assert.equal(found.length, 2);
      const sum = found.reduce((bytes, other) => bytes + writtenBy(other), 0);
      const before = last;
      last = sum;
      assert.ok(sum > 0 && sum === before, 'still writing');
      return found;
    });
    return { mark, pid, stdout, ended, writers, program };
  }

  test('the workers wait, memory stays flat, and later everything comes', async () => {
    const blocked = await startBlocked('exec head -c 64000000 /dev/zero');
    assert.ok(residentMiB(blocked.pid) < 100, `${residentMiB(blocked.pid)} MiB`);
    for (const writer of blocked.writers) assert.ok(writtenBy(writer) < 4_000_000, `${writtenBy(writer)} bytes`);
    let received = 0;
    blocked.stdout.on('data', (chunk: Buffer) => (received += chunk.length));
    blocked.stdout.resume();
    assert.deepEqual(await blocked.ended, [0, null]);
    assert.ok(received > 128_000_000, `${received} bytes`);
  });

  test('a signal still reaches the workers', async () => {
    // Not from the trap of the writer itself: it is stuck in its write.
    const trap = `trap 'echo "got it" >&3; exit' USR1`;
    const file = join(directory, 'signal');
    const script = `if [ "$ONEPROCPOOL_WORKER_INDEX" = 2 ]; then ${trap}; exec 3>${file}; while :; do sleep 0.05; done; fi; trap '' USR1; exec head -c 64000000 /dev/zero`;
    const blocked = await startBlocked(script, 3);
    await waitUntil(() => {
      assert.ok(readdirSync(directory).includes('signal'));
    });
    blocked.program.kill('SIGUSR1');
    await waitUntil(() => {
      assert.equal(readFileSync(file, 'utf8'), 'got it\n');
    });
    blocked.stdout.resume();
    assert.deepEqual(await blocked.ended, [0, null]);
  });

  test('SIGTERM ends the run, and nothing stays behind', async () => {
    const blocked = await startBlocked('exec head -c 64000000 /dev/zero');
    blocked.program.kill('SIGTERM');
    assert.deepEqual(await blocked.ended, [143, null]);
    assert.deepEqual(processesMarked(blocked.mark.value), []);
  });
});

describe('--output-dir', { concurrency: 2 }, () => {
  const script = 'echo "out $ONEPROCPOOL_WORKER_INDEX"; echo "err $ONEPROCPOOL_WORKER_INDEX" >&2; printf end';
  const names = ['worker-0.stderr.log', 'worker-0.stdout.log', 'worker-1.stderr.log', 'worker-1.stdout.log'];
  const contents = (path: string): string[] => names.map((name) => readFileSync(join(path, name), 'utf8'));

  test('gets one file for each worker and stream, and our own streams nothing', async () => {
    const path = join(directory, 'new/logs');
    const report = join(directory, 'report.json');
    const args = ['--output-dir', path, '--report', report, '-w', '2', '--', 'sh', '-c', script];
    // Twice: the second run replaces what the first one wrote.
    for (const _ of [1, 2]) {
      const result = await runProgram(args);
      assert.deepEqual([result.status, result.stdout, result.stderr], [0, '', '']);
    }
    assert.deepEqual(readdirSync(path).sort(), names);
    assert.deepEqual(contents(path), ['err 0\n', 'out 0\nend', 'err 1\n', 'out 1\nend']);
    const { workers } = JSON.parse(readFileSync(report, 'utf8')) as { workers: { output: unknown }[] };
    assert.deepEqual(workers[1]?.output, { stdout: join(path, names[3] ?? ''), stderr: join(path, names[2] ?? '') });
  });

  test('with --prefix our own streams get it too, and the files stay without prefix', async () => {
    const path = join(directory, 'tee');
    const result = await runProgram(['--prefix', '--output-dir', path, '-w', '2', '--', 'sh', '-c', script]);
    assert.deepEqual(contents(path), ['err 0\n', 'out 0\nend', 'err 1\n', 'out 1\nend']);
    assert.deepEqual(linesOf(result.stdout).sort(), ['[0] end', '[0] out 0', '[1] end', '[1] out 1']);
    assert.deepEqual(linesOf(result.stderr).sort(), ['[0] err 0', '[1] err 1']);
  });

  test('in a directory that takes none is refused, and nobody waits for ever', async () => {
    const result = await runProgram(['--output-dir', '/proc/none/logs', '--', 'echo', 'started']);
    assert.deepEqual([result.status, result.stdout], [125, '']);
    assert.match(result.stderr, /cannot write \/proc\/none\/logs\/worker-0\.stdout\.log: no such directory/);
  });

  test('that cannot be written stops us before anything is started', async () => {
    writeFileSync(join(directory, 'file'), '');
    const result = await runProgram([
      '--output-dir',
      join(directory, 'file/logs'),
      '--',
      'touch',
      join(directory, 'started'),
    ]);
    assert.equal(result.status, 125);
    assert.match(result.stderr, /cannot write .*worker-0\.stdout\.log: a part of the path is not a directory/);
    assert.ok(!readdirSync(directory).includes('started'));
  });
});

describe('our own words', { concurrency: 2 }, () => {
  test('that nobody can take do not end the run', async () => {
    const failing = `sh -c 'echo "$ONEPROCPOOL_WORKER_INDEX"; exit 3'`;
    const many = await inBash(`"$0" -w 2 --cpus 1 --no-fail-fast -- ${failing} 2>/dev/full`);
    assert.deepEqual([many.status, linesOf(many.stdout).sort()], [3, ['0', '1']]);
    const again = await inBash(`"$0" --restart on-failure --max-restarts 1 -- ${failing} 2>/dev/full`);
    assert.deepEqual([again.status, again.stdout], [3, '0\n0\n']);
    assert.equal((await inBash('"$0" --unknown 2>/dev/full')).status, 125);
  });

  test('that were asked for and cannot be written are an error with its cause', async () => {
    for (const command of ['plan', 'env', 'presets list', '--help']) {
      const result = await inBash(`"$0" ${command} >/dev/full`);
      assert.equal(result.status, 125, command);
      assert.equal(
        result.stderr,
        'oneprocpool: cannot write to standard output: no space left on the device\n\nhint: the disk is full; choose another place\n',
      );
    }
  });
});
