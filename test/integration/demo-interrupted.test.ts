/** A demo that is told to end: what it has started ends with it, what it has not started does not. */
import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { living } from '../support/processes.ts';
import { PROGRAM } from '../support/project.ts';
import { startProgram } from '../support/run-program.ts';
import { waitUntil } from '../support/wait-until.ts';

const directory = mkdtempSync(join(tmpdir(), 'oneprocpool-demo-'));
after(() => rmSync(directory, { recursive: true }));

test('SIGTERM ends the demo and its programs, and nothing that the shell had started before', async (t) => {
  const [started, python] = [join(directory, 'pid'), join(directory, 'python3')];
  writeFileSync(python, `#!/bin/sh\nsleep 60 &\necho $$ $! >${started}\nwait\n`, { mode: 0o755 });
  // A session of its own: then the demo leads its process group, as the first program of a pipeline does.
  const shell = `sleep 60 >/dev/null 2>&1 & echo $! >${directory}/other; exec "$0" demo`;
  const env = { PATH: `${directory}:${process.env['PATH']}`, ONEPROCPOOL_DEMO_OFFLINE: '1' };
  const program = startProgram(['sh', '-c', shell, PROGRAM], { file: 'setsid', env });
  const pids = await waitUntil(() => {
    const text = readFileSync(started, 'utf8');
    assert.match(text, /^\d+ \d+\n$/);
    return text.trim().split(' ').map(Number);
  });
  const other = Number(readFileSync(join(directory, 'other'), 'utf8'));
  t.after(() => process.kill(other, 'SIGKILL'));
  assert.deepEqual(living([other, ...pids]), [other, ...pids]);
  program.signal('SIGTERM');
  const { status, stderr } = await program.result;
  assert.equal(status, 143, stderr);
  await waitUntil(() => {
    assert.deepEqual(living([other, ...pids]), [other]);
  });
});
