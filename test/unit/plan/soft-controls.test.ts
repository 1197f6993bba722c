import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { OverlayInput } from '../../../src/plan/environment-overlay.ts';
import { loadControls } from '../../../src/presets/load-presets.ts';
import { selectPresets } from '../../../src/presets/select-presets.ts';
import { count, overlay, preset } from '../../support/overlay.ts';

const strong = count('BLAS_THREADS', { soft: { variable: 'OMP_THREADS', absentOnAllCpus: true } });
const weak = count('OMP_THREADS', { soft: { absentOnAllCpus: true } });
const controls = [preset('blas', [strong]), preset('omp', [weak]), preset('other', [count('OTHER_THREADS')])];

function auto(input: Partial<OverlayInput>): Record<string, string> {
  const { set, kept } = overlay({ controls, pool: 'auto', ...input }).overlay;
  return { ...set, ...kept };
}

describe('--pool auto', () => {
  const rows: [string, Partial<OverlayInput>, Record<string, string>][] = [
    ['writes the weaker variable only', {}, { OMP_THREADS: '2', OTHER_THREADS: '2' }],
    ['writes neither where the share is all CPUs', { shareIsAllCpus: true }, { OTHER_THREADS: '2' }],
    [
      'writes everything for one thread',
      { threads: 1, shareIsAllCpus: true },
      { BLAS_THREADS: '1', OMP_THREADS: '1', OTHER_THREADS: '1' },
    ],
    [
      'lowers the strong one where it is inherited',
      { current: { BLAS_THREADS: '8' } },
      { BLAS_THREADS: '2', OMP_THREADS: '2', OTHER_THREADS: '2' },
    ],
    [
      'repairs an inherited value that libraries fail on',
      { current: { OMP_THREADS: 'abc' }, shareIsAllCpus: true },
      { OMP_THREADS: '2', OTHER_THREADS: '2' },
    ],
    [
      'leaves the library to a weaker variable that allows it less',
      { current: { OMP_THREADS: '1' } },
      { OMP_THREADS: '1', OTHER_THREADS: '2' },
    ],
    [
      'lowers a weaker variable that is inherited',
      { current: { OMP_THREADS: '8' }, shareIsAllCpus: true },
      { OMP_THREADS: '2', OTHER_THREADS: '2' },
    ],
    [
      'writes the strong one where the weaker one is a ceiling with another number',
      {
        controls: [preset('x', [count('NUM', { soft: { variable: 'MAX' } }), count('MAX', { ceilingOf: 'NUM' })])],
        current: { MAX: '1' },
      },
      { MAX: '1', NUM: '1' },
    ],
    [
      'leaves what --env says',
      { userEnv: { BLAS_THREADS: '1' }, shareIsAllCpus: true },
      { BLAS_THREADS: '1', OTHER_THREADS: '2' },
    ],
    [
      'writes the weaker variable although its own preset is left out',
      { controls: controls.slice(0, 1) },
      { OMP_THREADS: '2' },
    ],
  ];
  for (const [name, input, expected] of rows) {
    test(name, () => {
      assert.deepEqual(auto(input), expected);
    });
  }

  test('is the only one that does so', () => {
    for (const [pool, threads] of [
      ['libraries', '2'],
      ['app', '1'],
    ] as const) {
      const { set } = overlay({ controls, pool, shareIsAllCpus: true }).overlay;
      assert.deepEqual(set, { BLAS_THREADS: threads, OMP_THREADS: threads, OTHER_THREADS: threads });
    }
  });

  test('leaves to joblib every count of the bundled presets that joblib writes, where the share is all CPUs', () => {
    const defaults = selectPresets(loadControls(), { only: null, with: [], without: [] });
    const written = Object.keys(auto({ controls: defaults, shareIsAllCpus: true }));
    const names = ['OMP', 'OPENBLAS', 'MKL', 'BLIS', 'NUMBA', 'NUMEXPR'].map((name) => `${name}_NUM_THREADS`);
    assert.deepEqual(
      written.filter((name) => names.includes(name)),
      [],
    );
    const narrow = Object.keys(auto({ controls: defaults }));
    assert.deepEqual(
      narrow.filter((name) => names.includes(name)),
      ['NUMBA_NUM_THREADS', 'OMP_NUM_THREADS'],
    );
  });
});
