import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { parseInheritedCount } from '../../../src/presets/inherited-count.ts';

describe('a value that plainly says a number', () => {
  for (const [text, threads] of [
    ['1', 1],
    ['64', 64],
    ['2147483647', 2147483647],
  ] as const) {
    test(`${text} stays as it is`, () => {
      assert.deepEqual(parseInheritedCount(text), { threads, tail: '', plain: true });
    });
  }
  for (const text of [
    ' 2 ', '2\n', '\t2', '02', '+2', '2.0', '2.', '"2"', "'2'", '" 2 "', '2 # two', '2# two', '"2" # two', '2\r', '2\n# two', '2,1', '2,',
  ]) {
    test(`${JSON.stringify(text)} means 2 and is to be rewritten`, () => {
      assert.deepEqual(parseInheritedCount(text), { threads: 2, tail: '', plain: false });
    });
  }
  for (const text of [
    '', ' ', '0', '00', '-1', 'abc', '2abc', '1.5', '.0', '1e3', '0x2', '2 2', '2147483648', '9'.repeat(400), 'NaN',
    'Infinity', '١', '#', '# 2', '""', '"2', ',2', '++2', '2\nfoo', 'auto,2', '\u00a02',
  ]) {
    test(`${JSON.stringify(text.slice(0, 20))} is no count`, () => {
      assert.equal(parseInheritedCount(text), undefined);
    });
  }
});

describe('of a list the first number counts', () => {
  type Row = [kind: 'levels' | 'pools', text: string, tail: string, plain: boolean];
  const rows: Row[] = [
    ['levels', '4,2', ',2', true],
    ['levels', '4,2,1', ',2,1', true],
    ['levels', '4, 2', ',2', false],
    ['levels', '"4,2" # two levels', ',2', false],
    ['levels', '4.0,2', ',2', false],
    ['levels', '4,0', '', false],
    ['levels', '4,auto', '', false],
    ['levels', '4,2x', '', false],
    ['levels', '4,2 1', '', false],
    ['levels', '4,', '', false],
    ['pools', '4,1', ',1', true],
    ['pools', '4,0', ',0', true],
    ['pools', '4,auto', ',auto', true],
    ['pools', '4,2,1', '', false],
  ];
  for (const [kind, text, tail, plain] of rows) {
    test(`${kind}: ${text} ${tail === '' ? 'loses its rest' : `keeps ${tail}`}`, () => {
      assert.deepEqual(parseInheritedCount(text, kind), { threads: 4, tail, plain });
    });
  }
});
