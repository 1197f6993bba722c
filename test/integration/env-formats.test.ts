/** Environment formats read by the real programs they are meant for. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, describe, test } from 'node:test';
import { renderEnvironment, type EnvFormat } from '../../src/report/env-formats.ts';

const directory = mkdtempSync(join(tmpdir(), 'oneprocpool-env-'));
after(() => rmSync(directory, { recursive: true }));

const HOSTILE = [
  '3',
  '',
  ' padded ',
  "it's",
  `"double" and 'single'`,
  String.raw`back\slash\n`,
  '$HOME ${HOME} $(id) `id`',
  '!history *glob? [x] {a,b} ~',
  '!! and \\! ^a^b^',
  'a;b&c|d>e<f#g',
  'line one\nline two\n',
  '\n',
  '\ttab\t',
  'ümläut 漢字 ’typographic‘',
  '%d %% =x=y',
  '-n',
  '\\',
  "'",
];
const set = Object.fromEntries(HOSTILE.map((value, index) => [`VALUE_${index}`, value]));
const overlay = { set, kept: { KEPT: 'as it was' }, unset: ['GONE', 'NEVER_THERE'] };
const startEnvironment = {
  PATH: process.env['PATH'] ?? '',
  HOME: '/nonexistent',
  GONE: 'still here',
  LC_ALL: 'C.UTF-8',
};

/** What `node` sees as its environment after the shell has read the file. */
const PRINT = `process.stdout.write(JSON.stringify(process.env))`;

function environmentAfter(
  file: string,
  args: readonly string[],
  env: Record<string, string> = startEnvironment,
): Record<string, string> {
  const run = spawnSync(file, args, { env, encoding: 'utf8' });
  assert.equal(run.status, 0, run.stderr || String(run.error));
  assert.equal(run.stderr, '');
  return JSON.parse(run.stdout) as Record<string, string>;
}

function write(format: EnvFormat, wanted = overlay): string {
  const path = join(directory, `${format}.txt`);
  writeFileSync(path, renderEnvironment(wanted, format));
  return path;
}

const isThere = (file: string, args = ['--version']) => spawnSync(file, args).error === undefined;

function assertHolds(seen: Record<string, string>, wanted: Record<string, string>): void {
  for (const [name, value] of Object.entries(wanted)) assert.equal(seen[name], value, name);
  assert.equal(seen['KEPT'], 'as it was');
}

describe('sh, evaluated as `eval "$(oneprocpool env --format sh)"`', () => {
  const shells: [name: string, file: string, args: string[]][] = [
    ['sh', 'sh', []],
    ['bash', 'bash', []],
    ['bash --posix', 'bash', ['--posix']],
    ['dash', 'dash', []],
    ['busybox sh', 'busybox', ['sh']],
    ['zsh', 'zsh', ['-f']],
  ];
  for (const [name, file, args] of shells) {
    test(name, (t) => {
      if (!isThere(file, ['-c', ':'])) return t.skip(`${file} is not installed`);
      const path = write('sh');
      const script = `set -e; eval "$(cat "$1")"; exec "$2" -e "$3"`;
      const seen = environmentAfter(file, [...args, '-c', script, 'sh', path, process.execPath, PRINT]);
      assertHolds(seen, set);
      assert.equal(seen['GONE'], undefined);
    });
  }
});

describe('tcsh', () => {
  const oneLine = Object.fromEntries(Object.entries(set).filter(([, value]) => !value.includes('\n')));
  for (const [how, command, wanted] of [
    ['`eval "`oneprocpool env --format csh`"`', 'eval "`cat $opp_file`"', oneLine],
    ['`source FILE`', 'source $opp_file', set],
  ] as [string, string, Record<string, string>][]) {
    for (const first of ['', 'set backslash_quote; ', 'set history = 100; ']) {
      test(`${how} ${first === '' ? '' : `after ${first}`}in a script and at a prompt`, (t) => {
        if (!isThere('tcsh', ['-f', '-c', ':'])) return t.skip('tcsh is not installed');
        const file = write('csh', { ...overlay, set: wanted });
        const script = `set opp_file = ${file}\n${first}${command}\nnode -e '${PRINT}' > ${file}.seen\n`;
        writeFileSync(`${file}.script`, script);
        const env = { ...startEnvironment, PATH: `${dirname(process.execPath)}:${startEnvironment.PATH}` };
        for (const [args, input] of [
          [['-f', `${file}.script`], ''],
          [['-f', '-i'], script],
        ] as [string[], string][]) {
          const run = spawnSync('tcsh', args, { env, input, encoding: 'utf8' });
          assert.equal(run.status, 0, run.stderr);
          const seen = JSON.parse(readFileSync(`${file}.seen`, 'utf8')) as Record<string, string>;
          assertHolds(seen, wanted);
          assert.equal(seen['GONE'], undefined);
          rmSync(`${file}.seen`);
        }
        return undefined;
      });
    }
  }
});

test('fish, as `oneprocpool env --format fish | source`', (t) => {
  if (!isThere('fish')) return t.skip('fish is not installed');
  const script = 'source $argv[1]; and exec $argv[2] -e $argv[3]';
  const seen = environmentAfter('fish', ['--no-config', '-c', script, write('fish'), process.execPath, PRINT]);
  assertHolds(seen, set);
  assert.equal(seen['GONE'], undefined);
});

test('PowerShell, as a script that is read as one text', (t) => {
  if (!isThere('pwsh')) return t.skip('pwsh is not installed');
  // Before 7.5, PowerShell removes a variable that is set to the empty string.
  const wanted = Object.fromEntries(Object.entries(set).filter(([, value]) => value !== ''));
  const path = write('powershell', { ...overlay, set: wanted });
  const script = `Get-Content -Raw -Encoding utf8 '${path}' | Invoke-Expression; & '${process.execPath}' -e '${PRINT}'`;
  const seen = environmentAfter('pwsh', ['-NoProfile', '-NonInteractive', '-Command', script]);
  assertHolds(seen, wanted);
  assert.equal(seen['GONE'], undefined);
});

test('dotenv, read by node --env-file, by a shell and refused where readers differ', () => {
  const refused: string[] = [];
  const accepted: Record<string, string> = {};
  for (const [name, value] of Object.entries(set)) {
    try {
      renderEnvironment({ set: { [name]: value }, kept: {}, unset: [] }, 'dotenv');
      accepted[name] = value;
    } catch {
      refused.push(value);
    }
  }
  assert.deepEqual(
    refused.filter((value) => !/['\\$\n\t]/.test(value)),
    [],
  );
  assert.ok(Object.keys(accepted).length >= 8);
  const path = write('dotenv', { ...overlay, set: accepted });
  assertHolds(environmentAfter(process.execPath, [`--env-file=${path}`, '-e', PRINT]), accepted);
  assertHolds(
    environmentAfter('sh', ['-c', 'set -a; . "$1"; exec "$2" -e "$3"', 'sh', path, process.execPath, PRINT]),
    accepted,
  );
});

test('k8s-envfile is a subset of sh', () => {
  const accepted = Object.fromEntries(Object.entries(set).filter(([, value]) => !value.includes("'")));
  const path = write('k8s-envfile', { ...overlay, set: accepted });
  assertHolds(
    environmentAfter('sh', ['-c', 'set -a; . "$1"; exec "$2" -e "$3"', 'sh', path, process.execPath, PRINT]),
    accepted,
  );
});

test('docker: each line is NAME=VALUE up to its end, and comments', () => {
  const accepted = Object.fromEntries(Object.entries(set).filter(([, value]) => !value.includes('\n')));
  const lines = renderEnvironment({ ...overlay, set: accepted }, 'docker')
    .trimEnd()
    .split('\n');
  const read = Object.fromEntries(
    lines
      .filter((line) => !line.startsWith('#'))
      .map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)]),
  );
  assert.deepEqual(read, { ...accepted, KEPT: 'as it was' });
});
