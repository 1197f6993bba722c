// Builds dist-binary/: the program with its runtime in one executable file, for each platform.
// Usage: npm run build:binary [-- --out=DIR] [NAME...]   all, or only those named: linux-x64, linux-arm64,
//        linux-x64-musl, linux-arm64-musl. Into dist-binary/, or DIR.
//
// The runtime is bun, from its npm packages; nothing else is fetched. The same sources and lock file give the same bytes.
// `strip` would take the program away and leave plain bun.
import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { addEntryStub } from './entry-stub.mjs';

process.chdir(new URL('..', import.meta.url).pathname);

const RUNTIMES = 'tools/bun';
/** By name of the platform. Baseline: for every x64 CPU, with no loss here, since nothing is computed. */
const PLATFORMS = {
  'linux-x64': { target: 'bun-linux-x64-baseline', runtime: 'bun-linux-x64-baseline' },
  'linux-arm64': { target: 'bun-linux-aarch64', runtime: 'bun-linux-aarch64' },
  'linux-x64-musl': { target: 'bun-linux-x64-musl-baseline', runtime: 'bun-linux-x64-musl-baseline' },
  'linux-arm64-musl': { target: 'bun-linux-aarch64-musl', runtime: 'bun-linux-aarch64-musl' },
};

const words = process.argv.slice(2);
const OUT = words.find((word) => word.startsWith('--out='))?.slice('--out='.length) ?? 'dist-binary';
const names = words.filter((word) => !word.startsWith('--out='));
const unknown = names.filter((name) => !(name in PLATFORMS));
if (unknown.length > 0) fail(`unknown platform: ${unknown.join(', ')}; there are ${Object.keys(PLATFORMS).join(', ')}`);
installRuntimes();
const compiler = findCompiler();
mkdirSync(OUT, { recursive: true });
for (const name of names.length === 0 ? Object.keys(PLATFORMS) : names) compile(name, PLATFORMS[name]);

function compile(name, { target, runtime }) {
  const file = `${OUT}/oneprocpool-${name}`;
  // The name of the file becomes part of its bytes.
  const directory = mkdtempSync(`${OUT}/.${name}-`);
  const temporary = `${directory}/oneprocpool`;
  const words = ['scripts/compile-binary.mjs', target, executableOf(runtime), temporary];
  const { status, error } = spawnSync(compiler, words, { stdio: 'inherit', env: cleanEnvironment() });
  if (status === 0) {
    addEntryStub(temporary);
    chmodSync(temporary, 0o755);
    // Not written in place: the old one may be running.
    renameSync(temporary, file);
  }
  rmSync(directory, { recursive: true, force: true });
  if (status !== 0) fail(`${name}: the compiler ended with ${status ?? error?.code}`);
  console.log(file);
}

function executableOf(runtime) {
  return `${RUNTIMES}/node_modules/@oven/${runtime}/bin/bun`;
}

/** The bun that runs on this machine. */
function findCompiler() {
  const candidates = Object.values(PLATFORMS).map(({ runtime }) => executableOf(runtime));
  const found = candidates.find((file) => spawnSync(file, ['--version'], { env: cleanEnvironment() }).status === 0);
  return found ?? fail('no bun that runs on this machine');
}

/** `--force`: all platforms, not only that of this machine. */
function installRuntimes() {
  const installed = `${RUNTIMES}/node_modules/.package-lock.json`;
  if (existsSync(installed) && versions(installed) === versions(`${RUNTIMES}/package-lock.json`)) return;
  console.log(`installing the runtimes below ${RUNTIMES} ...`);
  const words = ['ci', '--prefix', RUNTIMES, '--force', '--ignore-scripts', '--no-audit', '--no-fund'];
  const { status } = spawnSync('npm', words, { stdio: 'inherit' });
  if (status !== 0) fail(`npm ended with ${status}`);
}

/** Names and versions in a lock file. */
function versions(file) {
  const { packages } = JSON.parse(readFileSync(file, 'utf8'));
  return JSON.stringify(
    Object.entries(packages).flatMap(([name, { version }]) => (name === '' ? [] : [[name, version]])),
  );
}

/** The variables of bun change what it does, and NODE_ENV what is built. */
function cleanEnvironment() {
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^(BUN_|NODE_)/.test(name)));
}

function fail(message) {
  console.error(message);
  process.exit(1);
}
