import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { loadConfig } from '../../../src/config/load-config.ts';
import type { ConfigRequest } from '../../../src/config/load-config.ts';
import { OneprocpoolError } from '../../../src/errors.ts';

/** A directory /p with one file to be named and one to be found. */
function request(flags: ConfigRequest['flags'], env: Record<string, string> = {}): ConfigRequest {
  const texts: Record<string, string> = { '/p/named.json': '{"workers": 2}', '/etc/abs.yaml': 'workers: 3' };
  return {
    flags,
    env,
    directory: '/p',
    files: {
      readText: (path) => texts[path],
      listDirectory: () => undefined,
      exists: (path) => path in texts,
      linkCount: () => undefined,
    },
    search: {
      search: (directory) => Promise.resolve({ path: `${directory}/.oneprocpoolrc`, text: 'workers: 9' }),
      checkTrust: () => Promise.resolve(),
    },
  };
}

describe('the config file', () => {
  const cases: [name: string, request: ConfigRequest, path: string | undefined, workers: unknown][] = [
    ['is searched for by default', request({}), '/p/.oneprocpoolrc', 9],
    ['can be named, relative to the working directory', request({ config: 'named.json' }), '/p/named.json', 2],
    ['can be named absolutely', request({ config: '/etc/abs.yaml' }), '/etc/abs.yaml', 3],
    ['can be named by a variable', request({}, { ONEPROCPOOL_CONFIG: 'named.json' }), '/p/named.json', 2],
    [
      'is none with --no-config',
      request({ config: false }, { ONEPROCPOOL_CONFIG: 'named.json' }),
      undefined,
      undefined,
    ],
    ['is none when the variable says no', request({}, { ONEPROCPOOL_CONFIG: 'no' }), undefined, undefined],
  ];
  for (const [name, input, path, workers] of cases) {
    test(name, async () => {
      const layer = await loadConfig(input);
      assert.deepEqual([layer?.path, layer?.settings.workers?.value], [path, workers]);
    });
  }

  test('that is named must be readable', async () => {
    await assert.rejects(loadConfig(request({}, { ONEPROCPOOL_CONFIG: 'gone.json' })), (error) => {
      assert.ok(error instanceof OneprocpoolError);
      assert.equal(error.code, 'CONFIG_INVALID');
      assert.equal(
        error.message,
        'Expected `--config` to name a readable file, got `gone.json` (from ONEPROCPOOL_CONFIG)',
      );
      assert.equal(error.hint, 'check the name and its permissions, or run with `--no-config`');
      return true;
    });
  });
});
