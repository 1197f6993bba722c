/** The man page: everything the tables hold is in it, in sections where readers look for them. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { renderManPage } from '../../../src/cli/man-page.ts';
import { COMMAND_NAMES } from '../../../src/config/option-spec.ts';
import { OPTION_NAMES, OPTIONS } from '../../../src/config/option-specs.ts';

const PAGE = renderManPage({ version: '1.2.3', date: '2026-01-31' });
const LINES = PAGE.split('\n');

describe('the man page', () => {
  test('names version and date of the release', () => {
    assert.equal(LINES[1], '.TH ONEPROCPOOL 1 "2026-01-31" "oneprocpool 1.2.3" "User Commands"');
  });

  test('has the sections in the order of man-pages(7), with the examples early', () => {
    assert.deepEqual(
      LINES.filter((line) => line.startsWith('.SH ')).map((line) => line.slice(4).replaceAll('"', '')),
      'NAME,SYNOPSIS,DESCRIPTION,EXAMPLES,COMMANDS,OPTIONS,EXIT STATUS,ENVIRONMENT,FILES,NOTES,SEE ALSO'.split(','),
    );
  });

  test('has every option with its default, and every command', () => {
    for (const name of OPTION_NAMES) {
      const { flag, fallbackText } = OPTIONS[name];
      const form = `\\fB\\-\\-${flag.replaceAll('-', '\\-')}\\fR`;
      const at = LINES.findIndex((line, i) => line.includes(form) && LINES[i - 1] === '.TP');
      assert.ok(at > 0, flag);
      const item = LINES.slice(at, LINES.indexOf('.TP', at));
      if (fallbackText !== '') assert.ok(item.includes(`Default: \\fB${fallbackText}\\fR.`), flag);
    }
    for (const name of COMMAND_NAMES) assert.ok(PAGE.includes(`.TP\n\\fB${name}\\fR`), name);
  });

  test('leaves no mark-up of ours and no request that man(7) does not know', () => {
    assert.doesNotMatch(LINES.slice(1).join('\n'), /`/);
    const requests = LINES.filter((line) => /^[.']/.test(line)).map((line) => line.split(' ')[0] ?? '');
    const known = ['.BR', '.PP', '.SH', '.SS', '.TH', '.TP', '.\\"', '.ad', '.br', '.nh'];
    assert.deepEqual(
      [...new Set(requests)].filter((request) => !known.includes(request)),
      [],
    );
  });
});
