import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { PresetControls, PresetTier } from '../../../src/presets/preset.ts';
import { selectPresets } from '../../../src/presets/select-presets.ts';

const all = (['default', 'conditional', 'on-demand', 'never-alone', 'no-control'] as const).map(
  (tier: PresetTier): PresetControls => ({ id: `lib-${tier}`, name: tier, tier, side: 'library', set: [], unset: [] }),
);
const ids = (choice: { only?: string[]; with?: string[]; without?: string[] }): string[] =>
  selectPresets(all, { only: choice.only ?? null, with: choice.with ?? [], without: choice.without ?? [] }).map(({ id }) => id);

describe('selectPresets', () => {
  test('takes the default set when nothing is asked for', () => {
    assert.deepEqual(ids({}), ['lib-default', 'lib-conditional', 'lib-no-control']);
  });
  test('adds with --with and keeps the order of all presets', () => {
    assert.deepEqual(ids({ with: ['lib-never-alone', 'lib-on-demand'] }), ['lib-default', 'lib-conditional', 'lib-on-demand', 'lib-never-alone', 'lib-no-control']);
  });
  test('takes only what --preset names, together with --with', () => {
    assert.deepEqual(ids({ only: ['lib-conditional'], with: ['lib-on-demand'] }), ['lib-conditional', 'lib-on-demand']);
    assert.deepEqual(ids({ only: [] }), []);
  });
  test('leaves out what --without names, whatever else names it', () => {
    assert.deepEqual(ids({ only: ['lib-default'], with: ['lib-default'], without: ['lib-default'] }), []);
  });
  for (const [key, flag] of [['only', '--preset'], ['with', '--with'], ['without', '--without']] as const) {
    test(`refuses an unknown id from ${flag} and suggests the closest`, () => {
      assert.throws(() => ids({ [key]: ['lib-defualt'] }), {
        code: 'PRESET_INVALID',
        exitStatus: 125,
        message: `Expected the id of a known preset, got \`lib-defualt\` (from ${flag})`,
        hint: /did you mean `lib-default`\?/,
      });
    });
  }
  test('suggests nothing when nothing is close', () => {
    assert.throws(() => ids({ with: ['zzz'] }), { hint: '`oneprocpool presets` lists all of them' });
  });
});
