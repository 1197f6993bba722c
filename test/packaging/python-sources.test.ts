/** The sources of the Python package: typed, tidy, and in step with the table of options. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { OPTION_NAMES, OPTIONS } from '../../src/config/option-specs.ts';
import { PROJECT_ROOT } from '../support/project.ts';
import { findPythonTool, NO_PYTHON_TOOLS, run } from './packaging.ts';

describe('the Python sources', () => {
  const python = join(PROJECT_ROOT, 'python');
  for (const [name, words] of [
    ['mypy', ['--config-file', 'pyproject.toml', '--cache-dir', '/dev/null']],
    ['ruff', ['check', '--no-cache', '.']],
    ['ruff', ['format', '--no-cache', '--check', '.']],
  ] as const) {
    test(`satisfy ${name} ${words[0]}`, (t) => {
      const tool = findPythonTool(name);
      if (tool === undefined) t.skip(NO_PYTHON_TOOLS);
      else run(tool, words, { cwd: python });
    });
  }

  test('offer every option of `oneprocpool env` that says something about the numbers', () => {
    const text = readFileSync(join(python, 'oneprocpool/_environment.py'), 'utf8');
    const signature = /^def env\(\n([^]*?)^\) ->/m.exec(text)?.[1] ?? '';
    const parameters = [...signature.matchAll(/^ {4}(\w+):/gm)].map(([, name = '']) => name.replace(/_$/, ''));
    // `worker` is not one; root is for tests and bundles; the others say where and how to print.
    const left = ['root', 'format', 'output', 'json', 'color', 'quiet', 'verbose'];
    const expected = OPTION_NAMES.filter((name) => OPTIONS[name].commands.includes('env'))
      .map((name) => OPTIONS[name].flag.replaceAll('-', '_'))
      .filter((name) => !left.includes(name));
    const sorted = (names: readonly string[]) => [...names].sort((a, b) => (a < b ? -1 : 1));
    assert.deepEqual(sorted(parameters.filter((name) => name !== 'worker')), sorted(expected));
  });
});
