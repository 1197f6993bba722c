import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import type { OverlayInput } from '../../../src/plan/environment-overlay.ts';
import { loadControls } from '../../../src/presets/load-presets.ts';
import { isAlsoValid } from '../../../src/presets/preset-values.ts';
import { selectPresets } from '../../../src/presets/select-presets.ts';
import { applied, overlay } from '../../support/overlay.ts';

const all = loadControls();
const defaults = selectPresets(all, { only: null, with: [], without: [] });
const names = [...new Set(all.flatMap(({ set, unset }) => [...set, ...unset]).map(({ variable }) => variable))];
const counts = new Map(
  all
    .flatMap(({ set }) => set)
    .filter(({ value }) => value === '{threads}')
    .map((control) => [control.variable, control]),
);

const value = fc.oneof(
  fc.constantFrom(
    '',
    ' ',
    '0',
    '1',
    '2',
    '3',
    '8',
    ' 2 ',
    '02',
    '4,2',
    '1,1',
    '"2"',
    '8 # x',
    '8,1 # x',
    'abc',
    'true',
    'false',
    'auto',
    'passive',
    'ACTIVE',
    'ALL_CPUS',
    'default',
    '-1',
    '1e9',
    '-Xmx1g',
  ),
  fc.nat({ max: 20 }).map(String),
  fc.string({ unit: 'binary', maxLength: 8 }),
);
const current = fc.dictionary(
  fc.oneof(fc.constantFrom(...names), fc.constantFrom('HOME', 'PATH', '__proto__', 'LANG')),
  value,
  { maxKeys: 25 },
);
const circumstances = fc.record({
  current,
  threads: fc.integer({ min: 1, max: 12 }),
  pool: fc.constantFrom('libraries' as const, 'app' as const, 'auto' as const),
  inherit: fc.constantFrom('cap' as const, 'keep' as const, 'replace' as const),
  severalWorkers: fc.boolean(),
  shareIsAllCpus: fc.boolean(),
  spinningHurts: fc.boolean(),
  controls: fc.constantFrom(all, defaults, []),
});

/** What the library understands as a count. */
function isReadable(name: string, text: string): boolean {
  const list = counts.get(name)?.list;
  const rest = list === 'levels' ? '(,[1-9][0-9]{0,9})*' : list === 'pools' ? '(,([0-9]+|auto))?' : '';
  return new RegExp(`^[1-9][0-9]{0,9}${rest}$`).test(text);
}

function run(input: Partial<OverlayInput>): ReturnType<typeof overlay> {
  return overlay({ ...input, knownControls: all });
}

describe('whatever is in the environment, an overlay', () => {
  test('writes only numbers of at least 1, and lists where they are understood, to counts, and texts that a preset declares to the rest', () => {
    const words = new Set(all.flatMap(({ set }) => set).map((control) => control.value));
    fc.assert(
      fc.property(circumstances, (input) => {
        for (const [name, written] of Object.entries(run(input).overlay.set)) {
          if (counts.has(name)) assert.ok(isReadable(name, written), `${name}=${written}`);
          else
            assert.ok(
              words.has(written) || /^-XX:ActiveProcessorCount=[1-9]\d* \S+=\d+$/.test(written),
              `${name}=${written}`,
            );
        }
      }),
    );
  });

  test('leaves no control in the result that a library could not read', () => {
    fc.assert(
      fc.property(circumstances, (input) => {
        for (const [name, result] of Object.entries(applied(input.current, run(input)))) {
          const control = counts.get(name);
          if (control !== undefined)
            assert.ok(isReadable(name, result) || isAlsoValid(control, result), `${name}=${JSON.stringify(result)}`);
        }
      }),
    );
  });

  test('leaves no selected count above the share under cap', () => {
    fc.assert(
      fc.property(circumstances, (input) => {
        const result = run({ ...input, inherit: 'cap' }).overlay;
        for (const [name, kept] of Object.entries({ ...result.set, ...result.kept })) {
          const isSelected = input.controls.some(({ set }) =>
            set.some(({ variable, when }) => variable === name && when === undefined),
          );
          if (isSelected && counts.has(name)) assert.ok(parseInt(kept, 10) <= input.threads, `${name}=${kept}`);
        }
      }),
    );
  });

  test('puts no name into two of set, kept and unset, and keeps what it says it keeps', () => {
    fc.assert(
      fc.property(circumstances, (input) => {
        const { set, kept, unset } = run(input).overlay;
        const everything = [...Object.keys(set), ...Object.keys(kept), ...unset];
        assert.equal(new Set(everything).size, everything.length);
        assert.deepEqual(unset, [...unset].sort());
        for (const [name, keptValue] of Object.entries(kept))
          assert.equal(keptValue, new Map(Object.entries(input.current)).get(name));
      }),
    );
  });

  test('touches nothing that no preset knows', () => {
    fc.assert(
      fc.property(circumstances, (input) => {
        const result = new Map(Object.entries(applied(input.current, run(input))));
        for (const [name, before] of Object.entries(input.current))
          if (!names.includes(name)) assert.equal(result.get(name), before);
      }),
    );
  });

  test('changes nothing in an environment that it made itself', () => {
    fc.assert(
      fc.property(circumstances, (input) => {
        const once = applied(input.current, run(input));
        assert.deepEqual(applied(once, run({ ...input, current: once })), once);
      }),
    );
  });

  test('has nothing to say about an environment that it made itself from the default set', () => {
    fc.assert(
      fc.property(circumstances, fc.constantFrom('cap' as const, 'replace' as const), (input, inherit) => {
        const chosen = { ...input, controls: defaults, inherit };
        const once = applied(chosen.current, run(chosen));
        const { findings } = run({ ...chosen, current: once });
        // Said again each time: values that are not oneprocpool's to change, and ceilings that `replace` meets again.
        const isNew = ({ code }: { code: string }) =>
          !/^(VALUE_ABOVE_SHARE|THREAD_LIMIT_INHERITED|BINDING_VARIABLE)$/.test(code);
        assert.deepEqual(
          findings.filter(isNew).filter(({ code }) => inherit === 'cap' || code !== 'VALUE_REPLACED'),
          [],
        );
      }),
    );
  });
});
