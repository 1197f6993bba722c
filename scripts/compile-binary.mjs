// Run by bun, for scripts/build-binary.mjs: bundles src/main-binary.ts and puts it behind a copy of a bun executable.
// Usage: bun compile-binary.mjs TARGET EXECUTABLE OUTFILE
/* global Bun */
import { readFileSync } from 'node:fs';
import { presetsPlugin } from './presets-plugin.mjs';

const [target, executablePath, outfile] = process.argv.slice(2);
const { version } = JSON.parse(readFileSync('package.json', 'utf8'));

/** cosmiconfig loads scripts with it, which we never do; it would bring the path of this directory into the file. */
function withoutScripts() {
  return {
    name: 'without-scripts',
    setup(build) {
      build.onResolve({ filter: /^import-fresh$/ }, ({ path }) => ({ path, namespace: 'without-scripts' }));
      build.onLoad({ filter: /.*/, namespace: 'without-scripts' }, () => ({
        contents: 'module.exports = () => { throw new Error("Expected data, found a script"); };',
        loader: 'js',
      }));
    },
  };
}

/** The name that the executable itself asks for: its loader has it before anything else. */
function cLibraryOf(target) {
  if (!target.includes('musl')) return 'libc.so.6';
  return `libc.musl-${target.includes('aarch64') ? 'aarch64' : 'x86_64'}.so.1`;
}

const { success, logs } = await Bun.build({
  entrypoints: ['src/main-binary.ts'],
  target: 'bun',
  format: 'esm',
  splitting: true,
  minify: true,
  bytecode: true,
  sourcemap: 'none',
  // cosmiconfig asks for it only to load a config in TypeScript, which we never do.
  external: ['typescript'],
  define: {
    __ONEPROCPOOL_VERSION__: JSON.stringify(version),
    __ONEPROCPOOL_C_LIBRARY__: JSON.stringify(cLibraryOf(target)),
  },
  plugins: [presetsPlugin(), withoutScripts()],
  compile: {
    target,
    executablePath,
    outfile,
    // Most runs end before compiled code would pay: without its threads a start takes a third less time and memory.
    // Where much is to be calculated, the program sets it back (host/native/output.ts).
    jitPolicy: 1000,
    // Nothing that lies in the working directory may change what the program does.
    autoloadDotenv: false,
    autoloadBunfig: false,
    autoloadTsconfig: false,
    autoloadPackageJson: false,
  },
});
for (const log of logs) console.error(String(log));
if (!success) process.exit(1);
