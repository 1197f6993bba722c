import { describe, test } from 'node:test';
import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { createFiles } from '../../src/host/files.ts';
import { createProcesses } from '../../src/host/processes.ts';
import { createTreeReader, type ProcessTreeMethod, type TreeReader } from '../../src/verify/process-tree.ts';
import { compileProgram, missingCompiler } from '../support/c-programs.ts';
import { missingProgram } from '../support/missing-program.ts';
import { PROGRAM } from '../support/project.ts';
import { runProgram } from '../support/run-program.ts';

function readerOf(child: ChildProcess, method: ProcessTreeMethod = 'procfs'): TreeReader {
  const reader = createTreeReader({ files: createFiles(), processes: createProcesses(), method });
  assert.ok(child.pid !== undefined);
  reader.addRoot(0, child.pid);
  return reader;
}
const { default: pidtree } = await import('pidtree');
const pidsOf = (reader: TreeReader): number[] =>
  reader
    .read()
    .map(({ stat }) => stat.pid)
    .sort((a, b) => a - b);

async function waitUntil<Value>(read: () => Value | Promise<Value>, holds: (value: Value) => boolean): Promise<Value> {
  const deadline = Date.now() + 10_000;
  for (;;) {
    const value = await read();
    if (holds(value)) return value;
    if (Date.now() > deadline) assert.fail(`did not come true within 10 s; last: ${JSON.stringify(value)}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

/** A command with a tree of seven: a shell, two shells below it, four sleeps below these. */
function spawnTree(): ChildProcess {
  const inner = "sh -c 'sleep 30 & sleep 30 & wait'";
  return spawn('sh', ['-c', `${inner} & ${inner} & wait`], { stdio: 'ignore', detached: true });
}
function killGroup(child: ChildProcess): void {
  if (child.pid !== undefined) process.kill(-child.pid, 'SIGKILL');
}

describe('the tree of live processes', () => {
  for (const method of ['procfs', 'pidtree'] as const) {
    test(`${method} and the package pidtree see the same processes`, async (t) => {
      const missing = missingProgram('ps');
      if (missing !== undefined) return t.skip(missing);
      const child = spawnTree();
      try {
        const reader = readerOf(child, method);
        const pids = await waitUntil(
          () => pidsOf(reader),
          (each) => each.length === 7,
        );
        const listed = await pidtree(child.pid ?? 0, { root: true });
        assert.deepEqual(
          pids,
          listed.sort((a, b) => a - b),
        );
      } finally {
        killGroup(child);
      }
    });
  }

  test('a grandchild in a session of its own stays in the tree when its parent has ended', async (t) => {
    const missing = missingCompiler();
    if (missing !== undefined) return t.skip(missing);
    const child = spawn(compileProgram('daemon'), ['8', '500'], { stdio: ['ignore', 'pipe', 'ignore'] });
    try {
      const reader = readerOf(child);
      const grandchild = await new Promise<number>((resolve) =>
        child.stdout.once('data', (text) => resolve(Number(text))),
      );
      await waitUntil(
        () => pidsOf(reader),
        (pids) => pids.includes(grandchild) && pids.length === 3,
      );
      const pids = await waitUntil(
        () => pidsOf(reader),
        (each) => each.length === 2,
      );
      assert.deepEqual(
        pids,
        [child.pid, grandchild].sort((a, b) => (a ?? 0) - (b ?? 0)),
      );
      const outside = await pidtree(child.pid ?? 0, { root: true });
      assert.deepEqual(outside, [child.pid], 'its parent is another process now');
    } finally {
      child.kill('SIGKILL');
    }
  });

  test('three seconds of processes that come and go: no throw, and those that stay are always seen', async (t) => {
    const missing = missingCompiler();
    if (missing !== undefined) return t.skip(missing);
    const child = spawn('sh', ['-c', `sleep 30 & sleep 30 & ${compileProgram('churn')} 3`], {
      stdio: 'ignore',
      detached: true,
    });
    try {
      const reader = readerOf(child);
      const sleepers = await waitUntil(
        () =>
          reader
            .read()
            .filter(({ stat }) => stat.name === 'sleep')
            .map(({ stat }) => stat.pid),
        (pids) => pids.length === 2,
      );
      const end = Date.now() + 3000;
      let most = 0;
      while (Date.now() < end) {
        const pids = new Set(pidsOf(reader));
        most = Math.max(most, pids.size);
        assert.ok(sleepers.every((pid) => pids.has(pid)));
        await new Promise((resolve) => setTimeout(resolve, 5));
      }
      assert.ok(most > 4, 'the churn was seen');
    } finally {
      killGroup(child);
    }
  });
});

test('without ps `--process-tree pidtree` is refused, and nothing is started', async () => {
  const script = `dir=$(mktemp -d); ln -s "$(command -v node)" "$dir/node"; export PATH="$dir"
"$0" --process-tree pidtree -- /bin/echo started; echo "status $?"
"$0" --process-tree pidtree --verify off -- /bin/echo started
"$0" --process-tree pidtree --exec -- /bin/echo become; /bin/rm -r "$dir"`;
  const result = await runProgram(['-c', script, PROGRAM], { file: '/bin/sh' });
  assert.equal(result.stdout, 'status 125\nstarted\nbecome\n');
  assert.match(result.stderr, /Expected the program `ps` for `--process-tree pidtree`, found none on PATH\n\nhint: /);
});
