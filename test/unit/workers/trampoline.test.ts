import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { throughTrampoline } from '../../../src/workers/trampoline.ts';

const COMMAND = { file: 'cmd', args: ['a b', ''] };
const SHELL_ENV = { PATH: '/bin', PWD: '/', OLDPWD: '/', SHLVL: '1', _: '/bin/cmd' };
const NOTHING = { softOpenFiles: null, ignoredSignals: [], blockedSignals: [], descriptors: [] };

describe('throughTrampoline', () => {
  test('with nothing to restore the command is started directly', () => {
    assert.equal(throughTrampoline(COMMAND, SHELL_ENV, NOTHING), COMMAND);
  });

  test('limit and ignored signals are restored, then the command takes over with its words untouched', () => {
    const start = throughTrampoline(COMMAND, SHELL_ENV, { ...NOTHING, softOpenFiles: 1024, ignoredSignals: [1, 13] });
    assert.deepEqual(start, {
      file: '/bin/sh',
      args: ['-c', `ulimit -Sn 1024; trap '' 1 13; exec "$@"`, 'sh', 'cmd', 'a b', ''],
    });
  });

  test('what the shell adds is removed, what it drops is brought back', () => {
    const env = { PATH: '/bin', 'my.key': '1', 'BASH_FUNC_f%%': '() {\n}' };
    const start = throughTrampoline(COMMAND, env, { ...NOTHING, softOpenFiles: 1024 });
    assert.deepEqual(start.args, [
      '-c',
      'ulimit -Sn 1024; unset PWD OLDPWD SHLVL _; exec "$@"',
      'sh',
      'env',
      'my.key=1',
      'BASH_FUNC_f%%=() {\n}',
      'cmd',
      'a b',
      '',
    ]);
  });
});
