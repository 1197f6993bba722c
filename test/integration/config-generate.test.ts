import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { appendFileSync, cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { PROJECT_ROOT } from '../support/project.ts';

function generate(root: string, ...args: string[]): { status: number | null; stderr: string } {
  const { status, stderr } = spawnSync(process.execPath, ['scripts/generate.mjs', ...args], {
    cwd: root,
    encoding: 'utf8',
  });
  return { status, stderr };
}

test('the generated documents are what the sources say', () => {
  assert.deepEqual(generate(PROJECT_ROOT, '--check'), { status: 0, stderr: '' });
});

describe('npm run generate', () => {
  let copy: string;
  before(() => {
    copy = mkdtempSync(join(tmpdir(), 'oneprocpool-generate-'));
    for (const part of ['src', 'scripts', 'package.json', 'CHANGELOG.md'])
      cpSync(join(PROJECT_ROOT, part), join(copy, part), { recursive: true });
    symlinkSync(join(PROJECT_ROOT, 'node_modules'), join(copy, 'node_modules'));
    writeFileSync(
      join(copy, 'README.md'),
      '# x\n<!-- begin options (npm run generate) -->\nold\n<!-- end options -->\nby hand\n',
    );
  });
  after(() => rmSync(copy, { recursive: true, force: true }));

  test('with --check names what is missing or different and writes nothing', () => {
    const { status, stderr } = generate(copy, '--check');
    assert.equal(status, 1);
    for (const path of ['schemas/config.schema.json', 'docs/options.md', 'man/oneprocpool.1', 'README.md']) {
      assert.ok(stderr.includes(`${path} is not what the sources say; run \`npm run generate\``), stderr);
    }
  });

  test('writes the documents and leaves alone what is written by hand', () => {
    assert.deepEqual(generate(copy), { status: 0, stderr: '' });
    assert.match(
      readFileSync(join(copy, 'README.md'), 'utf8'),
      /^# x\n<!-- begin [^\n]*\n\| Option \|[^]*`--workers N`[^]*<!-- end options -->\nby hand\n$/,
    );
    assert.deepEqual(generate(copy, '--check'), { status: 0, stderr: '' });
    appendFileSync(join(copy, 'schemas/config.schema.json'), ' ');
    assert.match(generate(copy, '--check').stderr, /^schemas\/config\.schema\.json is not/);
  });

  test('says so when the README has no place for the table', () => {
    writeFileSync(join(copy, 'README.md'), '# x\n');
    assert.match(generate(copy, '--check').stderr, /README\.md has no line `<!-- begin options/);
  });
});
