import assert from 'node:assert/strict';
import { test } from 'node:test';
import { splitArgv } from '../../../src/cli/split-argv.ts';

test('the first `--` separates our arguments from the command', () => {
  assert.deepEqual(splitArgv(['-w', '2', '--', 'a', '--', 'b']), { own: ['-w', '2'], rest: ['a', '--', 'b'] });
  assert.deepEqual(splitArgv(['--']), { own: [], rest: [] });
});

test('without `--` all is ours to read', () => {
  assert.deepEqual(splitArgv(['-w', '2', 'a', '---']), { own: ['-w', '2', 'a', '---'], rest: undefined });
});
