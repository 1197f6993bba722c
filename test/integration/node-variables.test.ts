/** Variables and signals that change how Node.js itself starts are for the command's Node.js, not for the launcher's. */
import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { notOfTheExecutable, PROGRAM } from '../support/project.ts';
import { runProgram } from '../support/run-program.ts';

let directory = '';
before(() => {
  directory = mkdtempSync(join(tmpdir(), 'oneprocpool-'));
});
after(() => {
  rmSync(directory, { recursive: true });
});

function file(name: string, text: string, mode = 0o644): string {
  const path = join(directory, name);
  writeFileSync(path, text, { mode });
  return path;
}

/** A Node.js that runs `code` before the program. */
function nodeWith(name: string, code: string): { ONEPROCPOOL_NODE: string } {
  const preload = file(`${name}.cjs`, code);
  return { ONEPROCPOOL_NODE: file(name, `#!/bin/sh\nexec '${process.execPath}' -r '${preload}' "$@"\n`, 0o755) };
}

const NEW_PIDS = ['--pid', '--fork', '--mount-proc', '--kill-child'];
const FORMS: readonly (readonly [name: string, command: readonly string[]])[] = [
  ['run', [PROGRAM]],
  ['--prefix', [PROGRAM, '--prefix']],
  ['--exec', [PROGRAM, '--exec']],
  ['PID 1', ['unshare', ...NEW_PIDS, PROGRAM]],
];

function missing(name: string): string | false {
  if (name !== 'PID 1' || spawnSync('unshare', [...NEW_PIDS, 'true']).status === 0) return false;
  return 'no permission for a PID namespace';
}

/** What the command answers to a message of its Node.js parent, and its status. */
function talk([command = '', ...words]: readonly string[], env: NodeJS.ProcessEnv): Promise<unknown[]> {
  const code = "process.on('message', (m) => { process.send([m, process.argv.length]); process.disconnect(); })";
  const child = spawn(command, [...words, '--', process.execPath, '-e', code], {
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    serialization: 'advanced',
    env: { ...process.env, ...env },
  });
  const seen: unknown[] = [];
  child.on('message', (message) => seen.push(message));
  child.send({ hello: 1n });
  return new Promise((resolve) => {
    child.on('close', (status) => {
      resolve([...seen, status]);
    });
  });
}

for (const [name, command] of FORMS) {
  describe(name, { skip: notOfTheExecutable || missing(name) }, () => {
    test('a Node.js command has the IPC channel of its Node.js parent', async () => {
      assert.deepEqual(await talk(command, {}), [[{ hello: 1n }, 1], 0]);
    });

    test('variables for Node.js reach the command as they were, and the launcher not at all', async () => {
      const [outer = '', ...words] = command;
      const given = {
        NODE_DEBUG: 'child_process,net\nfs',
        NODE_DEBUG_NATIVE: 'ASYNC_HOOKS',
        NODE_V8_COVERAGE: join(directory, `coverage of ${name}`),
        NODE_REDIRECT_WARNINGS: join(directory, `warnings of ${name}`),
        NODE_ICU_DATA: '/no/such/data',
        NODE_PATH: '',
        NODE_UNIQUE_ID: '7',
        NODE_CHANNEL_FD: '77',
        NODE_PENDING_DEPRECATION: '1',
        OPENSSL_CONF: '/no/such/configuration',
        UV_THREADPOOL_SIZE: '3',
      };
      const script =
        'for name; do eval "printf \'%s|\' \\"\\${$name-missing}\\""; done; env | grep -c ONEPROCPOOL_SHIM';
      const { status, stdout, stderr } = await runProgram(
        [...words, '--threads', '1', '--', 'sh', '-c', script, 'sh', ...Object.keys(given)],
        { file: outer, env: given },
      );
      const unprefixed = stdout.replaceAll(/^\[0\] /gm, '');
      assert.deepEqual([unprefixed, stderr, status], [`${Object.values(given).join('|')}|0\n`, '', 1]);
      assert.ok(!existsSync(given.NODE_V8_COVERAGE) && !existsSync(given.NODE_REDIRECT_WARNINGS));
    });
  });
}

describe('SIGUSR1 during the start', { skip: notOfTheExecutable }, () => {
  // Sent by the process to itself at the moment in question, where from outside it takes luck.
  const FIRST_STATEMENT = `const { once } = process; process.once = (name, ...rest) => {
    once.call(process, name, ...rest); if (name === 'SIGUSR1') process.kill(process.pid, name); return process; };`;

  test('before any JavaScript it opens no port', async () => {
    const messages = join(directory, 'messages');
    const env = nodeWith('node-before', "process.kill(process.pid, 'SIGUSR1');");
    const script = 'until grep -Ei "inspector|debugger" "$1"; do sleep 0.05; done';
    const words = ['-c', 'exec "$0" -- sh -c "$2" sh "$1" 2>"$1"', PROGRAM, messages, script];
    await runProgram(words, { file: 'sh', env });
    assert.doesNotMatch(readFileSync(messages, 'utf8'), /listening/i);
  });

  test('from the first statement on it ends the launcher or the command, as any program that does not handle it', async () => {
    const { status, signal, stderr } = await runProgram(['--', 'sleep', '600'], {
      env: nodeWith('node-first', FIRST_STATEMENT),
    });
    assert.ok(status === 138 || signal === 'SIGUSR1', `${status} ${signal}`);
    assert.doesNotMatch(stderr, /inspector|debugger/i);
  });

  test('it has no effect where it was ignored', async () => {
    const { status, stderr } = await runProgram(['-c', `trap '' USR1; exec "$0" -- sh -c 'exit 4'`, PROGRAM], {
      file: 'sh',
      env: nodeWith('node-ignoring', FIRST_STATEMENT),
    });
    assert.deepEqual([status, stderr], [4, '']);
  });
});

describe('ONEPROCPOOL_NODE', { skip: notOfTheExecutable }, () => {
  for (const program of ['true', 'echo', 'cat', '/bin/sh'])
    test(`${program} is refused`, async () => {
      const { status, stdout, stderr } = await runProgram(['--', 'sh', '-c', 'echo ran; exit 3'], {
        env: { ONEPROCPOOL_NODE: program },
      });
      assert.deepEqual([status, stdout], [125, '']);
      assert.match(stderr, /^oneprocpool: `.*` is not Node\.js\n\nhint: set ONEPROCPOOL_NODE /);
    });

  test('a Node.js is taken', async () => {
    const env = { ONEPROCPOOL_NODE: process.execPath };
    assert.equal((await runProgram(['--', 'sh', '-c', 'exit 3'], { env })).status, 3);
  });
});

test('a link whose target cannot be found gives one message', { skip: notOfTheExecutable }, async () => {
  const link = join(directory, 'link');
  symlinkSync(PROGRAM, link);
  file('readlink', '#!/bin/sh\nexit 1\n', 0o755);
  const { status, stderr } = await runProgram(['--', 'true'], {
    file: link,
    env: { PATH: `${directory}:${process.env['PATH'] ?? ''}` },
  });
  assert.equal(status, 125);
  assert.equal(stderr.match(/oneprocpool: /g)?.length, 1, stderr);
});
