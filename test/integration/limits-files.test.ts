/** The file port and the writer on a real file system: nothing hangs, nothing escapes a root, no half files. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  closeSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  readSync,
  realpathSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { OneprocpoolError } from '../../src/errors.ts';
import { createFiles } from '../../src/host/files.ts';
import { createWriter } from '../../src/host/writer.ts';

let directory = '';
before(() => {
  directory = realpathSync(mkdtempSync(join(tmpdir(), 'oneprocpool-files-')));
});
after(() => {
  rmSync(directory, { recursive: true, force: true });
});

describe('reading the live machine', () => {
  test('gives texts of any length whole, and undefined for what is not there', () => {
    const files = createFiles();
    const text = 'line ü\n'.repeat(40_000);
    writeFileSync(join(directory, 'long'), text);
    assert.equal(files.readText(join(directory, 'long')), text);
    assert.equal(files.readText(join(directory, 'missing')), undefined);
    assert.match(files.readText('/proc/self/status') ?? '', /^Name:/);
    assert.equal(files.exists('/proc/self/status'), true);
    assert.equal(files.exists(join(directory, 'missing')), false);
    assert.ok((files.listDirectory('/proc/self/task') ?? []).includes(String(process.pid)));
    assert.ok((files.linkCount('/proc/self/task') ?? 0) >= 3);
  });

  test('does not hang on a FIFO, a socket, a device or a directory', async () => {
    const files = createFiles();
    const fifo = join(directory, 'fifo');
    execFileSync('mkfifo', [fifo]);
    const socket = join(directory, 'socket');
    const server = createServer().listen(socket);
    await new Promise((resolve) => server.once('listening', resolve));
    for (const path of [fifo, socket, '/dev/zero', '/dev/tty', directory, '/proc', '/proc/self/fd', '/sys']) {
      assert.equal(files.readText(path), undefined, path);
    }
    assert.equal(files.listDirectory(fifo), undefined);
    await new Promise((resolve) => server.close(resolve));
  });

  test('takes any path', () => {
    const files = createFiles();
    for (const path of ['', '/', '\0', '/proc/\0', `/${'a'.repeat(5000)}`, '/proc/self/status/x', '/proc/self/mem']) {
      assert.equal(files.readText(path), undefined, JSON.stringify(path.slice(0, 20)));
      assert.equal(files.linkCount(`${path}\0`), undefined);
      assert.equal(files.listDirectory(`${path}\0`), undefined);
      assert.equal(files.exists(`${path}\0`), false);
    }
  });

  test('leaves no descriptor open', () => {
    const files = createFiles();
    const count = () => readdirSync('/proc/self/fd').length;
    const before = count();
    for (let round = 0; round < 50; round += 1) {
      for (const path of [directory, '/dev/zero', '/proc/self/status', join(directory, 'missing')])
        files.readText(path);
    }
    assert.equal(count(), before);
  });
});

describe('reading below a root', () => {
  test('sees the root as / and nothing outside it', () => {
    const root = join(directory, 'root');
    mkdirSync(join(root, 'proc/self'), { recursive: true });
    mkdirSync(join(root, 'etc'));
    writeFileSync(join(root, 'proc/self/status'), 'inside');
    symlinkSync('self', join(root, 'proc/me'));
    symlinkSync('/proc/self/status', join(root, 'etc/absolute'));
    symlinkSync('../../../../../../../../proc/self/status', join(root, 'etc/upwards'));
    symlinkSync('/proc', join(root, 'etc/directory'));
    symlinkSync('loop', join(root, 'etc/loop'));
    writeFileSync(`${root}-beside`, 'outside');
    symlinkSync(`${root}-beside`, join(root, 'etc/beside'));
    const files = createFiles(root);
    assert.equal(files.readText('/proc/self/status'), 'inside');
    assert.equal(files.readText('/proc/me/status'), 'inside');
    assert.equal(files.readText('/../../proc/self/status'), 'inside', 'as in a chroot, / has no parent');
    assert.deepEqual(files.listDirectory('/proc')?.sort(), ['me', 'self']);
    for (const path of [
      '/etc/absolute',
      '/etc/upwards',
      '/etc/directory/self/status',
      '/etc/loop',
      '/etc/beside',
      '/../root-beside',
      '/proc/version',
    ]) {
      assert.equal(files.readText(path), undefined, path);
      assert.equal(files.exists(path), false, path);
      assert.equal(files.linkCount(path), undefined, path);
      assert.equal(files.listDirectory(path), undefined, path);
    }
  });

  test('works through a symbolic link to the root, with a root of /, and with none there', () => {
    symlinkSync(join(directory, 'root'), join(directory, 'link'));
    assert.equal(createFiles(join(directory, 'link')).readText('/proc/self/status'), 'inside');
    assert.match(createFiles('/').readText('/proc/self/status') ?? '', /^Name:/);
    assert.equal(createFiles(join(directory, 'nowhere')).readText('/proc/self/status'), undefined);
    assert.equal(createFiles(join(directory, 'long')).readText('/proc/self/status'), undefined);
  });
});

describe('writing', () => {
  const writer = createWriter();
  const failure = (path: string): OneprocpoolError => {
    try {
      writer.writeFileAtomically(path, 'text');
    } catch (error) {
      assert.ok(error instanceof OneprocpoolError);
      return error;
    }
    throw new assert.AssertionError({ message: `${path} was written` });
  };

  test('replaces a file as a whole, keeps its mode, and leaves nothing beside it', () => {
    const place = join(directory, 'out');
    mkdirSync(place);
    const path = join(place, 'run.json');
    writer.writeFileAtomically(path, 'one');
    chmodSync(path, 0o640);
    const { ino } = statSync(path);
    writer.writeFileAtomically(path, 'two');
    assert.equal(readFileSync(path, 'utf8'), 'two');
    assert.notEqual(statSync(path).ino, ino, 'renamed, not rewritten in place');
    assert.equal(statSync(path).mode & 0o777, 0o640);
    assert.deepEqual(readdirSync(place), ['run.json']);
  });

  test('follows a symbolic link and keeps it', () => {
    const target = join(directory, 'target');
    writeFileSync(target, 'old');
    symlinkSync(target, join(directory, 'pointer'));
    writer.writeFileAtomically(join(directory, 'pointer'), 'new');
    assert.equal(readFileSync(target, 'utf8'), 'new');
    assert.ok(lstatSync(join(directory, 'pointer')).isSymbolicLink());
  });

  test('writes into a FIFO or device instead of putting a file in its place', () => {
    // A FIFO of our own: a failure here must not replace a device that the machine needs.
    const fifo = join(directory, 'report-fifo');
    execFileSync('mkfifo', [fifo]);
    const reader = openSync(fifo, 'r+');
    writer.writeFileAtomically(fifo, 'text');
    assert.ok(lstatSync(fifo).isFIFO());
    const buffer = Buffer.alloc(16);
    assert.equal(buffer.toString('utf8', 0, readSync(reader, buffer)), 'text');
    closeSync(reader);
  });

  test('fails with the path, the reason and a hint', () => {
    const missing = failure(join(directory, 'no/such/run.json'));
    assert.equal(missing.code, 'REPORT_UNWRITABLE');
    assert.equal(missing.exitStatus, 125);
    assert.match(missing.message, /no\/such\/run\.json: no such directory/);
    assert.equal(missing.hint, 'create the directory first');
    assert.match(failure(directory).message, /it is a directory/);
    assert.match(failure(join(directory, 'target', 'x')).message, /not a directory/);
    assert.match(failure('/proc/run.json').message, /no such directory|permission denied/);
    assert.equal(failure(`${directory}/\0`).code, 'REPORT_UNWRITABLE');
  });
});
