/** What `npm pack` puts into the package is all that the program needs, and nothing of the workshop. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { PROJECT_ROOT } from '../support/project.ts';
import { runProgram } from '../support/run-program.ts';

describe('the package', () => {
  let directory = '';
  let files: string[] = [];
  before(() => {
    directory = mkdtempSync(join(tmpdir(), 'oneprocpool-'));
    // Without scripts: a build would take the program away from the other tests.
    execFileSync('npm', ['pack', '--ignore-scripts', '--pack-destination', directory], {
      cwd: PROJECT_ROOT,
      stdio: 'ignore',
    });
    const [tarball = ''] = readdirSync(directory);
    execFileSync('tar', ['-xzf', tarball], { cwd: directory });
    files = execFileSync('tar', ['-tzf', join(directory, tarball)], { encoding: 'utf8' })
      .split('\n')
      .filter((name) => name !== '')
      .map((name) => name.replace('package/', ''));
    symlinkSync(join(directory, 'package/bin/oneprocpool'), join(directory, 'oneprocpool'));
  });
  after(() => {
    rmSync(directory, { recursive: true });
  });

  test('holds every part of the program, its types, presets and schemas', () => {
    const parts = readdirSync(join(PROJECT_ROOT, 'dist/lazy')).filter((name) => name.endsWith('.cjs'));
    assert.ok(parts.length > 10);
    const needed = [
      'bin/oneprocpool',
      'bin/start.cjs',
      'dist/main.cjs',
      'dist/index.js',
      'dist/types/index.d.ts',
      'schemas/config.schema.json',
      'schemas/preset.schema.json',
      'README.md',
      'LICENSE',
      ...parts.map((name) => `dist/lazy/${name}`),
      ...readdirSync(join(PROJECT_ROOT, 'presets')).map((name) => `presets/${name}`),
    ];
    assert.deepEqual(
      needed.filter((name) => !files.includes(name)),
      [],
    );
  });

  test('holds no tests, sources, tools or code caches of one version of Node.js', () => {
    const foreign = /^(src|test|tools|bench|scripts|node_modules|\.ci|dist\/test)\/|\.cache$|^\.(?!\/)/;
    assert.deepEqual(
      files.filter((name) => foreign.test(name)),
      [],
    );
  });

  test('runs where nothing else is installed', async () => {
    assert.ok(!existsSync(join(directory, 'package/node_modules')));
    const program = join(directory, 'oneprocpool');
    const run = (...words: string[]) => runProgram(words, { file: program, cwd: directory });
    for (const words of [
      ['--verify', 'fail', '--', 'true'],
      ['--exec', '--', 'true'],
      ['plan', '-v'],
      ['env', '--format', 'k8s'],
      ['presets', 'check'],
      ['completion', 'bash'],
      ['--help'],
    ]) {
      const { status, stderr } = await run(...words);
      assert.deepEqual([status, stderr], [0, ''], words.join(' '));
    }
    // A wrong option and a config file load parts that a good start does not.
    assert.equal((await run('--wrokers')).status, 125);
  });

  test('can be imported as a library', async () => {
    const entry = pathToFileURL(join(directory, 'package/dist/index.js')).href;
    const library = (await import(entry)) as typeof import('../../src/index.ts');
    const { budget } = library.chooseBudget(library.readCpuLimits());
    assert.ok(budget.cpus >= 1);
    assert.deepEqual(library.planThreads({ budgetCpus: 8, workers: 3 }).threads, [3, 3, 2]);
    assert.ok((await library.loadPresets()).length > 40);
  });
});
