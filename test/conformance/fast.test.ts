/** The fast subset of the conformance suite: the most used libraries obey. The whole: `npm run test:conformance`. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { test } from 'node:test';
import { PROJECT_ROOT } from '../support/project.ts';

interface Listed {
  readonly id: string;
  readonly group: string;
}

function script(...args: string[]): { status: number | null; output: string } {
  const { status, stdout, stderr } = spawnSync(process.execPath, ['scripts/conformance.mjs', ...args], {
    cwd: PROJECT_ROOT,
    encoding: 'utf8',
  });
  return { status, output: `${stdout}${stderr}` };
}

function listFast(): Listed[] {
  const lines = script('--fast', '--list').output.trim().split('\n');
  return lines.map((line) => line.split('\t')).map(([id = '', , group = '']) => ({ id, group }));
}

for (const { id, group } of listFast())
  test(`${id} keeps to k = 1 and k = 2 threads`, (t) => {
    const installed = script('--python', group);
    if (installed.status !== 0)
      return t.skip(`${installed.output.trim()} (npm run test:conformance -- --install-only)`);
    const { status, output } = script('--only', id, '--no-install');
    assert.equal(status, 0, output);
    assert.match(output, /1 passed, 0 failed, 0 skipped/);
  });
