import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { parseFastArgv } from '../../../src/cli/fast-argv.ts';
import { FLAG_MEANINGS } from '../../../src/cli/option-flags.ts';
import { parseWithCommander } from '../../../src/cli/program.ts';
import { COMMAND_NAMES } from '../../../src/config/option-spec.ts';

const value = fc.constantFrom('2', 'auto', 'a=b', '', '-', '-1', 'x', 'plan', '--json', '-w', '=', 'A=1');
const form = fc.constantFrom(...FLAG_MEANINGS.keys());
const argument = fc.oneof(
  { weight: 4, arbitrary: form.map((flag) => [flag]) },
  { weight: 4, arbitrary: fc.tuple(form, value) },
  { weight: 2, arbitrary: fc.tuple(form, value).map(([flag, text]) => [`${flag}=${text}`]) },
  {
    weight: 2,
    arbitrary: fc.tuple(fc.constantFrom('-w', '-q', '-n', '-v'), value).map(([flag, text]) => [`${flag}${text}`]),
  },
  { weight: 2, arbitrary: fc.constantFrom(...COMMAND_NAMES).map((name) => [name]) },
  { weight: 2, arbitrary: fc.constantFrom('python3', '-x', '--unknown', '-', '', '-1', 'ls').map((word) => [word]) },
  { weight: 1, arbitrary: fc.constant(['--']) },
);
const argv = fc.array(argument, { maxLength: 7 }).map((parts) => parts.flat());

test('where the fast parser answers, commander gives the same answer', () => {
  let answered = 0;
  fc.assert(
    fc.property(argv, (line) => {
      const fast = parseFastArgv(line);
      if (fast === undefined) return;
      answered += 1;
      assert.deepEqual(fast, parseWithCommander(line));
    }),
    { numRuns: 3000 },
  );
  assert.ok(answered > 500, `only ${answered} of 3000 lines were usual ones`);
});
