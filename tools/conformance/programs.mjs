// The command that runs a workload: by its file name extension, built first where the language asks for it.
// In `build` and `run`, {source}, {program} (a path in the cache) and {bin:GROUP} (where a group keeps its
// commands) are replaced. `crates` makes a cargo project of the file, against Debian's packaged crates.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { CACHE, fingerprint, prepareGroup } from './groups.mjs';

const SUPPORT = 'test/conformance/support';
const DEBIAN_CRATES = '/usr/share/cargo/registry';

/** `{ command }`, or `{ reason, failed }` when it cannot be built. */
export function commandOf(workload, group) {
  const environment = [
    `CONFORMANCE_SUPPORT=${resolve(SUPPORT)}`,
    `CONFORMANCE_BUILD=${join(CACHE, 'build')}`,
    ...workload.env,
  ];
  const prefix = ['env', ...environment];
  const source = resolve(workload.path);
  if (workload.extension === '.py') return { command: [...prefix, group.python, join(SUPPORT, 'steady.py'), source] };
  if (workload.extension === '.R') return { command: [...prefix, 'Rscript', '--vanilla', source] };
  if (workload.extension === '.mjs') return { command: [...prefix, process.execPath, source] };

  const support = readFileSync(join(SUPPORT, workload.extension === '.cs' ? 'steady.cs' : 'steady.h'), 'utf8');
  const program = join(CACHE, 'build', `${workload.id}-${fingerprint(workload.text, support)}`);
  if (!existsSync(program)) {
    mkdirSync(dirname(program), { recursive: true });
    const failure =
      workload.crates.length > 0 ? cargo(workload, source, program) : run(words(workload.build, source, program));
    if (failure) {
      rmSync(program, { recursive: true, force: true });
      return { reason: failure, failed: true };
    }
  }
  return { command: [...prefix, ...(workload.run ? words(workload.run, source, program) : [program])] };
}

function words(template, source, program) {
  const place = (text) =>
    text
      .replaceAll('{source}', source)
      .replaceAll('{program}', program)
      .replaceAll(/\{bin:(\w+)\}/g, (_, name) => binOf(prepareGroup(name, 'check')));
  return template.split(' ').map(place);
}

function binOf({ bin, python }) {
  return bin ?? dirname(python ?? '/nonexistent/bin');
}

function cargo(workload, source, program) {
  const folder = `${program}.cargo`;
  mkdirSync(join(folder, '.cargo'), { recursive: true });
  const dependencies = workload.crates
    .map((name) => `${name} = { version = "*", features = [${features(name)}] }\n`)
    .join('');
  writeFileSync(
    join(folder, 'Cargo.toml'),
    `[package]\nname = "workload"\nversion = "0.0.0"\nedition = "2021"\n\n[[bin]]\nname = "workload"\npath = ${JSON.stringify(source)}\n\n[dependencies]\n${dependencies}`,
  );
  writeFileSync(
    join(folder, '.cargo/config.toml'),
    `[source.crates-io]\nreplace-with = "debian"\n[source.debian]\ndirectory = "${DEBIAN_CRATES}"\n`,
  );
  const failure = run(['cargo', 'generate-lockfile', '--offline', '--quiet'], folder);
  if (failure) return failure;
  const lock = readFileSync(join(folder, 'Cargo.lock'), 'utf8');
  const version = new RegExp(`name = "${workload.crates[0]}"\nversion = "([^"]+)"`).exec(lock)?.[1] ?? 'unknown';
  const built = run(['cargo', 'build', '--release', '--offline', '--quiet'], folder, {
    CONFORMANCE_CRATE_VERSION: version,
  });
  return built ?? run(['cp', join(folder, 'target/release/workload'), program]);
}

function features(crate) {
  return crate === 'tokio' ? '"rt-multi-thread"' : '';
}

/** What a failing builder said, nothing when it works. */
function run([command, ...args], cwd = process.cwd(), env = {}) {
  if (command === 'javac') mkdirSync(args[1], { recursive: true });
  const result = spawnSync(command, args, { cwd, encoding: 'utf8', env: { ...process.env, ...env } });
  if (result.status === 0) return undefined;
  return `${command} failed: ${result.error?.message ?? `${result.stdout}${result.stderr}`.trim().slice(-400)}`;
}
