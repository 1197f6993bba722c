// What installs the libraries: Python environments by pinned requirement lists, Debian packages, interpreters.
// Everything lies in a cache outside the repository, keyed by the content of the list.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';

const LISTS = 'tools/conformance/install';

/** A variable of the environment; empty means unset. */
const variable = (name) => (process.env[name] === '' ? undefined : process.env[name]);

export const CACHE =
  variable('ONEPROCPOOL_CACHE') ??
  join(variable('XDG_CACHE_HOME') ?? join(homedir(), '.cache'), 'oneprocpool', 'conformance');

/**
 * name -> `() => { python, bin, missing, install }`; `bin`: where its commands are, if not beside `python`; `missing`: why
 * it cannot be used as it is, or nothing.
 */
const GROUPS = {
  core: () => environment('core'),
  numeric: () => environment('numeric'),
  torch: () => environment('torch'),
  tensorflow: () => environment('tensorflow'),
  storage: () => environment('storage'),
  zarr2: () => environment('zarr2'),
  aocl: () => environment('aocl'),
  llama: () => environment('llama'),
  ray: () => environment('ray'),
  web: () => environment('web'),
  debian: () => debian(),
  dotnet: () =>
    both(
      () => debian(),
      () => npmPackages('dotnet', '@azure/mcp-linux-x64/dist'),
    ),
  python313: () => interpreter(['python3.14', 'python3.13'], 'Python 3.13 or newer'),
  node: () => ({}),
};

/**
 * `{ python }` when the libraries of the group can be used. When they cannot: `{ reason }`, with `failed` where
 * an installer was tried. `mode`: `install` makes what is missing, `check` does not.
 */
export function prepareGroup(name, mode) {
  const describe = GROUPS[name];
  if (!describe) return { reason: `unknown group ${name}`, failed: true };
  const group = describe();
  if (!group.missing) return group;
  if (mode === 'check' || !group.install) return { reason: group.missing };
  const failure = group.install();
  return failure ? { reason: failure, failed: true } : describe();
}

export function fingerprint(...texts) {
  return createHash('sha256').update(texts.join('\0')).digest('hex').slice(0, 12);
}

function environment(name) {
  const list = readFileSync(`${LISTS}/${name}/requirements.txt`, 'utf8');
  const version = output('python3', ['--version']);
  const root = join(CACHE, 'python');
  const folder = join(root, `${name}-${fingerprint(list, version)}`);
  const python = join(folder, 'bin/python');
  const complete = join(folder, 'complete');
  return {
    python,
    missing: existsSync(complete) ? undefined : `the Python environment ${name} is not installed`,
    install() {
      removeOld(root, name);
      const failure =
        attempt('python3', ['-m', 'venv', folder]) ??
        attempt(python, [
          '-m',
          'pip',
          'install',
          '--quiet',
          '--prefer-binary',
          '-r',
          `${LISTS}/${name}/requirements.txt`,
        ]);
      if (!failure) writeFileSync(complete, version);
      return failure;
    },
  };
}

/** Packages of npm, by a package.json with its lock file. `bin`: the folder of the commands, below node_modules. */
function npmPackages(name, bin) {
  const files = ['package.json', 'package-lock.json'];
  const texts = files.map((file) => readFileSync(`${LISTS}/${name}/${file}`, 'utf8'));
  const root = join(CACHE, 'npm');
  const folder = join(root, `${name}-${fingerprint(...texts)}`);
  const complete = join(folder, 'complete');
  return {
    bin: join(folder, 'node_modules', bin),
    missing: existsSync(complete) ? undefined : `the npm packages of ${name} are not installed`,
    install() {
      removeOld(root, name);
      mkdirSync(folder, { recursive: true });
      files.forEach((file, index) => writeFileSync(join(folder, file), texts[index]));
      const failure = attempt('npm', ['ci', '--prefix', folder, '--ignore-scripts', '--no-audit', '--no-fund']);
      if (!failure) writeFileSync(complete, '');
      return failure;
    },
  };
}

/** The commands of the second, on top of the first. */
function both(first, second) {
  const [one, two] = [first(), second()];
  return {
    bin: two.bin,
    missing: one.missing ?? two.missing,
    install: () => installMissing(one) ?? installMissing(two),
  };
}

function installMissing({ missing, install }) {
  if (!missing) return undefined;
  return install ? install() : missing;
}

/** Environments of older lists are of no use any more and take gigabytes. */
function removeOld(root, name) {
  mkdirSync(root, { recursive: true });
  for (const old of readdirSync(root).filter((entry) => entry.startsWith(`${name}-`)))
    rmSync(join(root, old), { recursive: true, force: true });
}

function debian() {
  const wanted = readFileSync(`${LISTS}/debian/packages.txt`, 'utf8').split('\n').filter(Boolean);
  const listed = spawnSync('dpkg-query', ['-W', '-f', '${Package} ${db:Status-Status}\\n', ...wanted], {
    encoding: 'utf8',
  });
  if (listed.error) return { missing: 'this is no Debian system' };
  const installed = new Set(
    listed.stdout
      .split('\n')
      .filter((line) => line.endsWith(' installed'))
      .map((line) => line.split(' ')[0]),
  );
  const missing = wanted.filter((name) => !installed.has(name));
  return {
    python: '/usr/bin/python3',
    missing: missing.length > 0 ? `Debian packages are not installed: ${missing.join(' ')}` : undefined,
    install() {
      const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
      const wait = ['-o', 'DPkg::Lock::Timeout=600'];
      attempt('apt-get', ['update', '-qq', ...wait], env);
      return attempt('apt-get', ['install', '-y', '-qq', '--no-install-recommends', ...wait, ...missing], env);
    },
  };
}

function interpreter(names, what) {
  const versions = join(process.env.PYENV_ROOT ?? join(homedir(), '.pyenv'), 'versions');
  const folders = existsSync(versions) ? readdirSync(versions).map((version) => join(versions, version, 'bin')) : [];
  const candidates = names.flatMap((name) => [name, ...folders.map((folder) => join(folder, name))]);
  const python = candidates.find((candidate) => spawnSync(candidate, ['--version']).status === 0);
  return { python, missing: python ? undefined : `${what} is not on this machine` };
}

function output(command, args) {
  return spawnSync(command, args, { encoding: 'utf8' }).stdout?.trim() ?? '';
}

/** Runs an installer; the end of what it said when it fails, nothing when it works. */
function attempt(command, args, env = process.env) {
  const result = spawnSync(command, args, { encoding: 'utf8', env, maxBuffer: 1 << 26 });
  if (result.status === 0) return undefined;
  const said = `${result.stdout ?? ''}${result.stderr ?? ''}`.split('\n').filter((line) => !line.startsWith('WARNING'));
  return `${command} ${args.slice(0, 3).join(' ')} failed: ${result.error?.message ?? said.join('\n').trim().slice(-400)}`;
}
