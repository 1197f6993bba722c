/** What `npm pack` puts into the package is all that the program needs, and nothing of the workshop. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { testEveryCommand } from '../support/every-command.ts';
import { missingProgram } from '../support/missing-program.ts';
import { PROJECT_ROOT } from '../support/project.ts';
import { runProgram } from '../support/run-program.ts';

const VERSION = (JSON.parse(readFileSync(join(PROJECT_ROOT, 'package.json'), 'utf8')) as { version: string }).version;
const NPM_QUIET = ['--no-audit', '--no-fund', '--no-update-notifier', '--loglevel=error'];

/** What a command prints; what it says on stderr is part of the error when it fails. */
function run(file: string, args: readonly string[], cwd: string): string {
  return execFileSync(file, args, { cwd, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
}

/** Only the command of js-yaml needs it. */
const NOT_BUNDLED = 'argparse';

/** `NAME VERSION` of these packages and all they need. */
function lockedPackages(names: readonly string[]): string[] {
  const { packages } = JSON.parse(readFileSync(join(PROJECT_ROOT, 'package-lock.json'), 'utf8')) as {
    packages: Record<string, { version: string; dependencies?: Record<string, string> }>;
  };
  const folders = new Set(names.map((name) => `node_modules/${name}`));
  for (const folder of folders) {
    for (const name of Object.keys(packages[folder]?.dependencies ?? {})) {
      const own = `${folder}/node_modules/${name}`;
      folders.add(own in packages ? own : `node_modules/${name}`);
    }
  }
  return [...folders].map((folder) => `${folder.replace(/.*node_modules\//, '')} ${packages[folder]?.version}`);
}

describe('the package', () => {
  let directory = '';
  let tarball = '';
  let files: string[] = [];
  /** A project that has it installed. */
  let consumer = '';
  before(() => {
    directory = mkdtempSync(join(tmpdir(), 'oneprocpool-'));
    // Without scripts: a build would take the program away from the other tests.
    run('npm', ['pack', '--ignore-scripts', '--pack-destination', directory, ...NPM_QUIET], PROJECT_ROOT);
    tarball = join(directory, readdirSync(directory)[0] ?? '');
    run('tar', ['-xzf', tarball], directory);
    files = run('tar', ['-tzf', tarball], directory)
      .split('\n')
      .filter((name) => name !== '')
      .map((name) => name.replace('package/', ''));
    symlinkSync(join(directory, 'package/bin/oneprocpool'), join(directory, 'oneprocpool'));
    consumer = join(directory, 'consumer');
    mkdirSync(join(consumer, 'node_modules'), { recursive: true });
    symlinkSync(join(directory, 'package'), join(consumer, 'node_modules/oneprocpool'));
  });
  after(() => {
    rmSync(directory, { recursive: true });
  });

  describe('runs, installed,', () => {
    testEveryCommand(() => ({ file: join(directory, 'oneprocpool') }));
  });

  test('holds every part of the program, its types, schemas, licences and man page', () => {
    const parts = readdirSync(join(PROJECT_ROOT, 'dist/lazy')).filter((name) => name.endsWith('.cjs'));
    assert.ok(parts.length > 10);
    const needed = [
      'bin/oneprocpool',
      'bin/start.cjs',
      'dist/main.cjs',
      'dist/index.js',
      'dist/wait-linux-x64.node',
      'dist/wait-linux-arm64.node',
      'dist/types/index.d.ts',
      'dist/THIRD-PARTY-NOTICES.txt',
      'man/oneprocpool.1',
      'schemas/config.schema.json',
      'schemas/preset.schema.json',
      'README.md',
      'CHANGELOG.md',
      'LICENSE',
      ...parts.map((name) => `dist/lazy/${name}`),
    ];
    assert.deepEqual(
      needed.filter((name) => !files.includes(name)),
      [],
    );
  });

  test('holds no tests, sources, tools or code caches of one version of Node.js', () => {
    const known =
      /^(bin|dist\/(lazy|chunks|types)|man|schemas|docs)\/|^dist\/(main\.cjs|index\.js|wait-linux-(x64|arm64)\.node|THIRD-PARTY-NOTICES\.txt)$|^(package\.json|README\.md|CHANGELOG\.md|LICENSE)$/;
    assert.deepEqual(
      files.filter((name) => !known.test(name) || name.endsWith('.cache')),
      [],
    );
  });

  test('has the licence text of every package in it', () => {
    const notices = readFileSync(join(directory, 'package/dist/THIRD-PARTY-NOTICES.txt'), 'utf8');
    const parts = notices.split(/^={78}\n/m).slice(1);
    const titles = parts.map((part) => part.slice(0, part.indexOf(' (')));
    // Found another way than by the bundler: what the packages need, according to the lock file.
    const needed = lockedPackages(['commander', 'cosmiconfig', 'execa', 'pidtree', 'smol-toml', 'yaml']);
    assert.ok(needed.length > 30);
    assert.deepEqual(
      needed.filter((name) => !titles.includes(name) && !name.startsWith(`${NOT_BUNDLED} `)),
      [],
    );
    for (const part of parts) assert.match(part, /copyright/i, part.slice(0, 60));
  });

  test('is what publint expects', async (t) => {
    const judge = join(PROJECT_ROOT, 'tools/release/node_modules/publint/src/index-node.js');
    if (!existsSync(judge)) {
      t.skip('publint is not installed: npm ci --prefix tools/release');
      return;
    }
    const { publint } = (await import(judge)) as {
      publint: (options: object) => Promise<{ messages: { code: string; path: string[] }[] }>;
    };
    const { messages } = await publint({ pkgDir: join(directory, 'package'), pack: false, strict: true });
    assert.deepEqual(
      messages.map(({ code, path }) => `${code}: ${path.join('.')}`),
      [],
    );
  });

  test('runs where nothing else is installed', async () => {
    assert.ok(!existsSync(join(directory, 'package/node_modules')));
    const program = join(directory, 'oneprocpool');
    const runHere = (...words: string[]) => runProgram(words, { file: program, cwd: directory });
    for (const words of [
      ['--verify', 'fail', '--', 'true'],
      ['--exec', '--', 'true'],
      ...(missingProgram('ps') === undefined ? [['--process-tree', 'pidtree', '--', 'true']] : []),
      ['plan', '-v'],
      ['env', '--format', 'k8s'],
      ['presets', 'check'],
      ['completion', 'bash'],
      ['--help'],
    ]) {
      const { status, stderr } = await runHere(...words);
      assert.deepEqual([status, stderr], [0, ''], words.join(' '));
    }
    // A wrong option and config files load parts that a good start does not.
    assert.equal((await runHere('--wrokers')).status, 125);
    for (const [name, text] of [
      ['oneprocpool.config.yaml', 'workers: 2\n'],
      ['pyproject.toml', '[tool.oneprocpool]\nworkers = 2\n'],
    ] as const) {
      writeFileSync(join(directory, name), text);
      const { stdout, stderr } = await runHere('plan', '--json', '--cpus', '2');
      rmSync(join(directory, name));
      assert.equal((JSON.parse(stdout) as { workers: object[] }).workers.length, 2, stderr);
    }
  });

  test('installs with npm install --global from the file alone, with its man page, and goes without a trace', () => {
    const prefix = join(directory, 'prefix');
    // Offline, with an empty cache: nothing is fetched.
    const where = ['--global', '--prefix', prefix, '--offline', '--cache', join(directory, 'cache'), ...NPM_QUIET];
    run('npm', ['install', ...where, tarball], directory);
    assert.equal(run(join(prefix, 'bin/oneprocpool'), ['--version'], directory), `oneprocpool ${VERSION}\n`);
    assert.match(readFileSync(join(prefix, 'share/man/man1/oneprocpool.1'), 'utf8'), /^\.TH ONEPROCPOOL 1/m);
    assert.deepEqual(readdirSync(join(prefix, 'lib/node_modules')), ['oneprocpool']);
    run('npm', ['uninstall', ...where, 'oneprocpool'], directory);
    const left = readdirSync(prefix, { recursive: true, withFileTypes: true }).filter((entry) => !entry.isDirectory());
    assert.deepEqual(
      left.map(({ name }) => name),
      [],
    );
  });

  test('runs with npx', () => {
    const words = ['--yes', '--offline', '--cache', join(directory, 'cache'), '--package', tarball];
    assert.equal(run('npx', [...words, '--', 'oneprocpool', '--version'], directory), `oneprocpool ${VERSION}\n`);
  });

  test('can be imported as a library', async () => {
    const entry = pathToFileURL(join(directory, 'package/dist/index.js')).href;
    const library = (await import(entry)) as typeof import('../../src/index.ts');
    const { budget } = library.chooseBudget(library.readCpuLimits());
    assert.ok(budget.cpus >= 1);
    assert.deepEqual(library.planThreads({ budgetCpus: 8, workers: 3 }).threads, [3, 3, 2]);
    assert.ok((await library.loadPresets()).length > 40);
  });

  test('can be required from CommonJS', () => {
    const script = `const { planThreads } = require('oneprocpool');
      console.log(planThreads({ budgetCpus: 8, workers: 3 }).threads.join());`;
    writeFileSync(join(consumer, 'use.cjs'), script);
    assert.equal(run(process.execPath, ['use.cjs'], consumer), '3,3,2\n');
  });

  for (const [moduleResolution, module, file] of [
    ['nodenext', 'nodenext', 'use.mts'],
    ['nodenext', 'nodenext', 'use.cts'],
    ['bundler', 'esnext', 'use.ts'],
  ] as const) {
    test(`has types for ${file} under ${moduleResolution}`, () => {
      writeFileSync(join(consumer, file), TYPED_CONSUMER);
      const tsc = join(PROJECT_ROOT, 'node_modules/typescript/bin/tsc');
      const options = ['--strict', '--exactOptionalPropertyTypes', '--noEmit', '--types', '', '--target', 'es2022'];
      const words = [tsc, ...options, '--module', module, '--moduleResolution', moduleResolution, file];
      try {
        run(process.execPath, words, consumer);
      } catch (error) {
        assert.fail((error as { stdout: string }).stdout);
      }
    });
  }
});

/** Strict, with the libraries' declarations checked too, and without those of Node.js. */
const TYPED_CONSUMER = `import { chooseBudget, loadPresets, planThreads, readCpuLimits, OneprocpoolError } from 'oneprocpool';
import type { CpuBudget, LibraryPreset, RunReport, ThreadShares } from 'oneprocpool';
const limits = readCpuLimits({ root: '/bundle' });
const budget: CpuBudget = chooseBudget(limits, { rounding: 'nearest' }).budget;
const shares: ThreadShares = planThreads({ budgetCpus: budget.cpus, workers: 3 });
const threads: number = shares.threads.reduce((sum, each) => sum + each, limits.findings.length);
export const presets: Promise<readonly LibraryPreset[]> = loadPresets();
export const verdict = (report: RunReport): string => String(report.schemaVersion + threads);
export const isOurs = (error: unknown): boolean => error instanceof OneprocpoolError;
// @ts-expect-error a number of workers is a number
planThreads({ budgetCpus: 8, workers: '3' });
`;
