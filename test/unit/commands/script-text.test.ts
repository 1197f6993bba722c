import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { findScript } from '../../../src/commands/script-text.ts';
import { createFakeFiles } from '../limits/fake-files.ts';

const files = createFakeFiles({
  '/app/entry.sh': '#!/bin/sh\nexec server',
  '/usr/bin/tool': '#!/usr/bin/python3\nimport tool',
  '/usr/bin/binary': '\u007fELF',
});

describe('the script that a command runs', () => {
  const rows: [words: string[], name: string | undefined, text?: string][] = [
    [['/app/entry.sh', 'x'], 'entry.sh', '#!/bin/sh\nexec server'],
    [['tool'], 'tool', '#!/usr/bin/python3\nimport tool'],
    [['sh', '/app/entry.sh'], 'entry.sh', '#!/bin/sh\nexec server'],
    [['/bin/bash', '-e', '/app/entry.sh'], 'entry.sh', '#!/bin/sh\nexec server'],
    [['sh', '-c', 'exec server'], 'sh', 'exec server'],
    [['bash', '-lc', 'exec server'], 'bash', 'exec server'],
    [['sh'], undefined],
    [['sh', '-s'], undefined],
    [['binary'], undefined],
    [['missing'], undefined],
    [['/app/missing.sh'], undefined],
  ];
  for (const [words, name, text] of rows) {
    test(`${words.join(' ')}: ${name ?? 'none'}`, () => {
      const found = findScript(files, words, '/bin:/usr/bin');
      assert.deepEqual(found, name === undefined ? undefined : { name, text });
    });
  }
});
