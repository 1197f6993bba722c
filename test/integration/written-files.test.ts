/** Files that the user asks for by name: the right one is written, whole or not at all, whoever else is there. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  readlinkSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, test } from 'node:test';
import { ALICE, asUser, BOB, giveTo, needsRoot } from '../support/other-users.ts';
import { notOfThePackage, PROGRAM } from '../support/project.ts';
import { runProgram, type ProgramResult } from '../support/run-program.ts';

let directory: string;
const at = (...names: string[]): string => join(directory, ...names);

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'oneprocpool-written-'));
  // Other users are to reach what is in it.
  chmodSync(directory, 0o755);
});
afterEach(() => {
  rmSync(directory, { recursive: true, force: true });
});

const REPORT = ['--no-config', '--verify', 'off', '--report'];
/** A command line for each option that names a file to write. */
const WRITERS: readonly (readonly [option: string, words: (path: string) => readonly string[]])[] = [
  ['--report', (path) => [...REPORT, path, '--', 'true']],
  ['env --output', (path) => ['env', '--no-config', '-o', path]],
  ['export --output', (path) => ['export', 'sh', '--no-config', '-o', path]],
];

/** In bash, `$0` being the program. */
function inBash(script: string, ...words: string[]): Promise<ProgramResult> {
  return runProgram(['-c', script, PROGRAM, ...words], { file: 'bash', cwd: directory });
}

function missingNamespaces(): string | false {
  const options = ['--mount', '--pid', '--fork', '--mount-proc'];
  return spawnSync('unshare', [...options, 'true']).status === 0 ? false : 'no permission for namespaces';
}

describe('a file that is written', () => {
  for (const [option, words] of WRITERS) {
    test(`${option}: a link that its user made is followed, and stays`, async () => {
      writeFileSync(at('target.json'), 'old');
      symlinkSync('target.json', at('link.json'));
      symlinkSync('not-there.json', at('dangling.json'));
      for (const [link, target] of [
        ['link.json', 'target.json'],
        ['dangling.json', 'not-there.json'],
      ] as const) {
        const result = await runProgram(words(at(link)));
        assert.deepEqual([result.status, result.stderr], [0, '']);
        assert.equal(readlinkSync(at(link)), target);
        assert.match(readFileSync(at(target), 'utf8'), /OMP_NUM_THREADS|schemaVersion/);
      }
      assert.deepEqual(readdirSync(directory).sort(), ['dangling.json', 'link.json', 'not-there.json', 'target.json']);
    });

    test(`${option}: names that somebody may have prepared are not used`, async () => {
      writeFileSync(at('victim'), 'mine');
      mkdirSync(at('shared'));
      // The number of the process is known to whoever started it, and the same in every container.
      const prepare = 'for name in r.json x; do ln -s ../victim "shared/.$name.$$.tmp"; done; exec "$0" "$@"';
      const result = await inBash(prepare, ...words('shared/r.json'));
      assert.equal(result.status, 0, result.stderr);
      assert.equal(readFileSync(at('victim'), 'utf8'), 'mine');
      assert.ok(lstatSync(at('shared/r.json')).isFile());
    });

    test(`${option}: a link of another user is refused`, { skip: needsRoot }, async () => {
      mkdirSync(at('shared'));
      writeFileSync(at('victim'), 'mine');
      symlinkSync('../victim', at('shared/r.json'));
      spawnSync('chown', ['-h', `${ALICE}`, at('shared/r.json')]);
      const result = await runProgram(words(at('shared/r.json')));
      assert.equal(result.status, 125);
      assert.match(result.stderr, new RegExp(`cannot write .*r\\.json: it is a symbolic link of user ${ALICE}`));
      assert.match(result.stderr, /hint: .*\.\.\/victim/);
      assert.equal(readFileSync(at('victim'), 'utf8'), 'mine');
    });
  }

  test('gets the mode that the umask leaves, and later keeps its own', async () => {
    for (const [umask, mode] of [
      ['077', 0o600],
      ['022', 0o644],
      ['002', 0o664],
    ] as const) {
      rmSync(at('r.json'), { force: true });
      await inBash(`umask ${umask}; "$0" "$@"`, ...REPORT, 'r.json', '--', 'true');
      assert.equal(statSync(at('r.json')).mode & 0o777, mode, umask);
    }
    chmodSync(at('r.json'), 0o664);
    assert.equal((await inBash('umask 077; "$0" "$@"', ...REPORT, 'r.json', '--', 'true')).status, 0);
    assert.equal(statSync(at('r.json')).mode & 0o777, 0o664);
  });

  test('keeps its owner when root rewrites it in a directory of that owner', { skip: needsRoot }, async () => {
    mkdirSync(at('home'));
    writeFileSync(at('home/r.json'), '', { mode: 0o640 });
    giveTo(ALICE, at('home'), at('home/r.json'));
    assert.equal((await runProgram([...REPORT, at('home/r.json'), '--', 'true'])).status, 0);
    const { uid, mode, size } = statSync(at('home/r.json'));
    assert.deepEqual([uid, mode & 0o777, size > 0], [ALICE, 0o640, true]);
  });

  test('belongs to its writer where somebody else prepared one to own it', { skip: needsRoot }, async () => {
    mkdirSync(at('shared'));
    chmodSync(at('shared'), 0o1777);
    writeFileSync(at('shared/r.json'), '');
    chmodSync(at('shared/r.json'), 0o666);
    giveTo(ALICE, at('shared/r.json'));
    assert.equal((await inBash('umask 022; "$0" "$@"', ...REPORT, 'shared/r.json', '--', 'true')).status, 0);
    const { uid, mode } = statSync(at('shared/r.json'));
    assert.deepEqual([uid, mode & 0o777], [0, 0o644]);
  });

  test('is rewritten where it is when its directory takes no new files', { skip: needsRoot }, async () => {
    mkdirSync(at('place'));
    writeFileSync(at('place/r.json'), 'old, and longer than nothing');
    giveTo(BOB, at('place/r.json'));
    const { ino } = statSync(at('place/r.json'));
    const options = ['env', 'HOME=/', PROGRAM, ...REPORT, at('place/r.json'), '--', 'true'];
    const result = await runProgram([...asUser(BOB), ...options], { file: 'setpriv' });
    assert.deepEqual([result.status, result.stderr], [0, '']);
    assert.equal(statSync(at('place/r.json')).ino, ino);
    assert.match(readFileSync(at('place/r.json'), 'utf8'), /^\{[^]*\}\n$/);
  });

  test('that descriptors name goes on where they are', async () => {
    for (const name of ['/dev/stdout', '/dev/fd/1', '/proc/self/fd/1']) {
      await inBash(`{ echo before; "$0" env --no-config -o ${name}; echo after; } >out`);
      assert.match(readFileSync(at('out'), 'utf8'), /^before\n[^]*OMP_NUM_THREADS[^]*\nafter\n$/, name);
    }
    symlinkSync('/dev/stdout', at('r.json'));
    const piped = await inBash(`"$0" "$@" | wc -l`, ...REPORT, 'r.json', '--', 'true');
    assert.ok(Number(piped.stdout) > 10, piped.stdout);
    const third = await inBash(`"$0" env --no-config -o /dev/fd/3 3>third; grep -c OMP_NUM_THREADS third`);
    assert.equal(third.stdout, '1\n');
  });

  test('that cannot be written is refused before the command starts, with the reason', async () => {
    writeFileSync(at('file'), '');
    mkdirSync(at('dir.json'));
    symlinkSync('loop.json', at('loop.json'));
    for (const [path, reason] of [
      ['no/such/r.json', 'no such directory'],
      ['file/r.json', 'a part of the path is not a directory'],
      ['dir.json', 'it is a directory'],
      ['loop.json', 'too many symbolic links'],
    ] as const) {
      const result = await inBash('"$0" "$@"', ...REPORT, path, '--', 'touch', 'started');
      assert.equal(result.status, 125);
      assert.match(result.stderr, new RegExp(`^oneprocpool: cannot write ${path}: ${reason}\n\nhint: `));
    }
    assert.ok(!readdirSync(directory).includes('started'));
  });
});

describe('a report that several containers write', { skip: missingNamespaces() }, () => {
  test('is that of one of them, whole, and all succeed', async () => {
    const options = ['--mount', '--pid', '--fork', '--mount-proc', PROGRAM, '-q', '--report', at('r.json')];
    const started = at('started');
    // All have the same number, and end in the same moment.
    const script = `echo >>${started}; until [ "$(wc -l <${started})" -ge 6 ]; do sleep 0.01; done`;
    const run = (): Promise<ProgramResult> => runProgram([...options, '--', 'sh', '-c', script], { file: 'unshare' });
    for (const _ of [1, 2, 3, 4, 5]) {
      const results = await Promise.all([1, 2, 3, 4, 5, 6].map(run));
      assert.deepEqual(new Set(results.map(({ status, stderr }) => `${status} ${stderr}`)), new Set(['0 ']));
      assert.doesNotThrow(() => JSON.parse(readFileSync(at('r.json'), 'utf8')) as unknown);
      rmSync(started);
    }
    assert.deepEqual(readdirSync(directory), ['r.json']);
  });

  test('is written where it is when it is mounted', async () => {
    writeFileSync(at('outside.json'), 'x'.repeat(100_000));
    writeFileSync(at('r.json'), '');
    const script = 'mount --bind outside.json r.json && exec "$0" "$@"';
    const words = ['--mount', 'bash', '-c', script, PROGRAM, ...REPORT, 'r.json', '--', 'true'];
    const result = await runProgram(words, { file: 'unshare', cwd: directory });
    assert.deepEqual([result.status, result.stderr], [0, '']);
    assert.doesNotThrow(() => JSON.parse(readFileSync(at('outside.json'), 'utf8')) as unknown);
    assert.deepEqual(readdirSync(directory).sort(), ['outside.json', 'r.json']);
  });
});

describe('install', { skip: notOfThePackage }, () => {
  test('replaces a link, and uses no name that somebody may have prepared', async () => {
    writeFileSync(at('victim'), 'mine');
    mkdirSync(at('bin'));
    symlinkSync('../victim', at('bin/oneprocpool'));
    const prepare = 'ln -s ../victim "bin/.oneprocpool.$$.tmp"; exec "$0" "$@"';
    assert.equal((await inBash(prepare, 'install', 'bin')).status, 0);
    assert.equal(readFileSync(at('victim'), 'utf8'), 'mine');
    assert.equal(statSync(at('victim')).mode & 0o111, 0);
    const copy = lstatSync(at('bin/oneprocpool'));
    assert.deepEqual([copy.isFile(), copy.mode & 0o777, copy.size], [true, 0o555, statSync(PROGRAM).size]);
    assert.equal(spawnSync(at('bin/oneprocpool'), ['--version']).status, 0);
  });
});
