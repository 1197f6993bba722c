import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { toggle, value } from '../../../src/config/option-builders.ts';
import { COMMAND_NAMES, OPTION_GROUPS } from '../../../src/config/option-spec.ts';
import { OPTION_NAMES, OPTIONS, variableOf } from '../../../src/config/option-specs.ts';
import type { OptionName, OptionValues } from '../../../src/config/option-specs.ts';
import { choice } from '../../../src/config/value-type.ts';

const common = { group: 'Output', commands: ['run'], description: 'x' } as const;

/** Checked by the compiler: an unused `@ts-expect-error` is an error. */
function typesThatMustNotCompile(values: OptionValues): void {
  // @ts-expect-error a fallback outside the choices must not widen them
  value({ ...common, flag: 'x', placeholder: 'X', type: choice('floor', 'ceil'), fallback: 'round' });
  // @ts-expect-error a switch has no text
  toggle({ ...common, flag: 'x', fallback: 'yes' });
  // @ts-expect-error the value is one of the choices, not any text
  const wrong: 'up' | 'down' = values.round;
  // @ts-expect-error an option that may be absent is null then
  const threads: number = values.threads;
  void [wrong, threads];
}

describe('the table of options', () => {
  test('gives the types of values', () => {
    const read = (values: OptionValues) => {
      const workers: number | 'auto' = values.workers;
      const round: 'floor' | 'nearest' | 'ceil' = values.round;
      const presets: readonly string[] = values.preset;
      const env: Readonly<Record<string, string>> = values.env;
      const quiet: boolean = values.quiet;
      return [workers, round, presets, env, quiet];
    };
    assert.equal(typeof read, 'function');
    assert.equal(typeof typesThatMustNotCompile, 'function');
  });

  test('names each flag, letter and variable once', () => {
    const forms = OPTION_NAMES.flatMap((name) => [
      `--${OPTIONS[name].flag}`,
      ...(OPTIONS[name].negatable ? [`--no-${OPTIONS[name].flag}`] : []),
    ]);
    const letters = OPTION_NAMES.flatMap((name) => OPTIONS[name].short ?? []);
    for (const all of [forms, [...letters, 'h', 'V'], OPTION_NAMES.map(variableOf)])
      assert.deepEqual(all, [...new Set(all)]);
  });

  for (const name of OPTION_NAMES) {
    const spec = OPTIONS[name];
    test(`describes ${name} so that help and documents can show it`, () => {
      assert.equal(
        spec.flag,
        name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`),
      );
      assert.ok(OPTION_GROUPS.includes(spec.group));
      assert.ok(spec.commands.length > 0 && spec.commands.every((command) => COMMAND_NAMES.includes(command)));
      assert.match(spec.description, /^[a-z0-9].*[^.]$/s);
      assert.equal(spec.placeholder === '', spec.kind === 'switch');
    });
    if (spec.kind === 'value' && spec.fallbackText !== '') {
      test(`would read the default of ${name} back from its text`, () => {
        assert.deepEqual(
          spec.parse([spec.fallbackText], { name, from: '', code: 'USAGE', giveInstead: String }),
          spec.fallback,
        );
      });
    }
  }

  test('keeps what decides before any file is read out of the file', () => {
    const isFlagOnly = (name: OptionName) => OPTIONS[name].group === 'Export';
    const notInFile = OPTION_NAMES.filter((name) => !OPTIONS[name].layers.includes('file') && !isFlagOnly(name));
    assert.deepEqual(notInFile.sort(), ['config', 'exec', 'root']);
  });

  test('leaves ONEPROCPOOL_THREADS to the outer limit', () => {
    assert.deepEqual(
      OPTION_NAMES.filter((name) => !OPTIONS[name].layers.includes('environment') && OPTIONS[name].group !== 'Export'),
      ['threads'],
    );
  });
});
