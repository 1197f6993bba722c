import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { isAlive, isInForeground, parseProcessStat } from '../../../src/workers/process-stat.ts';

/** Captured from a shell that was started under nohup in the foreground of a terminal. */
const CAPTURED =
  '15381 (cat) R 15368 15300 2499 34816 15300 4194304 99 0 0 0 0 0 0 0 20 0 1 0 135170 3133440 390 18446744073709551615 1 2 3 0 0 0 4096 1 0 0 0 0 17 0 0 0 0 0 0 1 2 3 4 5 6 7 0\n';

describe('parseProcessStat', () => {
  test('a captured line', () => {
    assert.deepEqual(parseProcessStat(CAPTURED), {
      pid: 15381,
      name: 'cat',
      state: 'R',
      parentPid: 15368,
      processGroup: 15300,
      session: 2499,
      foregroundGroup: 15300,
      startTicks: 135170,
      ignoredSignals: 1,
      blockedSignals: 4096,
    });
  });

  test('a name with blanks and parentheses hides nothing', () => {
    const stat = parseProcessStat(CAPTURED.replace('(cat)', '(a) S 1 (b c)'));
    assert.deepEqual([stat?.name, stat?.state, stat?.parentPid], ['a) S 1 (b c', 'R', 15368]);
  });

  test('nor does a name with a line break, or one that is not UTF-8', () => {
    for (const name of ['evil\nname', 'a\n1 (x) Z 1', ') \n', 'caf\udc80']) {
      const stat = parseProcessStat(CAPTURED.replace('(cat)', () => `(${name})`));
      assert.deepEqual([stat?.name, stat?.state, stat?.startTicks], [name, 'R', 135170]);
    }
  });

  test('any name is given back as it is', () => {
    fc.assert(
      fc.property(fc.string(), (name) => {
        assert.equal(parseProcessStat(CAPTURED.replace('(cat)', () => `(${name})`))?.name, name);
      }),
    );
  });

  test('text that is no such line gives undefined and never NaN', () => {
    for (const text of ['', '1', '1 (a)', '1 (a) S', 'x (a) S 1 1 1', ')(', CAPTURED.slice(0, 60)]) {
      assert.equal(parseProcessStat(text), undefined, text);
    }
    fc.assert(
      fc.property(fc.string(), (text) => {
        const stat = parseProcessStat(text);
        assert.ok(stat === undefined || Number.isSafeInteger(stat.startTicks));
      }),
    );
  });

  test('zombies and the dead are not alive, stopped processes are', () => {
    const inState = (state: string): boolean => {
      const stat = parseProcessStat(CAPTURED.replace(' R ', ` ${state} `));
      assert.ok(stat);
      return isAlive(stat);
    };
    assert.deepEqual(['R', 'S', 'D', 'T', 't', 'Z', 'X'].map(inState), [true, true, true, true, true, false, false]);
  });

  test('foreground is the own group in front of a terminal, and nothing without a terminal', () => {
    const withGroups = (group: number, foreground: number): boolean => {
      const stat = parseProcessStat(
        CAPTURED.replace(' 15300 2499 34816 15300 ', ` ${group} 2499 34816 ${foreground} `),
      );
      assert.ok(stat);
      return isInForeground(stat);
    };
    assert.deepEqual(
      [withGroups(5, 5), withGroups(5, 6), withGroups(5, -1), withGroups(0, 0)],
      [true, false, false, false],
    );
  });
});
