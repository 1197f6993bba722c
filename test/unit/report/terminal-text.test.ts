/** Colour, widths, wrapping, and foreign text that must not steer the terminal. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { createStyle, resolveColor } from '../../../src/report/terminal-style.ts';
import {
  displayWidth,
  hangingIndent,
  keepEnd,
  printable,
  truncate,
  wrapWords,
} from '../../../src/report/text-layout.ts';
import { renderTable } from '../../../src/report/text-table.ts';

describe('resolveColor', () => {
  const cases: [string, Parameters<typeof resolveColor>[0], boolean][] = [
    ['a terminal has colours', { when: 'auto', isTerminal: true, env: {} }, true],
    ['a pipe has none', { when: 'auto', isTerminal: false, env: {} }, false],
    ['NO_COLOR takes them away', { when: 'auto', isTerminal: true, env: { NO_COLOR: '1' } }, false],
    ['an empty NO_COLOR is no NO_COLOR', { when: 'auto', isTerminal: true, env: { NO_COLOR: '' } }, true],
    ['FORCE_COLOR brings them to a pipe', { when: 'auto', isTerminal: false, env: { FORCE_COLOR: '1' } }, true],
    ['FORCE_COLOR beats NO_COLOR', { when: 'auto', isTerminal: false, env: { FORCE_COLOR: '1', NO_COLOR: '1' } }, true],
    ['FORCE_COLOR=0 means no', { when: 'auto', isTerminal: true, env: { FORCE_COLOR: '0' } }, false],
    ['a dumb terminal has none', { when: 'auto', isTerminal: true, env: { TERM: 'dumb' } }, false],
    ['--color never beats everything', { when: 'never', isTerminal: true, env: { FORCE_COLOR: '1' } }, false],
    ['--color always beats everything', { when: 'always', isTerminal: false, env: { NO_COLOR: '1' } }, true],
  ];
  for (const [name, input, expected] of cases) test(name, () => assert.equal(resolveColor(input), expected));
});

describe('a bar', () => {
  const style = createStyle({ color: false, columns: 80 });
  test('is always as wide as asked, whatever the fraction', () => {
    fc.assert(
      fc.property(fc.double(), fc.integer({ min: 1, max: 60 }), (fraction, width) => {
        assert.equal(displayWidth(style.bar(fraction, width)), width);
      }),
    );
  });
  test('fills the part it stands for', () => {
    assert.equal(style.bar(0.5, 4), '██  ');
    assert.equal(style.bar(0.625, 4), '██▌ ');
    assert.equal(style.bar(1, 4), '████');
    assert.equal(style.bar(0, 4), '    ');
  });
});

test('without colour no escape is written; with colour the text is the same', () => {
  const plain = createStyle({ color: false, columns: 80 });
  const colored = createStyle({ color: true, columns: 80 });
  for (const paint of ['bold', 'dim', 'good', 'warn', 'bad'] as const) {
    assert.equal(plain[paint]('text'), 'text');
    assert.notEqual(colored[paint]('text'), 'text');
    assert.equal(displayWidth(colored[paint]('text')), 4);
  }
});

describe('widths', () => {
  test('wide, combining and coloured characters', () => {
    assert.equal(displayWidth('漢字'), 4);
    assert.equal(displayWidth('e\u0301'), 1);
    assert.equal(displayWidth('\u001B[1mbold\u001B[22m'), 4);
  });
  test('truncate and keepEnd never exceed the width', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), fc.integer({ min: 2, max: 30 }), (text, width) => {
        const safe = printable(text);
        assert.ok(displayWidth(truncate(safe, width)) <= width);
        assert.ok(displayWidth(keepEnd(safe, width)) <= width);
      }),
    );
    assert.equal(keepEnd('/sys/fs/cgroup/cpu.max', 10), '…p/cpu.max');
    assert.equal(truncate('/sys/fs/cgroup/cpu.max', 10), '/sys/fs/c…');
  });
  test('wrapping keeps every word and the width', () => {
    const words = fc.array(fc.stringMatching(/^[a-z漢]{1,12}$/), { minLength: 1 });
    fc.assert(
      fc.property(words, fc.integer({ min: 24, max: 60 }), (list, width) => {
        const lines = wrapWords(list.join(' '), width);
        assert.deepEqual(
          lines.flatMap((line) => line.split(' ')),
          list,
        );
        for (const line of lines) assert.ok(displayWidth(line) <= width);
      }),
    );
  });
  test('following lines stand below the text, not below the label', () => {
    assert.equal(
      hangingIndent('hint: ', 'aaaaaaaaaa bbbbbbbbbb cccccccccc', 28),
      'hint: aaaaaaaaaa bbbbbbbbbb\n      cccccccccc',
    );
  });
});

test('a table aligns its columns', () => {
  assert.deepEqual(
    renderTable(
      [
        ['a', '1', 'x'],
        ['漢字', '22', ''],
      ],
      { align: ['left', 'right'], indent: 2 },
    ),
    ['  a      1  x', '  漢字  22'],
  );
});

test('no control character survives printable', () => {
  assert.equal(printable('\u001B[2Jx\r\n\tend\u009B\u202E'), String.raw`\x1b[2Jx\x0d\n\tend\x9b\u202e`);
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      // eslint-disable-next-line no-control-regex
      assert.doesNotMatch(printable(text), /[\u0000-\u001F\u007F-\u009F]/);
    }),
  );
});
