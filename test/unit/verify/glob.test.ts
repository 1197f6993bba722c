import { describe, test } from 'node:test';
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { matchesGlob, matchesPath } from '../../../src/verify/glob.ts';

describe('globs', () => {
  const yes: [string, string][] = [
    ['libopenblas*.so*', '/usr/lib/x86_64-linux-gnu/libopenblasp-r0.3.21.so'],
    ['libgomp.so*', '/usr/lib/libgomp.so.1.0.0'],
    ['libgomp-*.so*', '/venv/numpy.libs/libgomp-24e2ab19.so.1.0.0'],
    ['numexpr/interpreter.*.so', '/usr/lib/python3/dist-packages/numexpr/interpreter.cpython-311-x86_64-linux-gnu.so'],
    ['node', '/usr/bin/node'],
    ['lib?.so', '/x/liba.so'],
    ['a+b(c)[d].so', '/x/a+b(c)[d].so'],
  ];
  const no: [string, string][] = [
    ['libopenblas*.so*', '/usr/lib/libblas.so.3'],
    ['libgomp.so*', '/usr/lib/mylibgomp.so.1'],
    ['numexpr/interpreter.*.so', '/usr/lib/notnumexpr/interpreter.x.so'],
    ['numexpr/interpreter.*.so', '/usr/lib/numexpr/interpreter.x/y.so'],
    ['node', '/usr/bin/nodejs'],
    ['node', '/home/node/app'],
    ['lib.so', '/x/libxso'],
    ['LibA.so', '/x/liba.so'],
  ];
  for (const [glob, path] of yes) test(`${glob} matches ${path}`, () => assert.ok(matchesPath(glob, path)));
  for (const [glob, path] of no) test(`${glob} does not match ${path}`, () => assert.ok(!matchesPath(glob, path)));

  test('a text without * and ? matches itself and nothing else', () => {
    const plain = fc.string().map((text) => text.replace(/[*?/]/g, ''));
    fc.assert(fc.property(plain, plain, (a, b) => assert.equal(matchesGlob(a, b), a === b)));
  });
  test('a star matches whatever stands in its place', () => {
    const plain = fc.string().map((text) => text.replace(/[*?/]/g, ''));
    fc.assert(fc.property(plain, plain, plain, (a, b, c) => assert.ok(matchesGlob(`${a}*${c}`, a + b + c))));
  });
});
