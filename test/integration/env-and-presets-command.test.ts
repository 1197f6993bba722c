/** `oneprocpool env` and `oneprocpool presets` as a user runs them. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { describe, test } from 'node:test';
import { ENV_FORMATS } from '../../src/report/env-formats.ts';
import { PROGRAM } from '../support/project.ts';

const env = { PATH: process.env['PATH'] ?? '', HOME: '/nonexistent', GOTO_NUM_THREADS: '9' };

function run(file: string, args: readonly string[], more: Record<string, string> = {}) {
  return spawnSync(file, args, { env: { ...env, ...more }, encoding: 'utf8', cwd: '/' });
}

describe('env', () => {
  test('eval sets the variables and removes what would defeat them', () => {
    const script = 'eval "$("$1" env --cpus 1)" && printf "%s|%s" "$OMP_NUM_THREADS" "${GOTO_NUM_THREADS-gone}"';
    const { stdout, status } = run('sh', ['-c', script, 'sh', PROGRAM]);
    assert.deepEqual([stdout, status], ['1|gone', 0]);
  });
  for (const format of ENV_FORMATS) {
    test(`--format ${format} names the variable`, () => {
      const { stdout, status, stderr } = run(PROGRAM, ['env', '--cpus', '1', '--format', format]);
      assert.equal(status, 0, stderr);
      assert.match(stdout, /OPENBLAS_NUM_THREADS/);
    });
  }
  test('a value that the format cannot hold is refused with status 125 and nothing on stdout', () => {
    const { stdout, stderr, status } = run(PROGRAM, ['env', '--format', 'docker', '--env', 'NOTE=a\nb']);
    assert.deepEqual([stdout, status], ['', 125]);
    assert.match(stderr, /^oneprocpool: Expected a value that the format `docker` can hold.*\n\nhint: /);
  });
});

describe('presets', () => {
  test('the bundled presets are sound', () => {
    const { stdout, stderr, status } = run(PROGRAM, ['presets', 'check']);
    assert.equal(status, 0, stderr);
    assert.match(stdout, /^\d+ presets, all sound\n$/);
  });
  test('list --json and show agree', () => {
    const listed = JSON.parse(run(PROGRAM, ['presets', 'list', '--json']).stdout) as { id: string; name: string }[];
    assert.ok(listed.length > 40);
    const [first] = listed;
    const { stdout } = run(PROGRAM, ['presets', 'show', first?.id ?? '']);
    assert.ok(stdout.startsWith(`${first?.id}  ${first?.name}\n`), stdout);
  });
  test('an unknown id is refused with a suggestion', () => {
    const { stderr, status } = run(PROGRAM, ['presets', 'show', 'nummba']);
    assert.equal(status, 125);
    assert.match(stderr, /got `nummba`\n\nhint: did you mean `numba`\?/);
  });
});
