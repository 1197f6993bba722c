import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import type { FileLayer } from '../../../src/config/file-layer.ts';
import { addFlag } from '../../../src/config/flags.ts';
import type { Flags } from '../../../src/config/flags.ts';
import { OPTION_NAMES, OPTIONS, variableOf } from '../../../src/config/option-specs.ts';
import { describeOptions, resolveOptions } from '../../../src/config/resolve-options.ts';
import { OneprocpoolError } from '../../../src/errors.ts';

function fileWith(settings: FileLayer['settings']): FileLayer {
  return { path: '/c.yaml', settings, controls: {}, presets: [], presetFiles: [] };
}

/** The error as a person sees its parts. */
function failure(
  flags: Flags,
  env: Record<string, string> = {},
): { code: string; message: string; hint: string | undefined } {
  try {
    resolveOptions({ flags, env });
  } catch (error) {
    assert.ok(error instanceof OneprocpoolError);
    assert.equal(error.exitStatus, 125);
    return { code: error.code, message: error.message, hint: error.hint };
  }
  return assert.fail('nothing was thrown');
}

describe('an option', () => {
  const file = fileWith({ workers: { value: 6, where: '/c.yaml line 2' } });
  const env = { ONEPROCPOOL_WORKERS: '5' };
  const cases: [
    name: string,
    flags: Flags,
    env: Record<string, string>,
    file: FileLayer | undefined,
    expected: unknown,
  ][] = [
    ['the flag first', { workers: '4' }, env, file, { value: 4, origin: 'flag' }],
    ['then the environment', {}, env, file, { value: 5, origin: 'environment', detail: 'ONEPROCPOOL_WORKERS' }],
    ['then the file', {}, {}, file, { value: 6, origin: 'file', detail: '/c.yaml line 2' }],
    ['then the default', {}, {}, undefined, { value: 1, origin: 'default' }],
    [
      'the file when the variable is empty',
      {},
      { ONEPROCPOOL_WORKERS: '' },
      file,
      { value: 6, origin: 'file', detail: '/c.yaml line 2' },
    ],
  ];
  for (const [name, flags, variables, layer, expected] of cases) {
    test(`takes ${name}`, () => {
      assert.deepEqual(
        describeOptions(resolveOptions({ flags, env: variables, file: layer }), 'plan')['workers'],
        expected,
      );
    });
  }

  test('of each kind is parsed', () => {
    const flags: Flags = {
      workers: 'auto',
      cpus: '1500m',
      reserve: '10%',
      stopTimeout: '2m',
      stopSignal: 'int',
      failFast: false,
      with: ['a', 'b'],
      env: ['A=1', 'B=x=y', 'A=2'],
      quiet: true,
    };
    const { values } = resolveOptions({ flags, env: {} });
    const {
      workers,
      cpus,
      reserve,
      stopTimeout,
      stopSignal,
      failFast,
      with: added,
      env: variables,
      quiet,
      threads,
    } = values;
    assert.deepEqual(
      { workers, cpus, reserve, stopTimeout, stopSignal, failFast, added, variables, quiet, threads },
      {
        workers: 'auto',
        cpus: 1.5,
        reserve: { kind: 'percent', percent: 10 },
        stopTimeout: 120_000,
        stopSignal: 'SIGINT',
        failFast: false,
        added: ['a', 'b'],
        variables: { A: '2', B: 'x=y' },
        quiet: true,
        threads: null,
      },
    );
  });

  test('has its default when nothing is said', () => {
    const { values, origins, findings } = resolveOptions({ flags: {}, env: {} });
    for (const name of OPTION_NAMES)
      assert.deepEqual([values[name], origins[name]], [OPTIONS[name].fallback, { origin: 'default' }]);
    assert.deepEqual(findings, []);
  });

  test('of a stronger layer hides a mistake in a weaker one', () => {
    assert.equal(resolveOptions({ flags: { workers: '2' }, env: { ONEPROCPOOL_WORKERS: 'many' } }).values.workers, 2);
  });

  test('described for a command is one that the command takes', () => {
    const resolved = resolveOptions({ flags: {}, env: {} });
    assert.ok('format' in describeOptions(resolved, 'env') && !('report' in describeOptions(resolved, 'env')));
    assert.ok('report' in describeOptions(resolved, 'run') && !('root' in describeOptions(resolved, 'run')));
  });
});

describe('the environment', () => {
  const value = (name: (typeof OPTION_NAMES)[number], text: string) =>
    resolveOptions({ flags: {}, env: { [variableOf(name)]: text } }).values[name];

  test('turns switches on and off', () => {
    assert.deepEqual([value('strict', 'yes'), value('failFast', '0'), value('failFast', 'ON')], [true, false, true]);
  });
  test('holds several ids between blanks and commas', () =>
    assert.deepEqual(value('with', ' a, b\tc '), ['a', 'b', 'c']));
  test('holds a variable on each line', () => assert.deepEqual(value('env', 'A=1, 2\nB=3\n'), { A: '1, 2', B: '3' }));
  test('can say that no config file is wanted', () => {
    const resolved = resolveOptions({ flags: {}, env: { ONEPROCPOOL_CONFIG: 'no' } });
    assert.deepEqual([resolved.values.config, resolved.origins.config.origin], [null, 'environment']);
  });
  test('ONEPROCPOOL_CPUS is --cpus, so that the share of an outer launcher bounds a nested one', () => {
    assert.equal(value('cpus', '2.5'), 2.5);
  });
  test('ONEPROCPOOL_THREADS is not --threads', () => {
    assert.equal(resolveOptions({ flags: {}, env: { ONEPROCPOOL_THREADS: '3' } }).values.threads, null);
  });
  test('ONEPROCPOOL_EXEC is allowed, as the shim reads it', () => assert.equal(value('exec', '1'), true));

  test('with a variable that is nearly an option gives a finding', () => {
    const { findings } = resolveOptions({ flags: {}, env: { ONEPROCPOOL_WORKER: '3', ONEPROCPOOL_STOP_TIMOUT: '3' } });
    assert.deepEqual(
      findings.map(({ code, hint }) => [code, hint]),
      [
        ['VARIABLE_UNKNOWN', 'did you mean ONEPROCPOOL_WORKERS?'],
        ['VARIABLE_UNKNOWN', 'did you mean ONEPROCPOOL_STOP_TIMEOUT?'],
      ],
    );
  });
  test('with our own variables and those of others gives none', () => {
    const env = {
      ONEPROCPOOL_THREADS: '1',
      ONEPROCPOOL_WORKER_INDEX: '0',
      ONEPROCPOOL_WORKER_COUNT: '1',
      ONEPROCPOOL_SHIM: 'exec',
      ONEPROCPOOL_NODE: '/n',
      ONEPROCPOOL_RUN_ID: 'x',
      ONEPROCPOOL_MY_OWN_THING: '1',
      WORKER: '1',
    };
    assert.deepEqual(resolveOptions({ flags: {}, env }).findings, []);
  });
});

describe('a bad value', () => {
  const range = 'a whole number from 1 to 4096 or `auto`';
  const cases: [Flags, Record<string, string>, message: string, hint: string][] = [
    [{ workers: '0' }, {}, `Expected \`--workers\` to be ${range}, got \`0\``, 'for example `--workers 4`'],
    [{ workers: '-2' }, {}, `Expected \`--workers\` to be ${range}, got \`-2\``, 'for example `--workers 4`'],
    [{ workers: 'NaN' }, {}, `Expected \`--workers\` to be ${range}, got \`NaN\``, 'for example `--workers 4`'],
    [{ workers: '4097' }, {}, `Expected \`--workers\` to be ${range}, got \`4097\``, 'for example `--workers 4`'],
    [{ workers: 'auot' }, {}, `Expected \`--workers\` to be ${range}, got \`auot\``, 'did you mean `auto`?'],
    [{ workers: '' }, {}, `Expected \`--workers\` to be ${range}, got an empty value`, 'for example `--workers 4`'],
    [
      {},
      { ONEPROCPOOL_WORKERS: '0' },
      `Expected \`--workers\` to be ${range}, got \`0\` (from ONEPROCPOOL_WORKERS)`,
      'for example `ONEPROCPOOL_WORKERS=4`',
    ],
    [
      { cpus: '0' },
      {},
      'Expected `--cpus` to be a number of CPUs above 0, such as 2, 1.5 or 1500m, got `0`',
      'for example `--cpus 1.5`',
    ],
    [
      { threads: '1.5' },
      {},
      'Expected `--threads` to be a whole number from 1 to 4096, got `1.5`',
      'for example `--threads 4`',
    ],
    [
      { reserve: '100%' },
      {},
      'Expected `--reserve` to be a number of CPUs such as 1 or 500m, or a share below 100% such as 10%, got `100%`',
      'for example `--reserve 10%`',
    ],
    [{ verify: 'wran' }, {}, 'Expected `--verify` to be one of off, warn, fail, got `wran`', 'did you mean `warn`?'],
    [
      {},
      { ONEPROCPOOL_STRICT: 'maybe' },
      'Expected `--strict` to be on or off (1, true, yes, on, 0, false, no, off), got `maybe` (from ONEPROCPOOL_STRICT)',
      'for example `ONEPROCPOOL_STRICT=true`',
    ],
    [
      { stopSignal: 'SIGNOPE' },
      {},
      'Expected `--stop-signal` to be a signal such as SIGTERM, INT or 15, got `SIGNOPE`',
      'for example `--stop-signal SIGTERM`',
    ],
    [
      { stopTimeout: 'soon' },
      {},
      'Expected `--stop-timeout` to be a time up to 24h, such as 500ms, 10s or 2m, got `soon`',
      'for example `--stop-timeout 10s`',
    ],
    [
      { env: ['A=1', '=2'] },
      {},
      'Expected `--env` to be a variable as NAME=VALUE, the name of letters, digits and _, got `=2`',
      'for example `--env OMP_PROC_BIND=close`',
    ],
    [{ with: ['a b'] }, {}, 'Expected `--with` to be the id of a preset, got `a b`', 'for example `--with openblas`'],
    [
      { report: '' },
      {},
      'Expected `--report` to be the name of a file, got an empty value',
      'for example `--report run.json`',
    ],
  ];
  for (const [flags, env, message, hint] of cases) {
    test(`says: ${message}`, () => assert.deepEqual(failure(flags, env), { code: 'USAGE', message, hint }));
  }

  test('never gets through as NaN, zero or a crash, whatever the text', () => {
    fc.assert(
      fc.property(fc.constantFrom(...OPTION_NAMES), fc.string(), (name, text) => {
        try {
          const { values } = resolveOptions({ flags: addFlag({}, name, text), env: {} });
          for (const number of [values.workers, values.threads, values.cpus]) {
            if (typeof number === 'number') assert.ok(number > 0 && Number.isFinite(number));
          }
        } catch (error) {
          assert.ok(error instanceof OneprocpoolError && error.code === 'USAGE', String(error));
        }
      }),
      { numRuns: 1000 },
    );
  });
});
