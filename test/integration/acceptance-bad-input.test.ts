/** Everything that is wrong before a start: one message with what was expected and found, a hint, status 125, nothing started. */
import assert from 'node:assert/strict';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { runProgram } from '../support/run-program.ts';

interface Refusal {
  readonly options: readonly string[];
  readonly message: RegExp;
  readonly hint: RegExp;
  readonly env?: Readonly<Record<string, string>>;
}

const WORKERS = /Expected `--workers` to be a whole number from 1 to \d+ or `auto`, got /;
const CPUS = /Expected `--cpus` to be a number of CPUs above 0, such as 2, 1\.5 or 1500m, got /;
const FOR_WORKERS = /for example `--workers 4`/;
const FOR_CPUS = /for example `--cpus 1\.5`/;

const badWorkers = ['0', '-1', '-0', 'NaN', '1.5', '1e3', 'Infinity', 'two', '999999', '9'.repeat(40)];
const badCpus = ['0', '0.0', '0m', '-1', 'NaN', 'Infinity', '1e999', 'abc', '1.5.5', ''];

const REFUSALS: readonly Refusal[] = [
  ...badWorkers.map((text) => ({
    options: ['--workers', text],
    message: new RegExp(`${WORKERS.source}\`${text}\``),
    hint: FOR_WORKERS,
  })),
  { options: ['-w', ''], message: new RegExp(`${WORKERS.source}an empty value`), hint: FOR_WORKERS },
  ...badCpus.map((text) => ({
    options: ['--cpus', text],
    message: new RegExp(CPUS.source + (text === '' ? 'an empty value' : `\`${text}\``)),
    hint: FOR_CPUS,
  })),
  {
    options: ['--wrokers', '2'],
    message: /an option of oneprocpool, got `--wrokers`/,
    hint: /did you mean `--workers`\?/,
  },
  { options: ['--zzz'], message: /an option of oneprocpool, got `--zzz`/, hint: /oneprocpool --help/ },
  {
    options: ['--threads', '0'],
    message: /`--threads` to be a whole number from 1 to \d+, got `0`/,
    hint: /--threads 4/,
  },
  { options: ['--reserve', '100%'], message: /`--reserve` to be .* below 100%.*, got `100%`/, hint: /--reserve 10%/ },
  { options: ['--pool', 'apps'], message: /`--pool` to be one of .*, got `apps`/, hint: /did you mean `app`\?/ },
  {
    options: ['--round', 'up'],
    message: /`--round` to be one of floor, nearest, ceil, got `up`/,
    hint: /--round floor/,
  },
  {
    options: ['--verify', 'maybe'],
    message: /`--verify` to be one of off, warn, fail, got `maybe`/,
    hint: /--verify off/,
  },
  {
    options: ['--inherit', 'all'],
    message: /`--inherit` to be one of cap, keep, replace, got `all`/,
    hint: /--inherit cap/,
  },
  { options: ['--stop-signal', 'SIGFOO'], message: /`--stop-signal` to be a signal .*, got `SIGFOO`/, hint: /SIGTERM/ },
  { options: ['--stop-timeout', '10x'], message: /`--stop-timeout` to be a time .*, got `10x`/, hint: /10s/ },
  { options: ['--env', 'FOO'], message: /`--env` to be a variable as NAME=VALUE.*, got `FOO`/, hint: /for example/ },
  {
    options: ['--env', 'OMP_NUM_THREADS=0'],
    message: /whole number of at least 1, got `OMP_NUM_THREADS=0`/,
    hint: /libraries stop/,
  },
  {
    options: ['--preset', 'nope'],
    message: /id of a known preset, got `nope` \(from --preset\)/,
    hint: /`oneprocpool presets`/,
  },
  {
    options: ['--with', 'nummba'],
    message: /known preset, got `nummba` \(from --with\)/,
    hint: /did you mean `numba`\?/,
  },
  { options: ['--without', 'openblas'], message: /got `openblas` \(from --without\)/, hint: /did you mean `openblas-/ },
  {
    options: ['--strict', '--cpus', '1', '-w', '2'],
    message: /2 workers x 1 thread need 2 CPUs.*refused by --strict/,
    hint: /`-w 1`/,
  },
  {
    options: ['--config', '/no/such/file'],
    message: /`--config` to name a readable file, got `\/no\/such\/file`/,
    hint: /--no-config/,
  },
  {
    options: ['--report', 'run.txt'],
    message: /`--report` to name a file that ends in .*got `run\.txt`/,
    hint: /run\.json.*run\.html/,
  },
  {
    options: ['--report', '/no/such/run.json'],
    message: /cannot write \/no\/such\/run\.json: no such directory/,
    hint: /create the directory/,
  },
  { options: ['--root', '/proc'], message: /an option of `oneprocpool run`, got `--root`/, hint: /for `plan`, `env`/ },
  { options: ['--exec', '-w', '2'], message: /one worker with `--exec`, got 2/, hint: /leave out `--exec`/ },
  { options: ['--exec', '--report', 'run.json'], message: /no `--report` with `--exec`/, hint: /leave out/ },
  {
    options: [],
    env: { ONEPROCPOOL_WORKERS: '0' },
    message: /got `0` \(from ONEPROCPOOL_WORKERS\)/,
    hint: /`ONEPROCPOOL_WORKERS=4`/,
  },
  {
    options: [],
    env: { ONEPROCPOOL_CPUS: 'many' },
    message: /got `many` \(from ONEPROCPOOL_CPUS\)/,
    hint: /`ONEPROCPOOL_CPUS=1\.5`/,
  },
  {
    options: [],
    env: { ONEPROCPOOL_EXEC: 'maybe' },
    message: /got `maybe` \(from ONEPROCPOOL_EXEC\)/,
    hint: /ONEPROCPOOL_EXEC=/,
  },
  { options: [], env: { ONEPROCPOOL_WITH: 'nope' }, message: /got `nope` \(from ONEPROCPOOL_WITH\)/, hint: /presets/ },
  { options: [], env: { ONEPROCPOOL_ROOT: '/' }, message: /no `--root` for a run, got `\/`/, hint: /oneprocpool plan/ },
];

interface BadConfig {
  readonly file: string;
  readonly text: string;
  readonly message: RegExp;
}

const BAD_CONFIGS: readonly BadConfig[] = [
  {
    file: '.oneprocpoolrc',
    text: 'cpus: 2\nworkers: 0\n',
    message: /`workers` to be a whole .*got `0` \(from .*rc line 2\)/,
  },
  {
    file: '.oneprocpoolrc',
    text: 'wokers: 2\n',
    message: /a known key, got `wokers` .*line 1\)\n\nhint: did you mean `workers`\?/,
  },
  { file: '.oneprocpoolrc.json', text: '{"workers": 2,\n "verify": }', message: /Expected JSON, .*line 2 column \d+/ },
  {
    file: '.oneprocpoolrc.yaml',
    text: 'workers: 2\nworkers: 3\n',
    message: /Expected YAML, .*line 2 column 1: the key `workers` is there twice/,
  },
  { file: '.oneprocpoolrc.yml', text: 'cpus: -1\n', message: /`cpus` to be .*got `-1`/ },
  { file: 'oneprocpool.config.json', text: '[1]', message: /keys and values in .*got `\[1\]`/ },
  {
    file: 'oneprocpool.config.yaml',
    text: 'verify: always\n',
    message: /`verify` to be one of off, warn, fail, got `always`/,
  },
  { file: 'oneprocpool.config.yml', text: 'strict: "yes"\n', message: /`strict` to be `true` or `false`, got `"yes"`/ },
  {
    file: 'pyproject.toml',
    text: '[tool.oneprocpool]\nworkers = "x"\n',
    message: /got `x` \(from .*pyproject\.toml line 2\)/,
  },
  {
    file: 'pyproject.toml',
    text: '[tool.oneprocpool]\nworkers = \n',
    message: /Expected TOML, .*pyproject\.toml line 2/,
  },
  {
    file: 'package.json',
    text: '{"oneprocpool": {"workers": -1}}',
    message: /got `-1` \(from .*package\.json line 1\)/,
  },
  {
    file: '.oneprocpoolrc',
    text: 'with: [nope]\n',
    message: /known preset, got `nope` \(from .*\.oneprocpoolrc line 1\)/,
  },
  {
    file: '.oneprocpoolrc',
    text: 'presets: [{id: mine}]\n',
    message: /Expected `name` to be .* got nothing \(in .*line 1\)/,
  },
  {
    file: '.oneprocpoolrc',
    text: 'presetFiles: [mine.json]\n',
    message: /`presetFiles` to name readable files, got `.*mine\.json`/,
  },
  {
    file: '.oneprocpoolrc',
    text: 'controls: {MY_THREADS: "{n}"}\n',
    message: /`controls\.MY_THREADS` to be .*got `\{n\}`/,
  },
  {
    file: '.oneprocpoolrc',
    text: 'controls: {LD_PRELOAD: "{threads}"}\n',
    message: /bounds a thread pool, got `LD_PRELOAD`/,
  },
  { file: '.oneprocpoolrc', text: 'exec: true\n', message: /`--exec` as a flag or variable only/ },
];

describe('bad input', { concurrency: 4 }, () => {
  let directory = '';
  let made = 0;
  before(() => {
    directory = mkdtempSync(join(tmpdir(), 'oneprocpool-'));
  });
  after(() => {
    rmSync(directory, { recursive: true });
  });

  /** A command that leaves a trace when it is started. */
  function traced(): { command: string[]; trace: string; cwd: string } {
    const cwd = join(directory, String((made += 1)));
    mkdirSync(cwd);
    return { command: ['touch', join(cwd, 'started')], trace: join(cwd, 'started'), cwd };
  }

  function assertRefused(result: { status: number | null; stdout: string; stderr: string }, trace: string): void {
    assert.deepEqual([result.status, result.stdout, existsSync(trace)], [125, '', false], result.stderr);
    assert.match(result.stderr, /^oneprocpool: [^\n]+\n\nhint: [^A-Z\n][^\n]*[^.\n]\n$/);
  }

  for (const { options, env, message, hint } of REFUSALS) {
    const title = [...Object.entries(env ?? {}).map((pair) => pair.join('=')), ...options].join(' ');
    test(title.slice(0, 60), async () => {
      const { command, trace, cwd } = traced();
      const result = await runProgram([...options, '--', ...command], { cwd, ...(env && { env }) });
      assertRefused(result, trace);
      const [said = '', hinted = ''] = result.stderr.split('\n\n');
      assert.match(said, message);
      assert.match(hinted, hint);
    });
  }

  for (const { file, text, message } of BAD_CONFIGS) {
    test(`${file}: ${text.replaceAll('\n', ' ')}`, async () => {
      const { command, trace, cwd } = traced();
      writeFileSync(join(cwd, file), text);
      const result = await runProgram(['--', ...command], { cwd });
      assertRefused(result, trace);
      assert.match(result.stderr, message);
      assert.equal((await runProgram(['--no-config', '--', ...command], { cwd })).status, 0);
    });
  }

  for (const words of [[], ['--'], ['--', ''], ['run'], ['run', '--'], ['-w', '2']]) {
    test(`an empty command: ${JSON.stringify(words)}`, async () => {
      const result = await runProgram(words);
      assertRefused(result, '/no/such/file');
      assert.match(result.stderr, /Expected a command to run, got (none|an empty one)/);
    });
  }

  test('a config file that others may write is not trusted', async () => {
    const { command, trace, cwd } = traced();
    const result = await runProgram(
      ['-c', 'umask 0; echo "workers: 1" >.oneprocpoolrc; exec "$@"', 'sh', 'oneprocpool', '--', ...command].map(
        (word) => (word === 'oneprocpool' ? join(process.cwd(), 'bin/oneprocpool') : word),
      ),
      { cwd, file: 'sh' },
    );
    assertRefused(result, trace);
  });
});
