/** The plan depends on the host's files only, not on the Node that calculates it. */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { promisify } from 'node:util';
import { findNode24 } from '../support/node24.ts';
import { PROGRAM, PROJECT_ROOT } from '../support/project.ts';

const run = promisify(execFile);
const HOSTS = join(PROJECT_ROOT, 'test/fixtures/hosts');
const HOST_NAMES = readdirSync(HOSTS, { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map(({ name }) => name)
  .sort();
const ENV = { PATH: process.env['PATH'] ?? '', HOME: '/nonexistent' };

/** Reads the limits of all hosts through the library, in one process. */
const LIBRARY_PROBE = `
const [index, hosts, ...names] = process.argv.slice(1);
const { readCpuLimits } = await import(index);
console.log(JSON.stringify(names.map((name) => readCpuLimits({ root: hosts + '/' + name }))));
`;

/** The two programs to compare; `undefined` after saying why the test is skipped. */
function nodes(t: TestContext): [string, string] | undefined {
  const other = findNode24();
  if (other === undefined) t.skip('Node 24 is not installed (npm ci --prefix tools/node24)');
  else if (other === process.execPath) t.skip('the tests run on Node 24 themselves');
  else return [process.execPath, other];
  return undefined;
}

async function planOf(node: string, host: string): Promise<string> {
  const args = ['plan', '--json', '-w', '3', '--root', join(HOSTS, host)];
  const { stdout } = await run(PROGRAM, args, { env: { ...ENV, ONEPROCPOOL_NODE: node }, cwd: '/' });
  return stdout;
}

async function limitsOf(node: string): Promise<unknown> {
  const args = ['--input-type=module', '-e', LIBRARY_PROBE, join(PROJECT_ROOT, 'dist/index.js'), HOSTS, ...HOST_NAMES];
  const { stdout } = await run(node, args, { env: ENV, cwd: '/', maxBuffer: 64 * 1024 * 1024 });
  return JSON.parse(stdout);
}

test('Node 20 and Node 24 print the same plan for every fixture host', async (t) => {
  const pair = nodes(t);
  if (pair === undefined) return;
  assert.ok(HOST_NAMES.length >= 40, `only ${HOST_NAMES.length} fixture hosts`);
  const [node20, node24] = pair;
  for (const host of HOST_NAMES) {
    const [here, other] = await Promise.all([planOf(node20, host), planOf(node24, host)]);
    assert.ok(here.startsWith('{'), `no plan for ${host}`);
    assert.equal(other, here, host);
  }
});

test('Node 20 and Node 24 read the same limits through the library', async (t) => {
  const pair = nodes(t);
  if (pair === undefined) return;
  const [here, other] = await Promise.all([limitsOf(pair[0]), limitsOf(pair[1])]);
  assert.equal(Array.isArray(here) ? here.length : 0, HOST_NAMES.length);
  assert.deepEqual(other, here);
});
