import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { chmodSync, chownSync, existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, test } from 'node:test';
import { build } from 'esbuild';
import { OneprocpoolError } from '../../src/errors.ts';
import { createConfigSearch } from '../../src/host/config-search.ts';
import { PROJECT_ROOT } from '../support/project.ts';

let home: string;
const uid = process.getuid?.() ?? 0;

function write(path: string, text: string): string {
  const whole = join(home, path);
  mkdirSync(dirname(whole), { recursive: true });
  writeFileSync(whole, text);
  return whole;
}

/** Path below `home` and text of what is found from a directory below it. */
async function find(directory = '', as = uid): Promise<[path: string, text: string] | undefined> {
  const found = await createConfigSearch({ home, uid: as }).search(join(home, directory));
  return found === undefined ? undefined : [found.path.slice(home.length + 1), found.text];
}

async function failure(directory = '', as = uid): Promise<OneprocpoolError> {
  const outcome: unknown = await find(directory, as).catch((error: unknown) => error);
  assert.ok(outcome instanceof OneprocpoolError, JSON.stringify(outcome));
  assert.equal(outcome.code, 'CONFIG_INVALID');
  return outcome;
}

beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'oneprocpool-config-'));
});
afterEach(() => rmSync(home, { recursive: true, force: true }));

describe('the search for a config file', () => {
  const places: [path: string, text: string][] = [
    ['.oneprocpoolrc', 'workers: 2\n'],
    ['.oneprocpoolrc.json', '{"workers": 2}'],
    ['.oneprocpoolrc.yaml', 'workers: 2'],
    ['.oneprocpoolrc.yml', 'workers: 2'],
    ['oneprocpool.config.json', '{"workers": 2}'],
    ['oneprocpool.config.yaml', 'workers: 2'],
    ['oneprocpool.config.yml', 'workers: 2'],
    ['package.json', '{"name": "x", "oneprocpool": {"workers": 2}}'],
    ['pyproject.toml', '[project]\n\n[tool.oneprocpool]\nworkers = 2\n'],
    ['pyproject.toml', '[tool."oneprocpool".env]\nA = 2\n'],
  ];
  for (const [path, text] of places) {
    test(`finds ${path} and gives its text as it is`, async () => {
      write(path, text);
      assert.deepEqual(await find(), [path, text]);
    });
  }

  test('goes upwards and takes the nearest', async () => {
    write('.oneprocpoolrc', 'far');
    write('a/b/.oneprocpoolrc', 'near');
    mkdirSync(join(home, 'a/b/c'));
    assert.deepEqual(await find('a/b/c'), ['a/b/.oneprocpoolrc', 'near']);
    assert.deepEqual(await find('a'), ['.oneprocpoolrc', 'far']);
  });

  test('ends at the home directory', async () => {
    const outer = home;
    write('.oneprocpoolrc', 'outside');
    home = join(outer, 'me');
    mkdirSync(join(home, 'project'), { recursive: true });
    try {
      assert.equal(await find('project'), undefined);
    } finally {
      home = outer;
    }
  });

  test('passes files of others that do not concern us', async () => {
    write('.oneprocpoolrc', 'mine');
    write('a/package.json', '{"dependencies": {"oneprocpool": "1"}}');
    write('a/pyproject.toml', '# oneprocpool\n[tool.other]\noneprocpool = 1\n[tool.oneprocpools]\n');
    write('a/.oneprocpoolrc.yaml', ' \n');
    assert.deepEqual(await find('a'), ['.oneprocpoolrc', 'mine']);
  });

  test('passes directories, pipes and dangling links of these names', async () => {
    mkdirSync(join(home, 'a/.oneprocpoolrc'), { recursive: true });
    assert.equal(
      spawnSync('mkfifo', [join(home, 'a/oneprocpool.config.json'), join(home, 'a/package.json')]).status,
      0,
    );
    symlinkSync('/nonexistent', join(home, 'a/.oneprocpoolrc.json'));
    write('a/.oneprocpoolrc.yml', 'mine');
    assert.deepEqual(await find('a'), ['a/.oneprocpoolrc.yml', 'mine']);
  });

  test('gives a malformed package.json that names us to the parser', async () => {
    write('package.json', '{"oneprocpool": {"workers": 2},}');
    assert.deepEqual(await find(), ['package.json', '{"oneprocpool": {"workers": 2},}']);
  });

  test('starts in a directory that is no longer there', async () => {
    write('.oneprocpoolrc', 'mine');
    assert.deepEqual(await find('gone/deeper'), ['.oneprocpoolrc', 'mine']);
  });

  test('refuses a file of more than a megabyte', async () => {
    write('.oneprocpoolrc', '#'.repeat(1024 * 1024 + 1));
    assert.match((await failure()).message, /at most 1048576 bytes, got 1048577 in/);
  });

  test('refuses a file that cannot be read', async () => {
    chmodSync(write('.oneprocpoolrc', 'x'), 0);
    chmodSync(home, 0o755);
    // Root can read everything, so it steps down for a moment.
    if (uid === 0) process.seteuid?.(65534);
    try {
      assert.match((await failure()).message, /no permission to read `.*\/\.oneprocpoolrc`/);
    } finally {
      if (uid === 0) process.seteuid?.(0);
    }
  });
});

describe('a found config', () => {
  test('never executes anything, nor do settings for cosmiconfig itself', async () => {
    const marker = join(home, 'executed');
    const script = `require('node:fs').writeFileSync(${JSON.stringify(marker)}, ''); module.exports = {};`;
    for (const name of [
      '.config/config.js',
      '.config/config.cjs',
      '.oneprocpoolrc.js',
      '.oneprocpoolrc.cjs',
      'oneprocpool.config.js',
      'evil.cjs',
    ])
      write(name, script);
    write(
      'package.json',
      '{"cosmiconfig": {"searchPlaces": ["evil.cjs"], "mergeSearchPlaces": true}, "oneprocpool": {"$import": "./evil.cjs"}}',
    );
    const before = process.cwd();
    process.chdir(home);
    try {
      assert.equal((await find())?.[0], 'package.json');
      rmSync(join(home, 'package.json'));
      assert.equal(await find(), undefined);
      write('.oneprocpoolrc', '$import: ./evil.cjs\n');
      assert.deepEqual(await find(), ['.oneprocpoolrc', '$import: ./evil.cjs\n']);
    } finally {
      process.chdir(before);
    }
    assert.equal(existsSync(marker), false);
  });

  test('that everybody can write is refused, with the way out', async () => {
    const path = write('.oneprocpoolrc', 'workers: 2');
    chmodSync(path, 0o666);
    const { message, hint } = await failure();
    assert.equal(message, `refusing ${path}: writable by other users`);
    assert.equal(hint, `\`chmod o-w ${path}\`, or \`--config ${path}\` if you trust it, or \`--no-config\``);
  });

  test('of another user is refused when root runs us', async () => {
    const path = write('.oneprocpoolrc', 'workers: 2');
    if (uid === 0) chownSync(path, 65534, 65534);
    assert.match((await failure('', 0)).message, /: it belongs to user [1-9]\d*$/);
  });
});

test('the search works bundled, too, as it is shipped', async () => {
  write('.oneprocpoolrc', 'workers: 2\n');
  const outdir = join(home, 'bundle');
  await build({
    entryPoints: [join(PROJECT_ROOT, 'src/host/config-search.ts')],
    outdir,
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'node',
    target: 'node20',
    banner: {
      js: "import{createRequire as __createRequire}from'node:module';const require=__createRequire(import.meta.url);",
    },
    outExtension: { '.js': '.mjs' },
    external: ['typescript'],
    logLevel: 'warning',
  });
  const bundled = (await import(join(outdir, 'config-search.mjs'))) as typeof import('../../src/host/config-search.ts');
  assert.equal((await bundled.createConfigSearch({ home }).search(home))?.text, 'workers: 2\n');
});
