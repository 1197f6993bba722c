// Builds dist/: the program (main.js), the library (index.js), their lazily loaded chunks, and the types.
import { execFileSync } from 'node:child_process';
import { readFileSync, rmSync } from 'node:fs';
import { build } from 'esbuild';
import { presetsPlugin } from './presets-plugin.mjs';

const root = new URL('..', import.meta.url);
process.chdir(root.pathname);
const { version } = JSON.parse(readFileSync('package.json', 'utf8'));

rmSync('dist', { recursive: true, force: true });
await build({
  entryPoints: { main: 'src/main.ts', index: 'src/index.ts' },
  outdir: 'dist',
  bundle: true,
  // One chunk for each dynamic import: code that is not needed is not parsed. A lazy import inside a
  // single file would still be parsed at every start.
  splitting: true,
  chunkNames: 'chunks/[name]-[hash]',
  format: 'esm',
  platform: 'node',
  target: 'node20',
  minifySyntax: true,
  minifyWhitespace: true,
  keepNames: false,
  legalComments: 'eof',
  define: { __ONEPROCPOOL_VERSION__: JSON.stringify(version) },
  // CommonJS packages inside an ES module need a `require` for the built-in modules.
  banner: {
    js: "import{createRequire as __createRequire}from'node:module';const require=__createRequire(import.meta.url);",
  },
  external: ['typescript'],
  plugins: [presetsPlugin()],
  logLevel: 'warning',
});
execFileSync(process.execPath, ['node_modules/typescript/bin/tsc', '-p', 'tsconfig.types.json'], { stdio: 'inherit' });
