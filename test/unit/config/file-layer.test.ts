import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { readFileLayer } from '../../../src/config/file-layer.ts';
import { resolveOptions } from '../../../src/config/resolve-options.ts';
import { OneprocpoolError } from '../../../src/errors.ts';

async function failure(text: string, path = '/p/c.yaml'): Promise<[message: string, hint: string | undefined]> {
  try {
    await readFileLayer({ path, text });
  } catch (error) {
    assert.ok(error instanceof OneprocpoolError, String(error));
    assert.equal(error.code, 'CONFIG_INVALID');
    assert.equal(error.exitStatus, 125);
    return [error.message, error.hint];
  }
  return assert.fail('nothing was thrown');
}

describe('a config file', () => {
  const same: [path: string, text: string][] = [
    ['/p/c.yaml', 'workers: 4\nstop-timeout: 500ms\nfailFast: false\nwith: [zarr, blosc]\nenv: {A: 1, B: x}\n'],
    [
      '/p/.oneprocpoolrc',
      '{"workers": "4", "stopTimeout": "500ms", "fail-fast": false, "with": ["zarr", "blosc"], "env": {"A": "1", "B": "x"}}',
    ],
    [
      '/p/c.json',
      '{"$schema": "x", "workers": 4, "stopTimeout": 0.5, "failFast": false, "with": ["zarr", "blosc"], "env": ["A=1", "B=x"]}',
    ],
    [
      '/p/package.json',
      '{"name": "x", "workers": [], "oneprocpool": {"workers": 4, "stopTimeout": "500ms", "failFast": false, "with": ["zarr", "blosc"], "env": {"A": 1, "B": "x"}}}',
    ],
    [
      '/p/pyproject.toml',
      '[project]\nname = "x"\n[tool.oneprocpool]\nworkers = 4\nstop-timeout = "500ms"\nfailFast = false\nwith = ["zarr", "blosc"]\n[tool.oneprocpool.env]\nA = 1\nB = "x"\n',
    ],
    [
      '/p/other.toml',
      'workers = 4\nstop-timeout = "500ms"\nfailFast = false\nwith = ["zarr", "blosc"]\nenv = { A = 1, B = "x" }\n',
    ],
  ];
  for (const [path, text] of same) {
    test(`says the same as ${path}`, async () => {
      const { values, origins } = resolveOptions({ flags: {}, env: {}, file: await readFileLayer({ path, text }) });
      assert.deepEqual(
        [values.workers, values.stopTimeout, values.failFast, values.with, values.env],
        [4, 500, false, ['zarr', 'blosc'], { A: '1', B: 'x' }],
      );
      assert.deepEqual([origins.workers.origin, origins.quiet.origin], ['file', 'default']);
    });
  }

  test('tells file and line of each value', async () => {
    const layer = await readFileLayer({ path: '/p/c.yaml', text: '# mine\n\nworkers: auto\n' });
    assert.deepEqual(layer.settings.workers, { value: 'auto', where: '/p/c.yaml line 3' });
  });

  test('holds controls, presets and names of preset files', async () => {
    const text =
      'controls:\n  MY_THREADS: "{threads}"\n  MY_EXTRA: "{threads-1}"\n  MY_MODE: 2\npresets:\n  - id: mine\n  - id: other\npresetFiles: [a.json, ../b.json, /c.json]\n';
    const layer = await readFileLayer({ path: '/p/q/c.yaml', text });
    assert.deepEqual(layer.controls, { MY_THREADS: '{threads}', MY_EXTRA: '{threads-1}', MY_MODE: '2' });
    assert.deepEqual(layer.presets, [
      { value: { id: 'mine' }, where: '/p/q/c.yaml line 6' },
      { value: { id: 'other' }, where: '/p/q/c.yaml line 7' },
    ]);
    assert.deepEqual(layer.presetFiles, ['/p/q/a.json', '/p/b.json', '/c.json']);
  });

  test('that was named and has no part for us says nothing', async () => {
    for (const [path, text] of [
      ['/p/package.json', '{"name": "x"}'],
      ['/p/pyproject.toml', '[tool.other]\n'],
      ['/p/c.yaml', ''],
    ] as const) {
      assert.deepEqual((await readFileLayer({ path, text })).settings, {});
    }
  });
});

describe('a mistake in a config file', () => {
  const cases: [text: string, message: string, hint: string | undefined][] = [
    ['a: 1\nwrokers: 2', 'Expected a known key, got `a` (from /p/c.yaml line 1)', undefined],
    ['\nwrokers: 2', 'Expected a known key, got `wrokers` (from /p/c.yaml line 2)', 'did you mean `workers`?'],
    [
      'stop-timeuot: 2',
      'Expected a known key, got `stop-timeuot` (from /p/c.yaml line 1)',
      'did you mean `stopTimeout`?',
    ],
    ['__proto__: 2', 'Expected a known key, got `__proto__` (from /p/c.yaml line 1)', undefined],
    [
      'workers: 0',
      'Expected `workers` to be a whole number from 1 to 4096 or `auto`, got `0` (from /p/c.yaml line 1)',
      'for example `workers: 4`',
    ],
    [
      'workers: 1.5',
      'Expected `workers` to be a whole number from 1 to 4096 or `auto`, got `1.5` (from /p/c.yaml line 1)',
      'for example `workers: 4`',
    ],
    [
      'workers: .nan',
      'Expected `workers` to be a whole number from 1 to 4096 or `auto`, got `NaN` (from /p/c.yaml line 1)',
      'for example `workers: 4`',
    ],
    ['workers: [4]', 'Expected `workers` to be one value, got `[4]` (from /p/c.yaml line 1)', undefined],
    ['workers:', 'Expected `workers` to be one value, got `null` (from /p/c.yaml line 1)', undefined],
    [
      'verify: false',
      'Expected `verify` to be one value, got `false` (from /p/c.yaml line 1)',
      'to mean it as text, write it in quotes',
    ],
    [
      'verify: fial',
      'Expected `verify` to be one of off, warn, fail, got `fial` (from /p/c.yaml line 1)',
      'did you mean `fail`?',
    ],
    ['strict: yes', 'Expected `strict` to be `true` or `false`, got `"yes"` (from /p/c.yaml line 1)', undefined],
    ['env: 5', 'Expected `env` to be names with a text or number each, got `5` (from /p/c.yaml line 1)', undefined],
    [
      'env: {A: true}',
      'Expected `env.A` to be a text or number, got `true` (from /p/c.yaml line 1)',
      'to mean it as text, write it in quotes',
    ],
    [
      'env: {"A B": x}',
      'Expected `env` to be a variable as NAME=VALUE, the name of letters, digits and _, got `A B=x` (from /p/c.yaml line 1)',
      'for example `env: OMP_PROC_BIND=close`',
    ],
    [
      'exec: true',
      'Expected `--exec` as a flag or variable only, got the key `exec` (from /p/c.yaml line 1)',
      'use `--exec` or `ONEPROCPOOL_EXEC`',
    ],
    [
      'root: /x',
      'Expected `--root` as a flag or variable only, got the key `root` (from /p/c.yaml line 1)',
      'use `--root` or `ONEPROCPOOL_ROOT`',
    ],
    [
      'stopTimeout: 1s\nstop-timeout: 2s',
      'Expected `stopTimeout` once, got it again as `stop-timeout` (from /p/c.yaml line 2)',
      undefined,
    ],
    ['- workers', 'Expected keys and values in /p/c.yaml line 1, got `["workers"]`', 'for example `workers: 4`'],
    [
      'controls: [A]',
      'Expected `controls` to be names with a template each, got `["A"]` (from /p/c.yaml line 1)',
      'for example `MY_LIBRARY_THREADS: "{threads}"`',
    ],
    [
      'controls: {A-B: "1"}',
      'Expected a name of letters, digits and _ in `controls`, got `A-B` (from /p/c.yaml line 1)',
      'for example `MY_LIBRARY_THREADS: "{threads}"`',
    ],
    [
      'controls: {A: "{cpus}"}',
      'Expected `controls.A` to be text with no placeholder but {threads} and {threads-1}, got `{cpus}` (from /p/c.yaml line 1)',
      'for example `MY_LIBRARY_THREADS: "{threads}"`',
    ],
    [
      'controls: {A: true}',
      'Expected `controls.A` to be a text such as {threads}, got `true` (from /p/c.yaml line 1)',
      'for example `MY_LIBRARY_THREADS: "{threads}"`',
    ],
    [
      'presets: {id: x}',
      'Expected `presets` to be a list of presets, got `{"id":"x"}` (from /p/c.yaml line 1)',
      undefined,
    ],
    [
      'presetFiles: [1]',
      'Expected `presetFiles` to be a list of file names, got `[1]` (from /p/c.yaml line 1)',
      undefined,
    ],
  ];
  for (const [text, message, hint] of cases) {
    test(`says: ${message}`, async () => {
      const [found, foundHint] = await failure(text);
      assert.equal(found, message);
      if (hint !== undefined) assert.equal(foundHint, hint);
    });
  }

  test('is told with the known keys when none is close', async () => {
    assert.match((await failure('zzz: 1'))[1] ?? '', /^known keys: workers, pool, threads,/);
  });

  test('has the line of its own file type too', async () => {
    assert.match(
      (await failure('[project]\n[tool.oneprocpool]\nworkers = 0\n', '/p/pyproject.toml'))[0],
      /\(from \/p\/pyproject\.toml line 3\)$/,
    );
    assert.match(
      (await failure('{"name": "x",\n"oneprocpool": {\n"workers": 0}}', '/p/package.json'))[0],
      /\(from \/p\/package\.json line 3\)$/,
    );
  });
});
