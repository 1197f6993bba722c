import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { InheritPolicy } from '../../../src/plan/plan.ts';
import { applied, codes, count, overlay, preset } from '../../support/overlay.ts';

const omp = preset('omp', [count('OMP_NUM_THREADS', { list: 'levels' })]);

describe('a value that is already in the environment', () => {
  type Row = [policy: InheritPolicy, inherited: string, result: string, where: 'set' | 'kept', codes: string[]];
  const lowered = ['VALUE_LOWERED warning'];
  const repaired = ['VALUE_REPAIRED warning'];
  const rows: Row[] = [
    ['cap', '1', '1', 'kept', []],
    ['cap', '2', '2', 'kept', []],
    ['cap', '8', '2', 'set', lowered],
    ['cap', ' 8 ', '2', 'set', lowered],
    ['cap', ' 1 ', '1', 'set', repaired],
    ['cap', ' 2 ', '2', 'set', repaired],
    ['cap', '', '2', 'set', repaired],
    ['cap', 'abc', '2', 'set', repaired],
    ['cap', '0', '2', 'set', repaired],
    ['cap', '-1', '2', 'set', repaired],
    ['cap', '4,2', '2,2', 'set', lowered],
    ['cap', '1,1', '1,1', 'kept', []],
    ['cap', '2, 4', '2,4', 'set', repaired],
    ['cap', '"1"', '1', 'set', repaired],
    ['cap', '1.0', '1', 'set', repaired],
    ['cap', '1 # one', '1', 'set', repaired],
    ['cap', '"8" # eight', '2', 'set', lowered],
    ['cap', '1.5', '2', 'set', repaired],
    ['cap', '99999999999999999999', '2', 'set', repaired],
    ['keep', '1', '1', 'kept', []],
    ['keep', '8', '8', 'kept', ['VALUE_ABOVE_SHARE warning']],
    ['keep', ' 1 ', '1', 'set', repaired],
    ['keep', '', '2', 'set', repaired],
    ['keep', '1,1', '1,1', 'kept', []],
    ['keep', '4,2', '4,2', 'kept', ['VALUE_ABOVE_SHARE warning']],
    ['keep', '4,x', '4', 'set', repaired],
    ['replace', '1,1', '2', 'set', ['VALUE_REPLACED info']],
    ['replace', '2', '2', 'kept', []],
    ['replace', '1', '2', 'set', ['VALUE_REPLACED info']],
    ['replace', '8', '2', 'set', ['VALUE_REPLACED info']],
    ['replace', 'abc', '2', 'set', repaired],
  ];
  for (const [inherit, inherited, value, where, expected] of rows) {
    test(`--inherit ${inherit}: ${JSON.stringify(inherited)} becomes ${value} (${where})`, () => {
      const result = overlay({ controls: [omp], current: { OMP_NUM_THREADS: inherited }, inherit });
      assert.deepEqual(result.overlay[where], { OMP_NUM_THREADS: value });
      assert.deepEqual(result.overlay[where === 'set' ? 'kept' : 'set'], {});
      assert.deepEqual(codes(result), expected);
    });
  }

  test('is named with both numbers when it is lowered', () => {
    const { findings } = overlay({ controls: [omp], current: { OMP_NUM_THREADS: '8' } });
    assert.match(findings[0]!.message, /`OMP_NUM_THREADS=8`.* lowered to 2/);
    assert.match(findings[0]!.hint ?? '', /--inherit keep/);
  });

  test('is shown on one line, cut, however strange it is', () => {
    const { findings } = overlay({ controls: [omp], current: { OMP_NUM_THREADS: `a\n\u001b[31m${'x'.repeat(500)}` } });
    assert.doesNotMatch(findings[0]!.message, /[\n\u001b]/);
    assert.ok(findings[0]!.message.length < 250);
  });

  test('is not ours when it is no control', () => {
    const result = overlay({ controls: [omp], current: { HOME: '', __proto__: '1', OTHER_THREADS: 'abc' } });
    assert.deepEqual(result.overlay, { set: { OMP_NUM_THREADS: '2' }, kept: {}, unset: [] });
    assert.deepEqual(result.findings, []);
  });
});

describe('a control with other valid words', () => {
  const julia = preset('julia', [count('JULIA_NUM_THREADS', { alsoValid: ['auto'], list: 'pools' })]);
  test('is not malformed, and gives way to the share under cap', () => {
    const result = overlay({ controls: [julia], current: { JULIA_NUM_THREADS: 'auto' } });
    assert.deepEqual(result.overlay.set, { JULIA_NUM_THREADS: '2' });
    assert.deepEqual(codes(result), ['VALUE_LOWERED warning']);
  });
  test('stays under keep, with a finding', () => {
    const result = overlay({ controls: [julia], current: { JULIA_NUM_THREADS: '4,1' }, inherit: 'keep' });
    assert.deepEqual(result.overlay.kept, { JULIA_NUM_THREADS: '4,1' });
    assert.deepEqual(codes(result), ['VALUE_ABOVE_SHARE warning']);
  });
  test('is left alone when the preset is known but not selected', () => {
    const result = overlay({ knownControls: [julia], current: { JULIA_NUM_THREADS: 'auto' } });
    assert.deepEqual(result, { overlay: { set: {}, kept: {}, unset: [] }, findings: [] });
  });
});

describe('a control that writes a word', () => {
  const serial = preset('tokenizers', [
    {
      variable: 'PARALLELISM',
      value: 'false',
      meaning: 'm',
      when: { maxThreads: 1 },
      alsoValid: ['false', 'off', '0'],
    },
  ]);
  const rows: [InheritPolicy, string, 'set' | 'kept', string, string[]][] = [
    ['cap', 'false', 'kept', 'false', []],
    ['cap', 'OFF', 'kept', 'OFF', []],
    ['cap', 'true', 'set', 'false', ['VALUE_REPLACED warning']],
    ['keep', 'true', 'kept', 'true', ['VALUE_KEPT warning']],
    ['replace', 'off', 'set', 'false', ['VALUE_REPLACED info']],
  ];
  for (const [inherit, inherited, where, value, expected] of rows) {
    test(`--inherit ${inherit}: ${inherited} becomes ${value} (${where})`, () => {
      const result = overlay({ controls: [serial], current: { PARALLELISM: inherited }, threads: 1, inherit });
      assert.deepEqual(result.overlay[where], { PARALLELISM: value });
      assert.deepEqual(codes(result), expected);
    });
  }
  test('is neither written nor repaired where its condition does not hold', () => {
    assert.deepEqual(overlay({ controls: [serial], current: { PARALLELISM: '' }, threads: 2 }).overlay, {
      set: {},
      kept: {},
      unset: [],
    });
  });
});

describe('a list of options', () => {
  const jvm = preset('jvm', [
    { variable: 'JAVA', value: '-a={threads} -b={threads-1}', meaning: 'm', optionList: true },
  ]);
  test('is written when there is none', () => {
    assert.deepEqual(overlay({ controls: [jvm], threads: 1 }).overlay.set, { JAVA: '-a=1 -b=0' });
    assert.deepEqual(overlay({ controls: [jvm], current: { JAVA: ' ' } }).overlay.set, { JAVA: '-a=2 -b=1' });
  });
  for (const inherit of ['cap', 'keep', 'replace'] as const) {
    test(`of the user is never destroyed under ${inherit}, and the finding says what to add`, () => {
      const result = overlay({ controls: [jvm], current: { JAVA: '-Xmx1g' }, inherit });
      assert.deepEqual(result.overlay.kept, { JAVA: '-Xmx1g' });
      assert.deepEqual(codes(result), ['OPTION_LIST_KEPT warning']);
      assert.match(result.findings[0]!.hint ?? '', /-a=2 -b=1/);
    });
  }
  test('that has ours in it is right as it is', () => {
    const result = overlay({ controls: [jvm], current: { JAVA: '-Xmx1g -a=2 -b=1' } });
    assert.deepEqual(result.findings, []);
  });
});

describe('conditions', () => {
  const conditional = preset('gomp', [
    { variable: 'WAIT', value: 'passive', meaning: 'm', when: { spinningHurts: true } },
    { variable: 'TIMEOUT', value: '20', meaning: 'm', when: { spinningHurts: true, minThreads: 2 } },
    { variable: 'SERIAL', value: 'yes', meaning: 'm', when: { maxThreads: 1 } },
  ]);
  for (const [threads, spinningHurts, names] of [
    [1, false, ['SERIAL']],
    [2, false, []],
    [1, true, ['SERIAL', 'WAIT']],
    [2, true, ['TIMEOUT', 'WAIT']],
  ] as const) {
    test(`with ${threads} threads, spinning ${spinningHurts ? 'hurts' : 'is harmless'}: ${names.join(', ') || 'none'}`, () => {
      assert.deepEqual(Object.keys(overlay({ controls: [conditional], threads, spinningHurts }).overlay.set), names);
    });
  }
  test('count after --pool: a library has one thread when the application owns the CPUs', () => {
    assert.deepEqual(
      Object.keys(overlay({ controls: [conditional], threads: 4, pool: 'app', spinningHurts: true }).overlay.set),
      ['SERIAL', 'WAIT'],
    );
  });
  test('that would be dangerous leave the variable out and say so, when it was asked for', () => {
    const rayon = preset('rayon', [count('RAYON', { when: { minThreads: 2 } })], { tier: 'never-alone' });
    const result = overlay({ controls: [rayon], threads: 1 });
    assert.deepEqual(result.overlay.set, {});
    assert.deepEqual(codes(result), ['CONTROL_NOT_WRITTEN warning']);
    assert.deepEqual(overlay({ controls: [rayon], threads: 2 }).overlay.set, { RAYON: '2' });
  });
});

describe('pools', () => {
  const both = [omp, preset('joblib', [count('CPU_COUNT')], { side: 'application' })];
  test('libraries: both sides know all threads of the worker', () => {
    assert.deepEqual(overlay({ controls: both, threads: 4 }).overlay.set, { CPU_COUNT: '4', OMP_NUM_THREADS: '4' });
  });
  test('app: libraries get one thread, the application all of them', () => {
    assert.deepEqual(overlay({ controls: both, threads: 4, pool: 'app' }).overlay.set, {
      CPU_COUNT: '4',
      OMP_NUM_THREADS: '1',
    });
  });
  test('an inherited value is compared with the share of its own side', () => {
    const result = overlay({
      controls: both,
      threads: 4,
      pool: 'app',
      current: { CPU_COUNT: '4', OMP_NUM_THREADS: '4' },
    });
    assert.deepEqual(result.overlay, { set: { OMP_NUM_THREADS: '1' }, kept: { CPU_COUNT: '4' }, unset: [] });
  });
});

describe('variables to remove', () => {
  const blas = preset('blas', [count('BLAS_THREADS')], {
    unset: [
      { variable: 'GOTO_THREADS', reason: 'a second count' },
      { variable: 'BIND', reason: 'binds', onlyWithSeveralWorkers: true, harmless: ['false'] },
      { variable: 'PLACES', reason: 'binds', onlyWithSeveralWorkers: true, turnedOffBy: 'BIND' },
    ],
  });
  test('are listed sorted, present or not; a finding says only what was there', () => {
    const result = overlay({ controls: [blas], current: { GOTO_THREADS: '4' }, severalWorkers: true });
    assert.deepEqual(result.overlay.unset, ['BIND', 'GOTO_THREADS', 'PLACES']);
    assert.deepEqual(codes(result), ['VARIABLE_REMOVED warning']);
    assert.match(result.findings[0]!.message, /`GOTO_THREADS=4`.*a second count/);
  });
  test('may serve a single worker when they bind, and are named with what turns them off', () => {
    const result = overlay({ controls: [blas], current: { BIND: 'true', PLACES: 'cores' } });
    assert.deepEqual(result.overlay.unset, ['GOTO_THREADS']);
    assert.deepEqual(codes(result), ['BINDING_VARIABLE warning']);
    assert.match(result.findings[0]!.message, /^`BIND=true`, `PLACES=cores` /);
    assert.match(result.findings[0]!.hint ?? '', /^turn it off with `--env BIND=false`, or /);
  });
  test('are not named when they are off, when --env sets them, and when there is one thread', () => {
    for (const input of [
      { current: { BIND: 'False', PLACES: 'cores' } },
      { current: { PLACES: 'cores' }, userEnv: { BIND: 'false' } },
      { current: { BIND: 'true' }, userEnv: { BIND: 'true' } },
      { current: { BIND: 'true' }, threads: 1 },
    ])
      assert.deepEqual(codes(overlay({ controls: [blas], ...input })), []);
  });
  test('are removed with a pool of processes, which they would put on the same CPU', () => {
    const result = overlay({ controls: [blas], current: { BIND: 'true' }, pool: 'app' });
    assert.deepEqual(result.overlay.unset, ['BIND', 'GOTO_THREADS', 'PLACES']);
    assert.deepEqual(codes(result), ['VARIABLE_REMOVED warning']);
  });
  test('stay under --inherit keep when they are there, and are said to be harmful', () => {
    const result = overlay({ controls: [blas], current: { BIND: 'true' }, severalWorkers: true, inherit: 'keep' });
    assert.deepEqual(result.overlay, {
      set: { BLAS_THREADS: '2' },
      kept: { BIND: 'true' },
      unset: ['GOTO_THREADS', 'PLACES'],
    });
    assert.deepEqual(codes(result), ['HARMFUL_VARIABLE_KEPT warning']);
  });
  test('are not removed when --env sets them', () => {
    const result = overlay({ controls: [blas], userEnv: { GOTO_THREADS: '1' } });
    assert.deepEqual(result.overlay, { set: { BLAS_THREADS: '2', GOTO_THREADS: '1' }, kept: {}, unset: [] });
  });
});

describe('controls of presets that are not selected', () => {
  const known = [
    omp,
    preset('tokio', [count('TOKIO')], { tier: 'never-alone' }),
    preset('wait', [{ variable: 'WAIT', value: 'passive', meaning: 'm' }]),
  ];
  for (const value of ['', 'abc', '0', ',2', '-1']) {
    test(`are removed when they hold ${JSON.stringify(value)}, which real programs die of`, () => {
      const result = overlay({ knownControls: known, current: { TOKIO: value } });
      assert.deepEqual(result.overlay, { set: {}, kept: {}, unset: ['TOKIO'] });
      assert.deepEqual(codes(result), ['VALUE_REPAIRED warning']);
    });
  }
  test('are rewritten when only the writing is wrong', () => {
    const result = overlay({ knownControls: known, current: { TOKIO: ' 2 ' } });
    assert.deepEqual(result.overlay, { set: { TOKIO: '2' }, kept: {}, unset: [] });
    assert.deepEqual(codes(result), ['VALUE_REPAIRED warning']);
  });
  test('are lowered to the share where they are higher, with a finding, and stay where they are lower', () => {
    const gdal = preset('gdal', [count('GDAL', { alsoValid: ['ALL_CPUS'] })], { tier: 'on-demand' });
    for (const [current, result] of [
      [
        { TOKIO: '64', GDAL: 'all_cpus' },
        { TOKIO: '2', GDAL: '2' },
      ],
      [{ TOKIO: '4,1' }, { TOKIO: '2' }],
    ] as const) {
      const { overlay: made, findings } = overlay({ knownControls: [...known, gdal], current });
      assert.deepEqual(made, { set: result, kept: {}, unset: [] });
      assert.deepEqual(codes({ findings }), ['VALUE_LOWERED warning']);
    }
    const lower = overlay({ knownControls: [...known, gdal], current: { TOKIO: '1', GDAL: '2' } });
    assert.deepEqual(lower, { overlay: { set: {}, kept: {}, unset: [] }, findings: [] });
  });
  test('are never lowered below what the library needs', () => {
    const tokio = preset('tokio', [count('TOKIO', { when: { minThreads: 4 } })], { tier: 'never-alone' });
    for (const input of [{ knownControls: [tokio] }, { controls: [tokio] }]) {
      const result = overlay({ ...input, current: { TOKIO: '64' } });
      assert.deepEqual(applied({ TOKIO: '64' }, result), { TOKIO: '4' });
      assert.match(result.findings[0]!.message, /lowered to 4, the least/);
    }
  });
  test('stay as they are under --inherit keep', () => {
    const result = overlay({ knownControls: known, current: { TOKIO: '64' }, inherit: 'keep' });
    assert.deepEqual(result, { overlay: { set: {}, kept: {}, unset: [] }, findings: [] });
  });
  test("are only said when they count the application's own processes", () => {
    const web = preset('web', [count('WEB')], { tier: 'on-demand', side: 'application' });
    const result = overlay({ knownControls: [web], current: { WEB: '8' } });
    assert.deepEqual(result.overlay, { set: {}, kept: {}, unset: [] });
    assert.deepEqual(codes(result), ['VALUE_ABOVE_SHARE warning']);
    assert.match(result.findings[0]!.message, /`WEB=8`.*share.*2/);
    assert.deepEqual(overlay({ knownControls: [web], current: { WEB: '2' } }).findings, []);
  });
  test('are left alone when they are words, or of the default set', () => {
    const polars = preset('polars', [count('POLARS')]);
    const result = overlay({ knownControls: [...known, polars], current: { POLARS: '64', WAIT: 'anything' } });
    assert.deepEqual(result, { overlay: { set: {}, kept: {}, unset: [] }, findings: [] });
  });
});

describe('--env', () => {
  test('wins over presets and over the environment, and is not judged when it is no control', () => {
    const result = overlay({
      controls: [omp],
      current: { OMP_NUM_THREADS: 'abc' },
      userEnv: { OMP_NUM_THREADS: '1', NOTE: '' },
    });
    assert.deepEqual(result, {
      overlay: { set: { NOTE: '', OMP_NUM_THREADS: '1' }, kept: {}, unset: [] },
      findings: [],
    });
  });
  test('above the share is taken, with a finding, for selected and other known controls', () => {
    for (const input of [{ controls: [omp] }, { knownControls: [omp] }]) {
      const result = overlay({ ...input, userEnv: { OMP_NUM_THREADS: '8' } });
      assert.deepEqual(result.overlay.set, { OMP_NUM_THREADS: '8' });
      assert.deepEqual(codes(result), ['VALUE_ABOVE_SHARE warning']);
    }
  });
  test('of just the share of its side says nothing', () => {
    const joblib = preset('joblib', [count('CPU_COUNT')], { side: 'application' });
    assert.deepEqual(overlay({ controls: [joblib], pool: 'app', userEnv: { CPU_COUNT: '2' } }).findings, []);
    assert.deepEqual(codes(overlay({ controls: [omp], pool: 'app', userEnv: { OMP_NUM_THREADS: '2' } })), [
      'VALUE_ABOVE_SHARE warning',
    ]);
  });
  test('may be a list where the library takes lists', () => {
    const result = overlay({ controls: [omp], userEnv: { OMP_NUM_THREADS: '4,1' } });
    assert.deepEqual(result.overlay.set, { OMP_NUM_THREADS: '4,1' });
    assert.deepEqual(codes(result), ['VALUE_ABOVE_SHARE warning']);
    assert.throws(() => overlay({ controls: [preset('x', [count('X')])], userEnv: { X: '4,1' } }), { code: 'USAGE' });
  });
  for (const value of ['', 'abc', '0', '4,', ' 2 ']) {
    test(`is refused for a control with ${JSON.stringify(value)}`, () => {
      assert.throws(() => overlay({ controls: [omp], userEnv: { OMP_NUM_THREADS: value } }), {
        code: 'USAGE',
        message: /--env OMP_NUM_THREADS/,
      });
    });
  }
  test('is refused for a name that is none', () => {
    assert.throws(() => overlay({ userEnv: { 'A B': '1' } }), { code: 'USAGE', message: /"A B"/ });
  });
});

describe('controls of the configuration', () => {
  test('are written like a preset, and count before one', () => {
    const result = overlay({
      controls: [omp],
      extraControls: { MYLIB: '{threads}', OMP_NUM_THREADS: '1' },
      current: { MYLIB: '9' },
    });
    assert.deepEqual(result.overlay.set, { MYLIB: '2', OMP_NUM_THREADS: '1' });
    assert.deepEqual(codes(result), ['VALUE_LOWERED warning']);
  });
  for (const [name, value] of [
    ['LD_PRELOAD', '{threads}'],
    ['PATH', 'x'],
    ['NODE_OPTIONS', '{threads}'],
    ['A B', '{threads}'],
    ['MYLIB', ''],
    ['MYLIB', '{cpus}'],
    ['MYLIB', '{threads-1}'],
  ] as const) {
    test(`are refused: ${name}=${JSON.stringify(value)}`, () => {
      assert.throws(() => overlay({ extraControls: { [name]: value } }), { code: 'CONFIG_INVALID', exitStatus: 125 });
    });
  }
});

describe('a ceiling of another control', () => {
  const numexpr = preset('numexpr', [count('NUM'), count('MAX', { ceilingOf: 'NUM' })]);
  const rows: [string, Record<string, string>, InheritPolicy, Record<string, string>][] = [
    ['an inherited ceiling lowers our count', { MAX: '1' }, 'cap', { MAX: '1', NUM: '1' }],
    ['an inherited count raises our ceiling under keep', { NUM: '8' }, 'keep', { MAX: '8', NUM: '8' }],
    ['a low count needs nothing', { NUM: '1' }, 'cap', { MAX: '2', NUM: '1' }],
    ['what is all of the user stays under keep', { MAX: '4', NUM: '8' }, 'keep', { MAX: '4', NUM: '8' }],
    ['under replace both are ours', { MAX: '1', NUM: '8' }, 'replace', { MAX: '2', NUM: '2' }],
  ];
  for (const [name, current, inherit, expected] of rows) {
    test(`: ${name}`, () => {
      const result = overlay({ controls: [numexpr], current, inherit });
      assert.deepEqual({ ...result.overlay.set, ...result.overlay.kept }, expected);
    });
  }
  test(': --env decides for the pair', () => {
    assert.deepEqual(overlay({ controls: [numexpr], userEnv: { MAX: '1' } }).overlay.set, { MAX: '1', NUM: '1' });
    assert.deepEqual(overlay({ controls: [numexpr], userEnv: { NUM: '8' } }).overlay.set, { MAX: '8', NUM: '8' });
  });
});

describe('a ceiling that no preset of the run sets', () => {
  const limit = preset('limit', [count('OMP_THREAD_LIMIT', { ceilingOf: 'OMP_NUM_THREADS' })], { tier: 'on-demand' });
  const knownControls = [omp, limit];
  const rows: [string, Record<string, string>, string, string[]][] = [
    ['lowers our count', { OMP_THREAD_LIMIT: '1' }, '1', ['THREAD_LIMIT_INHERITED warning']],
    ['lowers the first number of a list', { OMP_THREAD_LIMIT: '1', OMP_NUM_THREADS: '8,2' }, '1,2',
      ['VALUE_LOWERED warning', 'THREAD_LIMIT_INHERITED warning']],
    ['changes nothing where it is high, and is not lowered itself', { OMP_THREAD_LIMIT: '64' }, '2', []],
    ['leaves a pair that is all of the user', { OMP_THREAD_LIMIT: '1', OMP_NUM_THREADS: '2' }, '2', []],
  ]; // prettier-ignore
  for (const [name, current, expected, findings] of rows) {
    test(name, () => {
      const result = overlay({ controls: [omp], knownControls, current });
      assert.equal(applied(current, result)['OMP_NUM_THREADS'], expected);
      assert.equal(applied(current, result)['OMP_THREAD_LIMIT'], current['OMP_THREAD_LIMIT']);
      assert.deepEqual(codes(result), findings);
    });
  }
  test('counts where --pool auto would write nothing', () => {
    const soft = preset('omp', [count('OMP_NUM_THREADS', { soft: { absentOnAllCpus: true } })]);
    const input = { controls: [soft], knownControls: [limit], pool: 'auto', shareIsAllCpus: true } as const;
    assert.deepEqual(overlay(input).overlay.set, {});
    assert.deepEqual(overlay({ ...input, current: { OMP_THREAD_LIMIT: '1' } }).overlay.set, { OMP_NUM_THREADS: '1' });
  });
});

test('the first of several claims to a variable counts', () => {
  const result = overlay({
    controls: [preset('a', [count('X', { value: 'one' })]), preset('b', [count('X', { value: 'two' })])],
  });
  assert.deepEqual(result.overlay.set, { X: 'one' });
});

test('findings come in a fixed order: --env, lowered values by preset in one, removals and repairs by name', () => {
  const controls = [
    preset('z', [count('Z')], {
      unset: [
        { variable: 'R2', reason: 'r' },
        { variable: 'R1', reason: 'r' },
      ],
    }),
    preset('a', [count('A')]),
  ];
  const knownControls = [preset('k', [count('M2'), count('M1'), count('E')])];
  const input = {
    controls,
    knownControls,
    current: { A: '9', Z: '9', R1: '', R2: '', M1: '', M2: '' },
    userEnv: { E: '9' },
  };
  const names = overlay(input).findings.flatMap(({ message }) =>
    [...message.matchAll(/`(?:--env )?(\w+)=/g)].map(([, name]) => name),
  );
  assert.deepEqual(names, ['E', 'Z', 'A', 'R1', 'R2', 'M1', 'M2']);
  assert.deepEqual(Object.keys(applied(input.current, overlay(input))).sort(), ['A', 'E', 'Z']);
});

test('many lowered values are one finding, and those of an outer oneprocpool only a note', () => {
  const names = ['A', 'B', 'C', 'D', 'E'];
  const controls = names.map((name) => preset(name.toLowerCase(), [count(name)]));
  const current = Object.fromEntries(names.map((name) => [name, '9']));
  const [finding, ...others] = overlay({ controls, current }).findings;
  assert.deepEqual(others, []);
  assert.equal(finding?.severity, 'warning');
  assert.match(finding.message, /^`A=9`, `B=9`, `C=9` and 2 more in the environment are lowered to \d+, the share/);
  const nested = overlay({ controls, current: { ...current, A: '8', ONEPROCPOOL_THREADS: '9' } }).findings;
  assert.deepEqual(
    nested.map(({ severity, message }) => [severity, message.slice(0, 5)]),
    [
      ['warning', '`A=8`'],
      ['info', '`B=9`'],
    ],
  );
});
