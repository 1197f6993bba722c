// Builds the tests and runs them with node's own runner.
// Usage: npm test [-- NAME...]   only the test files whose path contains one of the names
//        npm test -- --list      name the test files and run nothing
// CI=true: a skipped test fails the run unless test/allowed-skips.json names it.
// ONEPROCPOOL_TEST_OUT: where the built tests go (default dist/test).
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, readdirSync, rmSync, statSync } from 'node:fs';
import { build } from 'esbuild';
import { presetsPlugin } from './presets-plugin.mjs';

process.chdir(new URL('..', import.meta.url).pathname);
const names = process.argv.slice(2).filter((word) => word !== '--list');
const outdir = process.env.ONEPROCPOOL_TEST_OUT ?? 'dist/test';

const sources = readdirSync('test', { recursive: true })
  .map((name) => `test/${name}`)
  .filter((name) => name.endsWith('.test.ts') && !name.startsWith('test/fixtures/'))
  .filter((name) => (names.length === 0 ? !isSlow(name) : names.some((wanted) => name.includes(wanted))))
  .sort();
if (sources.length === 0) {
  console.error(`no test file matches: ${names.join(' ')}`);
  process.exit(1);
}
if (process.argv.includes('--list')) {
  console.log(sources.join('\n'));
  process.exit(0);
}

const isUnit = (name) => name.startsWith('test/unit/');
if (!sources.every(isUnit)) buildProgramWhenStale();

// The runner starts a process for each file. Unit tests share nothing and touch nothing outside, so
// one process takes them all; a single named file keeps its own name.
const unit = sources.filter(isUnit);
const entryPoints = sources.filter((name) => unit.length < 2 || !isUnit(name)).map(toEntry);
if (unit.length >= 2) entryPoints.unshift({ in: 'oneprocpool:unit-tests', out: 'unit.test' });

rmSync(outdir, { recursive: true, force: true });
await build({
  entryPoints,
  outdir,
  bundle: true,
  splitting: true,
  chunkNames: 'chunks/[name]-[hash]',
  format: 'esm',
  platform: 'node',
  target: 'node20',
  packages: 'external',
  sourcemap: 'inline',
  define: { __ONEPROCPOOL_VERSION__: '"0.0.0-test"' },
  plugins: [unitTestsPlugin(unit), presetsPlugin()],
  logLevel: 'warning',
});

const skipsFile = `${outdir}/skipped.json`;
// Files are listed: Node 20 takes directories, Node 22 takes globs, neither takes both.
const files = entryPoints.map(({ out }) => `${outdir}/${out}.js`);
const { status } = spawnSync(
  process.execPath,
  [
    '--enable-source-maps',
    '--test',
    '--test-timeout=1200000',
    '--test-reporter=./scripts/test-reporter.mjs',
    '--test-reporter-destination=stdout',
    ...files,
  ],
  { stdio: 'inherit', env: { ...process.env, ONEPROCPOOL_TEST_SKIPS: skipsFile } },
);
const refused = existsSync(skipsFile) ? JSON.parse(readFileSync(skipsFile, 'utf8')).refused : [];
if (refused.length > 0) console.error(`failed: ${refused.length} skipped tests are not in test/allowed-skips.json`);
process.exit(status !== 0 ? (status ?? 1) : refused.length > 0 ? 1 : 0);

/** Belongs to `npm run test:conformance`, which names it. */
function isSlow(name) {
  return name.startsWith('test/conformance/pools/') && !name.endsWith('/fast.test.ts');
}

function toEntry(name) {
  return { in: name, out: name.slice('test/'.length, -'.ts'.length) };
}

/** One virtual file that imports all unit tests. */
function unitTestsPlugin(imported) {
  return {
    name: 'unit-tests',
    setup({ onResolve, onLoad }) {
      onResolve({ filter: /^oneprocpool:unit-tests$/ }, ({ path }) => ({ path, namespace: 'unit-tests' }));
      onLoad({ filter: /.*/, namespace: 'unit-tests' }, () => ({
        contents: imported.map((name) => `import './${name}';`).join('\n'),
        resolveDir: process.cwd(),
      }));
    },
  };
}

/** The integration tests run the built program: it must be that of the sources beside it. */
function buildProgramWhenStale() {
  if (!existsSync('src/main.ts')) return;
  const built = existsSync('dist/main.cjs') ? statSync('dist/main.cjs').mtimeMs : 0;
  const inputs = ['src', 'bin', 'presets', 'scripts'].filter(existsSync).flatMap(filesBelow);
  const newest = Math.max(...inputs.concat('package.json').map((name) => statSync(name).mtimeMs));
  if (newest < built) return;
  const result = spawnSync(process.execPath, ['scripts/build.mjs'], { stdio: 'inherit' });
  if (result.status !== 0) process.exit(result.status ?? 1);
}

function filesBelow(directory) {
  return readdirSync(directory, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => `${entry.parentPath ?? entry.path}/${entry.name}`);
}
