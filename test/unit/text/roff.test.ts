/** Text for man pages: nothing that is typed changes, and no line of text becomes a request. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { roffItem, roffParagraph, roffText } from '../../../src/text/roff.ts';

describe('roff', () => {
  const cases: [string, string][] = [
    ['plain words', 'plain words'],
    ['`--stop-timeout` *T*', '\\fB\\-\\-stop\\-timeout\\fR \\fIT\\fR'],
    ['a two-word thing', 'a two-word thing'],
    ['-1 and --flag', '\\-1 and \\-\\-flag'],
    ['`eval "$(oneprocpool env)"`', '\\fBeval \\(dq$(oneprocpool env)\\(dq\\fR'],
    ["`it's`", '\\fBit\\(aqs\\fR'],
    ['`~/.rc` and a\\b', '\\fB\\(ti/.rc\\fR and a\\eb'],
    ['.oneprocpoolrc', '\\&.oneprocpoolrc'],
    ["'quoted", "\\&'quoted"],
    ['2 * 3 * 4', '2 * 3 * 4'],
  ];
  for (const [text, expected] of cases) {
    test(text, () => assert.equal(roffText(text), expected));
  }

  test('each sentence starts a line', () => {
    assert.equal(roffParagraph('One. Two: three. `four` five.'), 'One.\nTwo: three.\n\\fBfour\\fR five.');
  });

  test('a sentence that starts with a dot is no request', () => {
    assert.equal(roffItem('x', 'One. `.rc` two.'), '.TP\nx\nOne.\n\\fB.rc\\fR two.');
  });
});
