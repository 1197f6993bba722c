/**
 * The addon through which the npm program hears how workers end, in every runtime and C library that can be had here.
 * bun stands in where there is no Node.js to try: for musl, and for arm64, where qemu gives real-time signals other numbers.
 */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { closeSync, existsSync, mkdirSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { findFetched } from '../support/fetched.ts';
import { missingProgram } from '../support/missing-program.ts';
import { findNode24 } from '../support/node24.ts';
import { PROJECT_ROOT } from '../support/project.ts';
import { runProgram } from '../support/run-program.ts';
import { run } from './packaging.ts';

const BUN = join(PROJECT_ROOT, 'tools/bun/node_modules/@oven');
const BUN_MISSING = 'bun is not installed (npm run build:binary)';
const CROSS = '/usr/aarch64-linux-gnu';
const loaders = findFetched('musl/fetch-loaders.sh');
const libraries = findFetched('musl/fetch-libraries.sh');

/** Children of a shell that becomes the runtime: nobody but the addon waits for them. They end when somebody opens the gate. */
const CHILDREN = `
gate=$1; shift
for ending in 'exit 0' 'exit 1' 'exit 255' 'kill -s 9 $$' 'kill -s 15 $$' 'kill -s 34 $$' 'kill -s 40 $$' 'kill -s 64 $$'; do
  sh -c "read -r word <'$gate'; $ending" >/dev/null 2>&1 &
  pids="$pids $!"
done
exec "$@" "$gate" $pids`;
const STATUSES = [0, 1 << 8, 255 << 8, 9, 15, 34, 40, 64];
const FIRST_REAL_TIME = 5;

const PROBE = `
const { closeSync, constants, openSync } = require('node:fs');
const [addonFile, gate, ...pids] = process.argv.slice(2);
const addon = { exports: {} };
process.dlopen(addon, addonFile);
const ask = addon.exports;
function openGate() {
  try {
    closeSync(openSync(gate, constants.O_WRONLY | constants.O_NONBLOCK));
  } catch {}
}
const sleeper = new Int32Array(new SharedArrayBuffer(4));
const before = pids.map((pid) => ask(Number(pid)));
const statuses = pids.map((pid) => {
  for (;;) {
    const status = ask(Number(pid));
    if (status !== -1) return status;
    openGate();
    Atomics.wait(sleeper, 0, 0, 5);
  }
});
console.log(JSON.stringify({ before, statuses, refused: [ask(), ask('1'), ask(0), ask(-1)], gone: ask(Number(pids[0])) }));
`;

interface Runtime {
  readonly arch: 'x64' | 'arm64';
  /** Words before those for the runtime. */
  readonly words: (directory: string) => Promise<string[]> | string[];
  readonly missing: string | undefined;
}

function bun(name: string): string {
  return join(BUN, name, 'bin/bun');
}

function missingBun(name: string): string | undefined {
  return existsSync(bun(name)) ? undefined : BUN_MISSING;
}

/** bun for musl asks for libstdc++ under its usual name; the fetched one has another, and is of a form that old musl cannot read. */
async function muslWords(machine: string, platform: string, directory: string): Promise<string[]> {
  const own = join(directory, machine);
  mkdirSync(own);
  const { readMuslLibraries } = (await import(join(PROJECT_ROOT, 'scripts/musl-libraries.mjs'))) as {
    readMuslLibraries: (platform: string) => { name: string; file: string; content: Buffer }[];
  };
  for (const { name, file, content } of readMuslLibraries(platform)) {
    for (const each of [file, name === 'libgcc' ? 'libgcc_s.so.1' : 'libstdc++.so.6'])
      writeFileSync(join(own, each), content);
  }
  return [join(loaders ?? '', machine, `lib/ld-musl-${machine}.so.1`), '--library-path', own];
}

const noMusl = loaders === undefined || libraries === undefined ? 'no musl (tools/musl)' : undefined;
const noQemu = missingProgram('qemu-aarch64') ?? (existsSync(join(CROSS, 'lib')) ? undefined : 'no libc6-arm64-cross');
const node24 = findNode24();

const RUNTIMES: Record<string, Runtime> = {
  'the Node that runs the tests': { arch: process.arch as 'x64', words: () => [process.execPath], missing: undefined },
  'Node 24': {
    arch: process.arch as 'x64',
    words: () => [node24 ?? ''],
    missing: node24 === undefined ? 'Node 24 is not installed' : undefined,
  },
  'bun on musl': {
    arch: 'x64',
    words: async (directory) => [
      ...(await muslWords('x86_64', 'linux-x64-musl', directory)),
      bun('bun-linux-x64-musl-baseline'),
    ],
    missing: noMusl ?? missingBun('bun-linux-x64-musl-baseline'),
  },
  'bun on arm64': {
    arch: 'arm64',
    words: () => ['qemu-aarch64', '-L', CROSS, bun('bun-linux-aarch64')],
    missing: noQemu ?? missingBun('bun-linux-aarch64'),
  },
  'bun on arm64 with musl': {
    arch: 'arm64',
    words: async (directory) => [
      'qemu-aarch64',
      ...(await muslWords('aarch64', 'linux-arm64-musl', directory)),
      bun('bun-linux-aarch64-musl'),
    ],
    missing: noQemu ?? noMusl ?? missingBun('bun-linux-aarch64-musl'),
  },
};

describe('the addon that asks how a child has ended', () => {
  let directory = '';
  before(() => {
    directory = mkdtempSync(join(tmpdir(), 'oneprocpool-'));
    writeFileSync(join(directory, 'probe.cjs'), PROBE);
  });
  after(() => {
    rmSync(directory, { recursive: true });
  });

  for (const [name, { arch, words, missing }] of Object.entries(RUNTIMES)) {
    test(`tells statuses and signals, and refuses what is no child, in ${name}`, async (t) => {
      if (missing !== undefined) return t.skip(missing);
      if (process.arch !== 'x64' && arch !== process.arch) return t.skip('this machine is not an x64');
      const gate = join(directory, `gate-${name.replaceAll(' ', '-')}`);
      run('mkfifo', [gate]);
      const addon = join(PROJECT_ROOT, `dist/wait-linux-${arch}.node`);
      const runtime = [...(await words(directory)), join(directory, 'probe.cjs'), addon];
      const { stdout, stderr } = await runProgram(['-c', CHILDREN, 'sh', gate, ...runtime], { file: 'sh' });
      // Whatever happened, no child stays behind.
      closeSync(openSync(gate, 'r+'));
      assert.ok(stdout.startsWith('{'), stderr);
      const said = JSON.parse(stdout) as Record<'before' | 'statuses' | 'refused', number[]> & { gone: number };
      const seen = arch === 'arm64' ? said.statuses.slice(0, FIRST_REAL_TIME) : said.statuses;
      assert.deepEqual(seen, STATUSES.slice(0, seen.length));
      assert.deepEqual(
        said.before,
        STATUSES.map(() => -1),
      );
      // EINVAL and ECHILD, less one.
      assert.deepEqual([said.refused, said.gone], [[-23, -23, -23, -23], -11]);
    });
  }
});

describe('machine code', () => {
  for (const folder of ['entry', 'wait']) {
    test(`that of scripts/${folder} is that of its sources`, (t) => {
      const out = mkdtempSync(join(tmpdir(), 'oneprocpool-'));
      try {
        const { status } = spawnSync(join(PROJECT_ROOT, 'scripts/assemble.sh'), [folder, out], { stdio: 'ignore' });
        if (status !== 0) {
          t.skip('no assembler for arm64 (binutils-aarch64-linux-gnu)');
          return;
        }
        for (const name of ['x64.bin', 'arm64.bin']) {
          assert.deepEqual(readFileSync(join(out, name)), readFileSync(join(PROJECT_ROOT, 'scripts', folder, name)));
        }
      } finally {
        rmSync(out, { recursive: true });
      }
    });
  }
});
