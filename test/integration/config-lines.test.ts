/** A mistake inside a config file is named with its own line, and a broken header of the table is not passed over. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, test } from 'node:test';
import { runProgram } from '../support/run-program.ts';

let directory: string;
beforeEach(() => (directory = mkdtempSync(join(tmpdir(), 'oneprocpool-lines-'))));
afterEach(() => rmSync(directory, { recursive: true }));

describe('a config file with a mistake', () => {
  const cases: readonly (readonly [file: string, text: string, message: RegExp])[] = [
    ['.oneprocpoolrc', 'env:\n  FOO: 1\n  BAR: true\n', /`env\.BAR`.*`true`.* line 3\)/],
    ['.oneprocpoolrc', 'env:\n- FOO=1\n- true\n', /`env\.1`.*`true`.* line 3\)/],
    ['.oneprocpoolrc.json', '{"env": {\n  "FOO": 1,\n  "BAR": null}}\n', /`env\.BAR`.*`null`.* line 3\)/],
    ['pyproject.toml', '[tool.oneprocpool.env]\nFOO = 1\nBAR = true\n', /`env\.BAR`.*`true`.* line 3\)/],
    ['.oneprocpoolrc', 'controls:\n  FOO: 1\n  BAR: true\n', /`controls\.BAR`.*`true`.* line 3\)/],
    ['pyproject.toml', '[x]\na = 1\n[tool.oneprocpool\nworkers = 2\n', /pyproject\.toml line 3 /],
    ['pyproject.toml', '[x]\na = 1\ntool.oneprocpool]\nworkers = 2\n', /pyproject\.toml line 3 /],
  ];
  for (const [file, text, message] of cases) {
    test(JSON.stringify(text), async () => {
      writeFileSync(join(directory, file), text);
      const { status, stdout, stderr } = await runProgram(['--', 'echo', 'started'], { cwd: directory });
      assert.deepEqual([status, stdout], [125, ''], stderr);
      assert.match(stderr, message);
    });
  }

  test('in a table of another tool is not read', async () => {
    writeFileSync(join(directory, 'pyproject.toml'), '[tool.oneprocpool-x\n');
    assert.equal((await runProgram(['--', 'true'], { cwd: directory })).status, 0);
  });
});
