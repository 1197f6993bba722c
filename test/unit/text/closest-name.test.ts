import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { closestName } from '../../../src/text/closest-name.ts';

const names = ['workers', 'threads', 'openblas-pthreads', 'openblas-openmp', 'numba', 'torch'];

describe('closestName', () => {
  for (const [wanted, expected] of [
    ['worker', 'workers'],
    ['wokrers', 'workers'],
    ['THREADS', 'threads'],
    ['openblas', 'openblas-pthreads'],
    ['openbals-openmp', 'openblas-openmp'],
    ['nubma', 'numba'],
    ['pytorch', 'torch'],
    ['xyz', undefined],
    ['op', undefined],
    ['', undefined],
    ['t', undefined],
  ] as const) {
    test(`${JSON.stringify(wanted)} means ${expected ?? 'nothing known'}`, () => {
      assert.equal(closestName(wanted, names), expected);
    });
  }

  test('a very long text is refused at once', () => {
    assert.equal(closestName('x'.repeat(1e6), names), undefined);
  });
});
