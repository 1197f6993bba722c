/** A config that was found decides what runs: it counts only when nobody but its user and root can change it. */
import assert from 'node:assert/strict';
import { chmodSync, chownSync, lchownSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, test } from 'node:test';
import { ALICE, asUser, BOB, giveTo, needsRoot } from '../support/other-users.ts';
import { PROGRAM } from '../support/project.ts';
import { runProgram, type ProgramResult } from '../support/run-program.ts';

const NAME = 'oneprocpool.config.yaml';
const CONFIG = 'env:\n  MARK: from the config\n';
let directory: string;
const at = (...names: string[]): string => join(directory, ...names);

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'oneprocpool-trust-'));
  chmodSync(directory, 0o755);
});
afterEach(() => {
  rmSync(directory, { recursive: true, force: true });
});

/** A directory with a config, both of this user. */
function place(user: number, name: string, text = CONFIG, file = NAME): string {
  mkdirSync(at(name), { recursive: true });
  writeFileSync(at(name, file), text);
  chmodSync(at(name), 0o755);
  chmodSync(at(name, file), 0o644);
  giveTo(user, at(name), at(name, file));
  return at(name);
}

/** Says what the command got of the config. */
function run(user: number, cwd: string, ...options: string[]): Promise<ProgramResult> {
  const words = [PROGRAM, '--verify', 'off', ...options, '--', 'sh', '-c', 'echo "${MARK-not used}"'];
  return runProgram([...asUser(user), 'env', 'HOME=/', ...words], { file: 'setpriv', cwd });
}

async function isUsed(user: number, cwd: string, ...options: string[]): Promise<void> {
  const { status, stdout, stderr } = await run(user, cwd, ...options);
  assert.deepEqual([status, stdout, stderr], [0, 'from the config\n', '']);
}

async function isRefused(user: number, cwd: string, reason: RegExp): Promise<void> {
  const { status, stdout, stderr } = await run(user, cwd);
  assert.deepEqual([status, stdout], [125, '']);
  assert.match(stderr, /^oneprocpool: refusing /);
  assert.match(stderr, reason);
  assert.match(stderr, /hint: .*`--config \/.*` if you trust it, or `--no-config`/);
  const without = await run(user, cwd, '--no-config');
  assert.deepEqual([without.status, without.stdout], [0, 'not used\n']);
}

describe('a config that was found', { skip: needsRoot, concurrency: 1 }, () => {
  test('is used by its owner, and that of root by everybody', async () => {
    await isUsed(ALICE, place(ALICE, 'alice'));
    await isUsed(ALICE, place(0, 'root'));
    await isUsed(0, at('root'));
  });

  test('of another user is refused, also for root and from a directory of one’s own below it', async () => {
    const bob = place(BOB, 'bob');
    mkdirSync(join(bob, 'sub'));
    giveTo(ALICE, join(bob, 'sub'));
    for (const [user, cwd] of [
      [ALICE, bob],
      [ALICE, join(bob, 'sub')],
      [0, bob],
    ] as const) {
      await isRefused(user, cwd, new RegExp(`directory ${bob} belongs to user ${BOB}`));
    }
    await isUsed(ALICE, bob, '--config', NAME);
  });

  test('that others can write is refused, with the command that mends it', async () => {
    const path = place(ALICE, 'alice');
    chmodSync(join(path, NAME), 0o666);
    await isRefused(ALICE, path, new RegExp(`: writable by other users\n\nhint: \`chmod o-w ${path}/${NAME}\`, or `));
    chmodSync(join(path, NAME), 0o644);
    chmodSync(path, 0o777);
    await isRefused(ALICE, path, new RegExp(`directory ${path} is writable by other users`));
  });

  test('that a group can write is refused, and so is one in a directory of a group', async () => {
    const path = place(ALICE, 'alice');
    chownSync(join(path, NAME), ALICE, BOB);
    chmodSync(join(path, NAME), 0o664);
    await isRefused(ALICE, path, new RegExp(`writable by the members of group ${BOB}`));
    chmodSync(join(path, NAME), 0o644);
    chownSync(path, 0, BOB);
    chmodSync(path, 0o2775);
    await isRefused(ALICE, path, new RegExp(`directory ${path} is writable by the members of group ${BOB}`));
  });

  test('in a sticky directory is used when it is one’s own', async () => {
    const path = place(0, 'sticky');
    chmodSync(path, 0o1777);
    giveTo(ALICE, join(path, NAME));
    await isUsed(ALICE, path);
    await isRefused(BOB, path, new RegExp(`it belongs to user ${ALICE}`));
  });

  test('is refused when a link of another user leads to it, or a link leads to another user’s file', async () => {
    const mine = place(ALICE, 'alice', CONFIG, 'other.yaml');
    symlinkSync('other.yaml', join(mine, NAME));
    lchownSync(join(mine, NAME), ALICE, ALICE);
    await isUsed(ALICE, mine);
    lchownSync(join(mine, NAME), BOB, BOB);
    await isRefused(ALICE, mine, new RegExp(`it belongs to user ${BOB}`));
    lchownSync(join(mine, NAME), ALICE, ALICE);
    giveTo(BOB, join(mine, 'other.yaml'));
    await isRefused(ALICE, mine, new RegExp(`other\\.yaml belongs to user ${BOB}`));
  });

  test('counts only when it says something for oneprocpool', async () => {
    const bob = place(BOB, 'bob', '{"dependencies": {"oneprocpool": "1"}}', 'package.json');
    writeFileSync(join(bob, 'pyproject.toml'), '[tool.other]\n');
    giveTo(BOB, join(bob, 'pyproject.toml'));
    assert.equal((await run(ALICE, bob)).stdout, 'not used\n');
    writeFileSync(join(bob, 'pyproject.toml'), '[tool.oneprocpool.env]\nMARK = "x"\n');
    await isRefused(ALICE, bob, /refusing .*pyproject\.toml/);
  });

  test('may name preset files of nobody else', async () => {
    const preset = { id: 'mine', name: 'Mine' };
    const mine = place(ALICE, 'alice', 'presetFiles: [../shared/preset.json]\n');
    const shared = place(BOB, 'shared', JSON.stringify(preset), 'preset.json');
    await isRefused(ALICE, mine, new RegExp(`refusing ${shared}/preset.json: directory ${shared} belongs`));
  });
});
