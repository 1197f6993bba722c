import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { readFileLayer } from '../../../src/config/file-layer.ts';
import { FILE_OPTIONS } from '../../../src/config/file-keys.ts';
import { buildConfigSchema } from '../../../src/config/json-schema.ts';
import { OPTIONS } from '../../../src/config/option-specs.ts';

const validate = new Ajv2020({ allowUnionTypes: true, strict: true }).compile(buildConfigSchema());

async function isAccepted(config: unknown): Promise<boolean> {
  try {
    await readFileLayer({ path: 'c.json', text: JSON.stringify(config) });
    return true;
  } catch {
    return false;
  }
}

describe('the schema of the config file agrees with the program on', () => {
  const good: object[] = [
    {},
    { $schema: 'x' },
    { workers: 4 },
    { workers: 'auto' },
    { cpus: 1.5 },
    { cpus: '1500m' },
    { reserve: 0 },
    { reserve: '10%' },
    { stopTimeout: '500ms' },
    { stopTimeout: 5 },
    { stopSignal: 'TERM' },
    { stopSignal: 15 },
    { with: ['a'] },
    { with: 'a' },
    { env: { A: 'x', B: 1 } },
    { env: ['A=1'] },
    { env: 'A=1' },
    { failFast: false },
    { controls: { A: '{threads}', B: 2 } },
    { presets: [{}] },
    { presetFiles: ['a.json'] },
    { presetFiles: 'a.json' },
    { verify: 'off', pool: 'app', format: 'k8s' },
  ];
  const bad: object[] = [
    [],
    { nope: 1 },
    { workers: 0 },
    { workers: 4097 },
    { workers: 1.5 },
    { workers: 'many' },
    { workers: null },
    { cpus: 0 },
    { cpus: -1 },
    { cpus: '1e3' },
    { reserve: '100%' },
    { reserve: -1 },
    { stopTimeout: 'soon' },
    { stopSignal: 99 },
    { with: ['a b'] },
    { with: [true] },
    { env: 'A' },
    { env: ['A'] },
    { env: { A: true } },
    { failFast: 'no' },
    { controls: { 'A-B': '1' } },
    { controls: [] },
    { presets: {} },
    { presetFiles: [1] },
    { verify: 'of' },
    { exec: true },
    { config: 'x' },
  ];
  for (const config of good) {
    test(`the good ${JSON.stringify(config)}`, async () =>
      assert.deepEqual([validate(config), await isAccepted(config)], [true, true]));
  }
  for (const config of bad) {
    test(`the bad ${JSON.stringify(config)}`, async () =>
      assert.deepEqual([validate(config), await isAccepted(config)], [false, false]));
  }

  for (const name of FILE_OPTIONS) {
    const { fallbackText, kind } = OPTIONS[name];
    if (kind !== 'value' || fallbackText === '') continue;
    test(`the default of ${name}`, async () => {
      const { properties } = buildConfigSchema() as {
        properties: Record<string, { default: unknown; description: string }>;
      };
      const config = { [name]: properties[name]?.default };
      assert.deepEqual([validate(config), await isAccepted(config)], [true, true]);
    });
  }
});
