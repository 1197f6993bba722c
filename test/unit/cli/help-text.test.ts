import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { renderHelp } from '../../../src/cli/help-text.ts';
import { COMMAND_NAMES } from '../../../src/config/option-spec.ts';
import { OPTION_NAMES, OPTIONS } from '../../../src/config/option-specs.ts';

describe('help', () => {
  for (const command of [undefined, ...COMMAND_NAMES]) {
    const text = renderHelp(command);
    const name = command ?? 'the program';

    test(`of ${name} fits in 80 columns of plain text`, () => {
      for (const line of text.split('\n')) assert.ok(line.length <= 80, line);
      assert.match(text, /^[\x20-\x7E\n]+\n$/);
      assert.doesNotMatch(text, / $/m);
    });

    test(`of ${name} shows examples before options`, () => {
      assert.ok(text.indexOf('Examples:') > 0 && text.indexOf('Examples:') < text.indexOf('--help'));
    });

    test(`of ${name} shows exactly the options it takes`, () => {
      const shown = [...text.matchAll(/^ {2}(?:-\w, | {4})--(?:\[no-\])?([a-z-]+)/gm)]
        .map((match) => match[1] ?? '')
        .sort();
      const taken = OPTION_NAMES.filter((option) => OPTIONS[option].commands.includes(command ?? 'run')).map(
        (option) => OPTIONS[option].flag,
      );
      assert.deepEqual(shown, [...taken, 'help', 'version'].sort());
    });
  }

  test('of the program lists the subcommands and nothing that is not there yet', () => {
    const text = renderHelp(undefined);
    for (const name of COMMAND_NAMES) assert.match(text, new RegExp(`^ {2}${name} +\\w`, 'm'));
    assert.doesNotMatch(text, /inspect|tune/);
  });

  test('shows defaults', () => {
    assert.match(renderHelp('run'), /--workers N[^[]*\[1\]/);
    assert.match(renderHelp('run'), /--stop-timeout T[^[]*\[10s\]/);
  });
});
