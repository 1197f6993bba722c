import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { Ajv2020 } from 'ajv/dist/2020.js';
import fc from 'fast-check';
import { OneprocpoolError } from '../../../src/errors.ts';
import { checkPreset } from '../../../src/presets/check-preset.ts';
import { loadPresets } from '../../../src/presets/load-presets.ts';
import { PROJECT_ROOT } from '../../support/project.ts';

const schema = JSON.parse(readFileSync(join(PROJECT_ROOT, 'schemas/preset.schema.json'), 'utf8')) as object;
const isValid = new Ajv2020().compile(schema);

type Json = Record<string, unknown>;

const sample: Json = {
  id: 'my-lib',
  name: 'My library',
  tier: 'default',
  side: 'library',
  languages: ['python'],
  set: [{ variable: 'MYLIB_THREADS', value: '{threads}', meaning: 'total threads' }],
  unset: [{ variable: 'MYLIB_BIND', reason: 'binds', onlyWithSeveralWorkers: true }],
  precedence: 'MYLIB_THREADS > CPU count',
  readAt: 'load',
  unsetDefault: 'all CPUs',
  detect: { sonames: ['libmy*.so*', 'my/ext*.so'], threadNames: ['my-worker-*'] },
  traps: [],
  sources: ['https://example.org/manual', 'me/mylib src/pool.c'],
  verified: [{ version: '1.0', date: '2026-01-31', variable: 'MYLIB_THREADS', demandCpus: { unset: 2, '1': 1.01 } }],
};

function failure(value: unknown): OneprocpoolError {
  try {
    checkPreset(value, 'my.json');
  } catch (error) {
    assert.ok(error instanceof OneprocpoolError);
    assert.equal(error.code, 'PRESET_INVALID');
    return error;
  }
  return assert.fail('the preset was accepted');
}

describe('checkPreset', () => {
  test('returns a good preset without `$schema`', () => {
    assert.deepEqual(checkPreset({ $schema: '../preset.schema.json', ...sample }, 'my.json'), sample);
  });

  const control = (sample['set'] as Json[])[0]!;
  const refusals: [string, unknown, RegExp, RegExp?][] = [
    ['no object', 'text', /Expected the preset to be an object, got "text" \(in my\.json\)/],
    ['a missing key', { ...sample, side: undefined }, /Expected `side` to be one of library, application, got nothing/],
    ['a mistyped key', { ...sample, tear: 'default' }, /Expected `tear` to be a known key/],
    ['a mistyped key inside', { ...sample, set: [{ ...control, valeu: '1' }] }, /`set\[0\]\.valeu`/],
    ['a mistyped tier', { ...sample, tier: 'defualt' }, /Expected `tier` to be one of default, .*got "defualt"/, /did you mean `default`/],
    ['a value of 0 for one thread', { ...sample, set: [{ ...control, value: '{threads-1}' }] }, /`set\[0\]\.value`/, /would write 0/],
    ['an unknown placeholder', { ...sample, set: [{ ...control, value: '{cpus}' }] }, /`set\[0\]\.value`/],
    ['an empty value', { ...sample, set: [{ ...control, value: '' }] }, /`set\[0\]\.value`/],
    ['a padded value', { ...sample, set: [{ ...control, value: ' 1' }] }, /`set\[0\]\.value`/],
    ['a value over two lines', { ...sample, set: [{ ...control, value: '1\n2' }] }, /`set\[0\]\.value`/],
    ['a condition of 0 threads', { ...sample, set: [{ ...control, when: { minThreads: 0 } }] }, /`set\[0\]\.when\.minThreads` to be a whole number of at least 1/],
    ['a condition of half a thread', { ...sample, set: [{ ...control, when: { maxThreads: 1.5 } }] }, /`set\[0\]\.when\.maxThreads`/],
    ['a demand below 0', { ...sample, verified: [{ version: '1', date: '2026-01-01', variable: null, demandCpus: { '1': -1 } }] }, /`verified\[0\]\.demandCpus\.1`/],
    ['a name that is none', { ...sample, set: [{ ...control, variable: 'A B' }] }, /`set\[0\]\.variable`/],
    ['a name that decides what code runs', { ...sample, set: [{ ...control, variable: 'LD_PRELOAD' }] }, /`set\[0\]\.variable`/, /refused/],
    ['the removal of such a name', { ...sample, unset: [{ variable: 'PATH', reason: 'no' }] }, /`unset\[0\]\.variable`/],
    ['prose among the globs', { ...sample, detect: { sonames: ['libx.so (old)'], threadNames: [] } }, /`detect\.sonames\[0\]`/],
    ['a thread name that the kernel would cut', { ...sample, detect: { sonames: [], threadNames: ['a-name-of-16-char'] } }, /`detect\.threadNames\[0\]`/],
    ['no source', { ...sample, sources: [] }, /Expected `sources` to be at least one source/],
    ['a tier that promises a variable, without one', { ...sample, set: [] }, /Expected `set` to be not empty/],
    ['no control, with one', { ...sample, tier: 'no-control', cure: 'x' }, /Expected `set` to be empty for the tier `no-control`/],
    ['no control and no cure', { ...sample, tier: 'no-control', set: [] }, /Expected `cure`/],
    ['a danger that is not named', { ...sample, tier: 'never-alone' }, /Expected `traps`/],
    ['a condition that is missing', { ...sample, tier: 'conditional' }, /Expected `set\[0\]\.when`/],
    ['a date that is none', { ...sample, verified: [{ version: '1', date: '2026-13-01', variable: null, demandCpus: {} }] }, /`verified\[0\]\.date`/],
    ['a key of the figures that is none', { ...sample, verified: [{ version: '1', date: '2026-01-01', variable: null, demandCpus: { two: 2 } }] }, /`verified\[0\]\.demandCpus`/],
  ];
  for (const [name, value, message, hint] of refusals) {
    test(`refuses ${name}, and says where`, () => {
      const fromJson: unknown = JSON.parse(JSON.stringify(value));
      assert.ok(!isValid(fromJson), 'the schema accepts it');
      const error = failure(fromJson);
      assert.match(error.message, message);
      assert.match(error.message, /\(in my\.json\)$/);
      if (hint !== undefined) assert.match(error.hint ?? '', hint);
    });
  }
});

test('the check and the schema accept and refuse the same presets, however they are damaged', async () => {
  const presets = [sample, ...(await loadPresets())];
  const paths = (value: unknown, path: (string | number)[] = []): (string | number)[][] =>
    typeof value === 'object' && value !== null
      ? [path, ...Object.entries(value).flatMap(([key, item]) => paths(item, [...path, Array.isArray(value) ? Number(key) : key]))]
      : [path];
  const texts = ['', ' ', 'x', 'PATH', 'LD_X', 'LDX', 'OMP_X', '{threads}', '{threads-1}', '{', '-{threads-1}', 'a b', 'default', 'conditional', 'no-control', 'never-alone', 'application', 'a/b c', 'https://x', '2026-02-30', 'é'];
  const replacement = fc.oneof(
    fc.constantFrom<unknown>(...texts, null, true, false, 0, 1, 2, -1, 1.5, [], [''], {}, { minThreads: 1 }, { minThreads: 0 }, { unset: 1 }),
    fc.string({ unit: 'binary', maxLength: 20 }),
    fc.jsonValue({ maxDepth: 2 }),
  );
  const damage = fc.record({ pick: fc.nat(), at: fc.nat(), remove: fc.boolean(), addKey: fc.option(fc.constantFrom('when', 'cure', 'note', 'extra', '$schema', 'optionList', 'alsoValid', 'ceilingOf', 'onlyWithSeveralWorkers')), replacement });
  const apply = (root: unknown, { at, remove, addKey, replacement: generated }: { at: number; remove: boolean; addKey: string | null; replacement: unknown }): unknown => {
    // A copy: fast-check hands out the same constant again, and a value put into itself would be a cycle, which no JSON is.
    const value = structuredClone(generated);
    const all = paths(root);
    const path = all[at % all.length]!;
    let holder = root as Json;
    for (const key of path.slice(0, -1)) holder = holder[key] as Json;
    const last = path.at(-1);
    const target = last === undefined ? root : holder[last];
    if (addKey !== null && typeof target === 'object' && target !== null && !Array.isArray(target)) (target as Json)[addKey] = value;
    else if (last === undefined) return value;
    else if (remove && Array.isArray(holder)) holder.splice(Number(last), 1);
    else if (remove) delete holder[last];
    else holder[last] = value;
    return root;
  };
  const seen = { accepted: 0, refused: 0 };
  fc.assert(
    fc.property(fc.nat(), fc.array(damage, { minLength: 1, maxLength: 2 }), (pick, damages) => {
      const damaged = damages.reduce<unknown>(apply, structuredClone(presets[pick % presets.length]));
      let accepted = true;
      try {
        checkPreset(damaged, 'x.json');
      } catch (error) {
        if (!(error instanceof OneprocpoolError)) throw error;
        accepted = false;
      }
      seen[accepted ? 'accepted' : 'refused']++;
      assert.equal(accepted, isValid(damaged), JSON.stringify({ damaged, errors: isValid.errors }));
    }),
    { numRuns: 3000 },
  );
  assert.ok(seen.accepted > 100 && seen.refused > 100, JSON.stringify(seen));
});
