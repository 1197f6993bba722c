// Builds the tests and runs them with node's own runner.
// Usage: npm test [-- NAME...]   only the test files whose path contains one of the names
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, rmSync } from 'node:fs';
import { build } from 'esbuild';
import { presetsPlugin } from './presets-plugin.mjs';

process.chdir(new URL('..', import.meta.url).pathname);
const names = process.argv.slice(2);
const outdir = process.env.ONEPROCPOOL_TEST_OUT ?? 'dist/test';

const sources = readdirSync('test', { recursive: true })
  .map((name) => `test/${name}`)
  .filter((name) => name.endsWith('.test.ts'))
  .filter((name) => names.length === 0 || names.some((wanted) => name.includes(wanted)))
  .sort();
if (sources.length === 0) {
  console.error(`no test file matches: ${names.join(' ')}`);
  process.exit(1);
}
if (!existsSync('dist/main.js')) spawnSync('npm', ['run', '--silent', 'build'], { stdio: 'inherit' });

rmSync(outdir, { recursive: true, force: true });
await build({
  entryPoints: sources,
  outbase: 'test',
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
  plugins: [presetsPlugin()],
  logLevel: 'warning',
});
// Files are listed: Node 20 takes directories, Node 22 takes globs, neither takes both.
const files = sources.map((name) => name.replace(/^test/, outdir).replace(/\.ts$/, '.js'));
const { status } = spawnSync(process.execPath, ['--enable-source-maps', '--test', ...files], { stdio: 'inherit' });
process.exit(status ?? 1);
