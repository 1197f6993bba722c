/** What the tests of the released files share. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { findFetched } from '../support/fetched.ts';
import { PROJECT_ROOT } from '../support/project.ts';

/** A program that takes longer hangs, and is killed. */
const LONGEST_RUN_MS = 180_000;

export const PLATFORMS = ['linux-arm64', 'linux-arm64-musl', 'linux-x64', 'linux-x64-musl'] as const;

/** Runs to its end; fails with what it said when its status is not 0. */
export function run(
  file: string,
  args: readonly string[],
  options: { cwd?: string; env?: Record<string, string | undefined> } = {},
): string {
  const { status, stdout, stderr, error } = spawnSync(file, args, {
    cwd: options.cwd ?? PROJECT_ROOT,
    env: options.env ?? process.env,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
    maxBuffer: 1 << 26,
    timeout: LONGEST_RUN_MS,
    killSignal: 'SIGKILL',
  });
  if (status === 0) return stdout;
  throw new Error(`${file} ${args.join(' ')} ended with ${status ?? error?.message}\n${stdout}${stderr}`);
}

export function has(command: string): boolean {
  return spawnSync(command, ['--version'], { stdio: 'ignore' }).error === undefined;
}

/** A folder with files named like the executables, for what does not run them. */
export function writeStandIns(directory: string): string {
  mkdirSync(directory);
  for (const platform of PLATFORMS) {
    writeFileSync(join(directory, `oneprocpool-${platform}`), `#!/bin/sh\necho ${platform}\n`, { mode: 0o755 });
  }
  return directory;
}

/** A program of the Python tools that judge wheels; `undefined` when they are not installed. */
export function findPythonTool(name: string): string | undefined {
  const directory = process.env['ONEPROCPOOL_TEST_PYTHON_TOOLS'];
  return directory !== undefined && existsSync(join(directory, name)) ? join(directory, name) : undefined;
}

export const NO_PYTHON_TOOLS =
  'ONEPROCPOOL_TEST_PYTHON_TOOLS names no bin directory with tools/python/packaging-requirements.txt installed';

/** Whether the judges that come from npm are there. */
export const HAS_RELEASE_TOOLS = existsSync(join(PROJECT_ROOT, 'tools/release/node_modules/publint'));
export const NO_RELEASE_TOOLS = 'tools/release is not installed: npm ci --prefix tools/release';
/** `null` when the text holds to the schema of CycloneDX 1.6, else what is wrong. */
export async function judgeSbom(text: string): Promise<unknown> {
  const load = createRequire(join(PROJECT_ROOT, 'tools/release/package.json'));
  const { Validation } = load('@cyclonedx/cyclonedx-library') as {
    Validation: { JsonStrictValidator: new (version: string) => { validate: (text: string) => Promise<unknown> } };
  };
  return new Validation.JsonStrictValidator('1.6').validate(text);
}

/** Why no wheel can be built and read here; `false` when it can. */
export const NO_WHEELS = !HAS_RELEASE_TOOLS
  ? NO_RELEASE_TOOLS
  : !has('python3')
    ? 'python3 is not installed'
    : findFetched('musl/fetch-libraries.sh') === undefined
      ? 'no libraries for musl (tools/musl/fetch-libraries.sh)'
      : false;

/** With less compression, to save time. */
export function buildWheels(...words: readonly string[]): void {
  run(process.execPath, ['scripts/build-wheel.mjs', '--fast', ...words]);
}

/** Fails unless auditwheel says that the wheel keeps to `tag` and needs nothing beside it. */
export function assertTag(auditwheel: string, wheel: string, tag: string): void {
  const said = run(auditwheel, ['show', wheel]).replaceAll(/\s+/g, ' ');
  assert.ok(said.includes(`is consistent with the following platform tag: "${tag}"`), said);
  assert.doesNotMatch(said, /need to be eliminated/);
}

/**
 * The files of a wheel for another platform in a directory, as pip would put them below a prefix there. Debian's own
 * Python may have no pip; that of the venv has.
 */
export function installForeign(wheel: string, platform: string, target: string): void {
  const words = [
    '--quiet',
    '--no-index',
    '--no-deps',
    '--only-binary',
    ':all:',
    '--platform',
    platform,
    '--target',
    target,
  ];
  run(process.env['ONEPROCPOOL_TEST_PYTHON'] ?? 'python3', [
    '-m',
    'pip',
    '--disable-pip-version-check',
    'install',
    ...words,
    wheel,
  ]);
}
