/** With --pin each worker is born on CPUs of its own. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { availableParallelism } from 'node:os';
import { describe, test } from 'node:test';
import { notOfTheExecutable, PROGRAM } from '../support/project.ts';
import { missingShell } from '../support/shells.ts';
import { runProgram } from '../support/run-program.ts';

const SHOW = [
  'sh',
  '-c',
  'while read -r key value; do case $key in Cpus_allowed_list:) echo "$value";; esac; done </proc/$$/status',
];
const tooFew =
  availableParallelism() < 2 ? 'one CPU only' : spawnSync('taskset', ['-V']).status !== 0 && 'taskset is not installed';

/** Two CPUs that this process may use. */
function twoCpus(): [string, string] {
  const text = spawnSync('sh', ['-c', 'taskset -cp $$'], { encoding: 'utf8' }).stdout;
  const list = /: ([\d,-]+)\n/.exec(text)?.[1] ?? '';
  const cpus = list.split(',').flatMap((item) => {
    const [first = 0, last = first] = item.split('-').map(Number);
    return Array.from({ length: last - first + 1 }, (_, at) => String(first + at));
  });
  return [cpus[0] ?? '', cpus[1] ?? ''];
}

describe('--pin', { skip: tooFew, concurrency: 2 }, () => {
  const [first, second] = twoCpus();
  /** On exactly these CPUs. */
  const on = (cpus: string, ...words: string[]): ReturnType<typeof runProgram> =>
    runProgram(['-c', cpus, PROGRAM, ...words], { file: 'taskset' });
  const both = `${first},${second}`;

  test('two workers share no CPU', async () => {
    const { stdout, stderr } = await on(both, '--pin', '-w', '2', '--', ...SHOW);
    assert.deepEqual([stdout.trim().split('\n').sort(), stderr], [[first, second].sort(), '']);
  });

  test('the command is bound with --exec too, and its words are untouched', async () => {
    const { stdout } = await on(both, '--pin', '--exec', '--threads', '1', '--', ...SHOW);
    assert.equal(stdout, `${first}\n`);
    const words = await on(both, '--pin', '--exec', '--threads', '1', '--', 'printf', '%s|', '-c', '1', '');
    assert.equal(words.stdout, '-c|1||');
  });

  test('taskset of busybox does as well', { skip: missingShell('busybox sh') }, async () => {
    const script = `dir=$(mktemp -d); ln -s "$(command -v busybox)" "$dir/taskset"; PATH=$dir:$PATH; "$@"; rm -r "$dir"`;
    const { stdout } = await runProgram(['-c', script, 'sh', PROGRAM, '--pin', '--threads', '1', '--', ...SHOW], {
      file: 'sh',
    });
    assert.equal(stdout, `${first}\n`);
  });

  test('the plan shows the CPUs of each worker', async () => {
    const plan = JSON.parse((await on(both, 'plan', '--pin', '-w', '2', '--json')).stdout) as {
      workers: { cpus: number[] }[];
    };
    assert.deepEqual(
      plan.workers.map(({ cpus }) => cpus.map(String)),
      [[first], [second]],
    );
    assert.match(
      (await on(both, 'plan', '--pin', '-w', '2')).stdout,
      new RegExp(`on CPU ${first}(?: \\(node \\d+\\))? \\| ${second}(?: \\(node \\d+\\))?$`, 'm'),
    );
    assert.ok(!(await on(both, 'plan', '-w', '2')).stdout.includes('on CPU'));
  });

  test('more threads than CPUs are refused, and nothing is started', async () => {
    for (const form of [
      ['-w', '2'],
      ['--threads', '2'],
      ['--exec', '--threads', '2'],
    ]) {
      const result = await on(first, '--pin', ...form, '--', 'echo', 'started');
      assert.deepEqual([result.status, result.stdout], [125, '']);
      assert.match(result.stderr, /as many CPUs as threads for `--pin`, got 1 CPUs for 2 threads\n\nhint: /);
    }
  });

  test('without taskset it is refused, and nothing is started', { skip: notOfTheExecutable }, async () => {
    const script = `dir=$(mktemp -d); ln -s "$(command -v node)" "$dir/node"; PATH=$dir /bin/sh "$0" --pin --threads 1 -- /bin/echo started; echo "status $?"; rm -r "$dir"`;
    const result = await runProgram(['-c', script, PROGRAM], { file: 'sh' });
    assert.equal(result.stdout, 'status 125\n');
    assert.match(result.stderr, /Expected the program `taskset` for `--pin`, found none on PATH/);
  });
});
