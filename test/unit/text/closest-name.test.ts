import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { closestName } from '../../../src/text/closest-name.ts';

describe('the closest name', () => {
  const names = ['workers', 'with', 'without', 'verify', 'verbose', 'openblas'];
  const cases: [word: string, meant: string | undefined][] = [
    ['wrokers', 'workers'],
    ['worker', 'workers'],
    ['workerss', 'workers'],
    ['WORKERS', 'workers'],
    ['verfiy', 'verify'],
    ['openblass', 'openblas'],
    ['wihtout', 'without'],
    ['zzz', undefined],
    ['', undefined],
  ];
  for (const [word, meant] of cases) {
    test(`of \`${word}\` is ${meant ?? 'not there'}`, () => assert.equal(closestName(word, names), meant));
  }

  test('of a known name is that name', () => {
    fc.assert(fc.property(fc.uniqueArray(fc.string({ minLength: 1 }), { selector: (name) => name.toLowerCase(), minLength: 1 }), (all) => {
      for (const name of all) assert.equal(closestName(name, all), name);
    }));
  });

  test('is found when two neighbours of a word of at least five letters are swapped', () => {
    fc.assert(fc.property(fc.stringMatching(/^[a-z]{5,12}$/), fc.nat(10), (name, at) => {
      const left = at % (name.length - 1);
      const swapped = `${name.slice(0, left)}${name[left + 1]}${name[left]}${name.slice(left + 2)}`;
      assert.equal(closestName(swapped, [name]), name);
    }));
  });
});
