/** Values of the user's own variables may be secrets: a run report hides them, `plan`, `env` and `export` print them. */
import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, test } from 'node:test';
import { runProgram, type ProgramResult } from '../support/run-program.ts';

const SECRETS = ['s3cr3t-of-the-file', 's3cr3t-of-the-flag', 's3cr3t-of-the-variable'];
let directory: string;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'oneprocpool-secrets-'));
  writeFileSync(join(directory, 'c.yaml'), `env:\n  TOKEN: ${SECRETS[0]}\n`);
});
afterEach(() => {
  rmSync(directory, { recursive: true, force: true });
});

/** Each of the three places that give variables of one's own. */
const SOURCES: readonly (readonly [place: string, options: readonly string[], env: Record<string, string>])[] = [
  ['the config file', ['--config', 'c.yaml'], {}],
  ['--env', ['--no-config', '--env', `TOKEN=${SECRETS[1]}`], {}],
  ['ONEPROCPOOL_ENV', ['--no-config'], { ONEPROCPOOL_ENV: `TOKEN=${SECRETS[2]}` }],
];

function run(words: readonly string[], env: Record<string, string>): Promise<ProgramResult> {
  return runProgram(words, { cwd: directory, env });
}

function hasSecret(text: string): boolean {
  return SECRETS.some((secret) => text.includes(secret));
}

describe('values of variables of one’s own', () => {
  for (const [place, options, env] of SOURCES) {
    test(`from ${place} are hidden in reports, and reach the command`, async () => {
      for (const file of ['r.json', 'r.html']) {
        const command = ['sh', '-c', 'echo "$TOKEN"'];
        const result = await run([...options, '--report', file, '--', ...command], env);
        assert.equal(result.status, 0, result.stderr);
        assert.ok(hasSecret(result.stdout), result.stdout);
        const text = readFileSync(join(directory, file), 'utf8');
        assert.ok(!hasSecret(text), file);
        assert.match(text, /TOKEN[^]*\*\*\*/);
        // What oneprocpool sets is no secret.
        assert.match(text, /ONEPROCPOOL_THREADS[^\d]*\d/);
        await run([...options, '--report-env', '--report', file, '--', ...command], env);
        assert.ok(hasSecret(readFileSync(join(directory, file), 'utf8')), `${file} with --report-env`);
      }
    });

    test(`from ${place} are printed by plan, env and export`, async () => {
      for (const command of [['plan', '-v'], ['plan', '--json'], ['env'], ['export', 'sh']]) {
        const { status, stdout } = await run([...command, ...options], env);
        assert.deepEqual([status, hasSecret(stdout)], [0, true], command.join(' '));
      }
    });
  }

  test('in the options of a launcher inside the command are hidden too', async () => {
    const words = ['--no-config', '--report', 'r.json', '--', 'echo', '--env', `TOKEN=${SECRETS[1]}`];
    assert.equal((await run(words, {})).status, 0);
    const report = JSON.parse(readFileSync(join(directory, 'r.json'), 'utf8')) as { command: string[] };
    assert.deepEqual(report.command, ['echo', '--env', 'TOKEN=***']);
  });

  test('are hidden in command lines and findings of processes that got them as an argument', async () => {
    const busy = `"${process.execPath}" -e 'const end = Date.now() + 1500; while (Date.now() < end);' -- "--token=$TOKEN"`;
    const script = `${busy} & ${busy} & wait`;
    for (const file of ['r.json', 'r.html']) {
      const words = ['--no-config', '--cpus', '1', '--env', `TOKEN=${SECRETS[1]}`, '--report', file];
      const command = ['sh', '-c', script];
      const kept = await run([...words, '--report-env', '--', ...command], {});
      assert.equal(kept.status, 0, kept.stderr);
      // Otherwise nothing was there to hide.
      assert.ok(readFileSync(join(directory, file), 'utf8').includes(`--token=${SECRETS[1]}`), kept.stderr);
      assert.equal((await run([...words, '--', ...command], {})).status, 0);
      const text = readFileSync(join(directory, file), 'utf8');
      assert.ok(!hasSecret(text), file);
      assert.ok(text.includes('--token=***'), file);
    }
  });
});
