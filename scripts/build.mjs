// Builds dist/:
//   main.cjs   what every start needs, in one file
//   lazy/      one file for each dynamic import, loaded only when called for
//   index.js   the library, with its chunks
//   wait-*.node   how workers end, asked of the kernel (scripts/wait-addon.mjs)
//   *.cache    V8's compiled code of each part, good for this version of Node.js (bin/start.cjs)
//   types/     its declarations
//   THIRD-PARTY-NOTICES.txt   the licences of the packages in it
// The program is CommonJS, each part with all it needs: Node.js 20 starts one such file about 12 ms sooner
// than ES modules with shared chunks (bench/start-up.mjs). The price is that parts hold copies of small modules.
import { execFileSync } from 'node:child_process';
import { readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { build } from 'esbuild';
import { presetsPlugin } from './presets-plugin.mjs';
import { readBundledPackages, renderNotices } from './third-party.mjs';
import { makeWaitAddon } from './wait-addon.mjs';

process.chdir(new URL('..', import.meta.url).pathname);
const { version } = JSON.parse(readFileSync('package.json', 'utf8'));
rmSync('dist', { recursive: true, force: true });

const common = {
  bundle: true,
  platform: 'node',
  target: 'node20',
  minify: true,
  legalComments: 'eof',
  external: ['typescript'],
  define: { __ONEPROCPOOL_VERSION__: JSON.stringify(version) },
  logLevel: 'warning',
};

/** Some packages ask for the place of their file; our own core does not, and is spared the computation. */
const IMPORT_META_URL = {
  define: { ...common.define, 'import.meta.url': '__partUrl' },
  banner: { js: "const __partUrl=require('node:url').pathToFileURL(__filename).href;" },
};

/** What is still to be built: file below dist/ by what is imported. Building a part finds more. */
const parts = new Map([['src/main.ts', 'main.cjs']]);
for (const [source, outfile] of parts) await buildPart(source, outfile);
await build({
  ...common,
  entryPoints: ['src/index.ts'],
  outdir: 'dist',
  splitting: true,
  chunkNames: 'chunks/[name]-[hash]',
  format: 'esm',
  plugins: [presetsPlugin()],
});
for (const arch of ['x64', 'arm64']) writeFileSync(`dist/wait-linux-${arch}.node`, makeWaitAddon(arch));
writeFileSync('dist/THIRD-PARTY-NOTICES.txt', renderNotices(await readBundledPackages()));
// First the whole way of a run, then that of --exec, which starts where the first left off.
for (const options of [['-w', '2'], ['--exec']]) {
  execFileSync(process.execPath, ['scripts/code-cache.cjs', '--no-config', ...options, '--', 'true'], {
    stdio: 'ignore',
  });
}
execFileSync(process.execPath, ['node_modules/typescript/bin/tsc', '-p', 'tsconfig.types.json'], { stdio: 'inherit' });
keepReachable('dist/types/index.d.ts');

async function buildPart(source, outfile) {
  await build({
    ...common,
    entryPoints: [source],
    outfile: `dist/${outfile}`,
    format: 'cjs',
    ...(source === 'src/main.ts' ? {} : IMPORT_META_URL),
    // `import()` would start the loader for ES modules; it becomes `require`.
    supported: { 'dynamic-import': false },
    plugins: [lazyImports(outfile), presetsPlugin()],
  });
}

/** Leaves dynamic imports in place, each leading to a part of its own. */
function lazyImports(importer) {
  return {
    name: 'lazy-imports',
    setup({ onResolve }) {
      onResolve({ filter: /.*/ }, ({ kind, path, resolveDir }) => {
        if (kind !== 'dynamic-import') return undefined;
        // cosmiconfig would load it for a config in TypeScript; ours is data.
        if (common.external.includes(path)) return { path, external: true };
        const isOurs = path.startsWith('.');
        const source = isOurs ? resolve(resolveDir, path) : path;
        const name = isOurs ? `${basename(dirname(source))}-${basename(source, '.ts')}` : path.replaceAll(/\W+/g, '-');
        parts.set(source, `lazy/${name}.cjs`);
        return { path: `./${importer === 'main.cjs' ? 'lazy/' : ''}${name}.cjs`, external: true };
      });
    },
  };
}

/** The compiler writes declarations of everything that was compiled; those that the entry does not lead to go. */
function keepReachable(entry) {
  const reached = new Set([entry]);
  for (const file of reached) {
    for (const [, path] of readFileSync(file, 'utf8').matchAll(/from '(\.[^']+)\.ts'/g)) {
      reached.add(`${join(dirname(file), path)}.d.ts`);
    }
  }
  const all = readdirSync(dirname(entry), { recursive: true }).map((name) => join(dirname(entry), name));
  for (const file of all) if (file.endsWith('.d.ts') && !reached.has(file)) rmSync(file);
}
