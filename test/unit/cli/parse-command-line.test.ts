import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { parseFastArgv } from '../../../src/cli/fast-argv.ts';
import { parseCommandLine } from '../../../src/cli/parse-command-line.ts';
import { OneprocpoolError } from '../../../src/errors.ts';

/** As a person would type it. */
const words = (line: string): string[] => (line === '' ? [] : line.split(' '));

describe('the command line', () => {
  const cases: [line: string, command: string, flags: object, rest: string][] = [
    ['python3 train.py', 'run', {}, 'python3 train.py'],
    ['python3 -c x -w 2 --json', 'run', {}, 'python3 -c x -w 2 --json'],
    ['-w 2 -- python3 -V', 'run', { workers: '2' }, 'python3 -V'],
    ['-w2 x', 'run', { workers: '2' }, 'x'],
    ['--workers=2 x', 'run', { workers: '2' }, 'x'],
    ['--workers 2 --workers 3 x', 'run', { workers: '3' }, 'x'],
    ['run -w 2 x', 'run', { workers: '2' }, 'x'],
    ['-w 2 run x', 'run', { workers: '2' }, 'x'],
    ['-w 2 run -w 3 -- x', 'run', { workers: '3' }, 'x'],
    ['run plan', 'run', {}, 'plan'],
    ['-- plan', 'run', {}, 'plan'],
    ['-w 2 -- plan -w 3', 'run', { workers: '2' }, 'plan -w 3'],
    ['plan', 'plan', {}, ''],
    ['plan -w 2 -- python x', 'plan', { workers: '2' }, 'python x'],
    ['plan python x', 'plan', {}, 'python x'],
    ['plan plan', 'plan', {}, 'plan'],
    ['--with a --with=b x', 'run', { with: ['a', 'b'] }, 'x'],
    ['--with a plan --with b', 'plan', { with: ['a', 'b'] }, ''],
    ['--env A=1 --env=B=2=3 x', 'run', { env: ['A=1', 'B=2=3'] }, 'x'],
    ['--no-fail-fast x', 'run', { failFast: false }, 'x'],
    ['--no-fail-fast --fail-fast x', 'run', { failFast: true }, 'x'],
    ['--config a --no-config x', 'run', { config: false }, 'x'],
    ['--no-config --config a x', 'run', { config: 'a' }, 'x'],
    ['-qv x', 'run', { quiet: true, verbose: true }, 'x'],
    ['-nw3 x', 'run', { dryRun: true, workers: '3' }, 'x'],
    ['-w -2 x', 'run', { workers: '-2' }, 'x'],
    ['--exec -- x', 'run', { exec: true }, 'x'],
    ['git log -- file', 'run', {}, 'git log -- file'],
    ['-w 2 git log -- file -- x', 'run', { workers: '2' }, 'git log -- file -- x'],
    ['run git log -- file', 'run', {}, 'git log -- file'],
    ['-- -x', 'run', {}, '-x'],
    ['presets', 'presets', {}, ''],
    ['presets show openblas --json', 'presets', { json: true }, 'show openblas'],
    ['--json presets list', 'presets', { json: true }, 'list'],
    ['presets show -- plan', 'presets', {}, 'show plan'],
    ['env --format k8s --cpus 2', 'env', { format: 'k8s', cpus: '2' }, ''],
    ['completion bash', 'completion', {}, 'bash'],
    ['demo --json', 'demo', { json: true }, ''],
    ['- x', 'run', {}, '- x'],
    ['help', 'help', {}, ''],
    ['help plan', 'help', {}, 'plan'],
    ['version', 'version', {}, ''],
    ['-- help', 'run', {}, 'help'],
    ['run help', 'run', {}, 'help'],
    ['-w 2 -- version', 'run', { workers: '2' }, 'version'],
  ];
  for (const [line, command, flags, rest] of cases) {
    test(`\`${line}\``, async () => {
      assert.deepEqual(await parseCommandLine(words(line)), { kind: 'command', command, flags, words: words(rest) });
    });
  }

  test('of every usual kind needs no commander', () => {
    for (const line of [
      'x',
      '-w 2 x',
      '-w2 x',
      '--workers=2 -- x',
      'plan --json',
      'env --format sh',
      'presets show a --json',
      '--exec -- x',
      '--no-config x',
    ]) {
      assert.ok(parseFastArgv(words(line)) !== undefined, line);
    }
  });

  test('keeps the words of the command exactly', async () => {
    const command = ['sh', '-c', ' echo "$1"\n', '', '--', 'ü\u0000'];
    assert.deepEqual(await parseCommandLine(['-w', '2', '--', ...command]), {
      kind: 'command',
      command: 'run',
      flags: { workers: '2' },
      words: command,
    });
    assert.deepEqual(await parseCommandLine(command), { kind: 'command', command: 'run', flags: {}, words: command });
  });
});

describe('help and version', () => {
  for (const line of ['--help', '-h', '-w 2 --help', '-w 2 -h -- x', '--json -h']) {
    test(`\`${line}\` prints the help of the program`, async () => {
      const parsed = await parseCommandLine(words(line));
      assert.ok(parsed.kind === 'print' && parsed.text.includes('oneprocpool SUBCOMMAND'));
    });
  }
  test('`plan --help` prints the help of the subcommand', async () => {
    const parsed = await parseCommandLine(['plan', '--help']);
    assert.ok(parsed.kind === 'print' && parsed.text.includes('Usage: oneprocpool plan [options]'));
  });
  for (const line of ['--version', '-V', '-w 2 -V']) {
    test(`\`${line}\` prints the version`, async () => {
      assert.deepEqual(await parseCommandLine(words(line)), { kind: 'print', text: 'oneprocpool 0.0.0-test\n' });
    });
  }
  test('behind the first word belongs to the command', async () => {
    assert.equal((await parseCommandLine(['python3', '--help'])).kind, 'command');
    assert.equal((await parseCommandLine(['--', '--help'])).kind, 'command');
  });
});

describe('a mistake on the command line', () => {
  const seeHelp = 'see `oneprocpool --help` for all options';
  const example = 'for example `oneprocpool -w 2 -- python3 train.py`; see `oneprocpool --help`';
  const cases: [argv: string[], message: string, hint: string][] = [
    [['--wrokers', '2', 'x'], 'Expected an option of oneprocpool, got `--wrokers`', 'did you mean `--workers`?'],
    [['--wrokers=2', 'x'], 'Expected an option of oneprocpool, got `--wrokers`', 'did you mean `--workers`?'],
    [['--verison'], 'Expected an option of oneprocpool, got `--verison`', 'did you mean `--version`?'],
    [
      ['--no-failfast', 'x'],
      'Expected an option of oneprocpool, got `--no-failfast`',
      'did you mean `--no-fail-fast`?',
    ],
    [
      ['--zzz', 'x'],
      'Expected an option of oneprocpool, got `--zzz`',
      `${seeHelp}; options of your command go behind it`,
    ],
    [['-z', 'x'], 'Expected an option of oneprocpool, got `-z`', `${seeHelp}; options of your command go behind it`],
    [['-qz', 'x'], 'Expected an option of oneprocpool, got `-z`', `${seeHelp}; options of your command go behind it`],
    [['-1', 'x'], 'Expected an option of oneprocpool, got `-1`', `${seeHelp}; options of your command go behind it`],
    [['plan', '--wrokers'], 'Expected an option of oneprocpool, got `--wrokers`', 'did you mean `--workers`?'],
    [
      ['presets', '--zzz', 'list'],
      'Expected an option of oneprocpool, got `--zzz`',
      `${seeHelp}; options of your command go behind it`,
    ],
    [
      ['--nonesuch', 'x'],
      'Expected an option of oneprocpool, got `--nonesuch`',
      `${seeHelp}; options of your command go behind it`,
    ],
    [['--workers'], 'Expected a value behind `--workers`, got none', `write \`--workers N\`; ${seeHelp}`],
    [['-w', '--', 'x'], 'Expected a value behind `--workers`, got none', `write \`--workers N\`; ${seeHelp}`],
    [['plan', '--report'], 'Expected a value behind `--report`, got none', `write \`--report FILE\`; ${seeHelp}`],
    [['--uniform=1', 'x'], 'Expected `--uniform` without a value, got `--uniform=1`', 'write `--uniform` alone'],
    [['--root', '/x', 'x'], 'Expected an option of `oneprocpool run`, got `--root`', '`--root` is for `plan`, `env`'],
    [
      ['-w', '2', 'presets'],
      'Expected an option of `oneprocpool presets`, got `--workers`',
      '`--workers` is for `run`, `plan`, `env`, `export`',
    ],
    [
      ['env', 'A=1', 'python3'],
      '`oneprocpool env` takes no arguments',
      'to run a program called env: `oneprocpool -- env A=1 python3`',
    ],
    [['env', 'fish'], '`oneprocpool env` takes no arguments', 'for fish use `--format fish`'],
    [[], 'Expected a command to run, got none', example],
    [['--'], 'Expected a command to run, got none', example],
    [['-w', '2'], 'Expected a command to run, got none', example],
    [['run'], 'Expected a command to run, got none', example],
    [[''], 'Expected a command to run, got an empty one', example],
    [['--', ' ', 'x'], 'Expected a command to run, got an empty one', example],
    [['plan', '--', ''], 'Expected a command to run, got an empty one', example],
  ];
  for (const [argv, message, hint] of cases) {
    test(`\`${argv.join(' ')}\`: ${message}`, async () => {
      await assert.rejects(parseCommandLine(argv), (error) => {
        assert.ok(error instanceof OneprocpoolError, String(error));
        assert.deepEqual([error.code, error.exitStatus, error.message, error.hint], ['USAGE', 125, message, hint]);
        return true;
      });
    });
  }
});
