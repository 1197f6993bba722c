import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { throughTrampoline } from '../../../src/workers/trampoline.ts';

const COMMAND = { file: 'cmd', args: ['a b', ''] };
const SHELL_ENV = { PATH: '/bin', PWD: '/', OLDPWD: '/', SHLVL: '1', _: '/bin/cmd' };
const NOTHING = {
  softOpenFiles: null,
  softMemoryKib: null,
  ignoredSignals: [],
  blockedSignals: [],
  descriptors: [],
  closed: [],
};
/** What the shell did is undone. */
const UNDO = `export PWD='/'; export OLDPWD='/'; [ -n "\${BASH_VERSION-}" ] || export SHLVL='1'`;

describe('throughTrampoline', () => {
  test('with nothing to restore the command is started directly', () => {
    assert.deepEqual(throughTrampoline(COMMAND, SHELL_ENV, NOTHING), COMMAND);
  });

  test('limit and ignored signals are restored, then the command takes over with its words untouched', () => {
    const start = throughTrampoline(COMMAND, SHELL_ENV, { ...NOTHING, softOpenFiles: 1024, ignoredSignals: [1, 13] });
    assert.deepEqual(start, {
      file: '/bin/sh',
      args: ['-c', `ulimit -Sn 1024; trap '' 1 13; ${UNDO}; exec "$@"`, 'sh', 'cmd', 'a b', ''],
    });
  });

  test('the limit of address space is restored last', () => {
    const inherited = { ...NOTHING, softOpenFiles: 1024, softMemoryKib: 700_000, ignoredSignals: [1] };
    const [, script] = throughTrampoline(COMMAND, SHELL_ENV, inherited).args;
    assert.equal(script, `ulimit -Sn 1024; trap '' 1; ulimit -Sv 700000; ${UNDO}; exec "$@"`);
  });

  test('a pinned command is bound before it starts', () => {
    const start = throughTrampoline({ ...COMMAND, cpus: [0, 1, 2, 8] }, SHELL_ENV, NOTHING);
    assert.deepEqual(start, { file: 'taskset', args: ['-c', '0-2,8', 'cmd', 'a b', ''] });
  });

  test('bytes that are not UTF-8 are written by printf, blocked signals set by env', () => {
    const words = { file: 'c', args: ['plain', '\udcff%\n'] };
    const start = throughTrampoline(words, { ...SHELL_ENV, A: "'\udc80" }, { ...NOTHING, blockedSignals: [2, 10] });
    const env = '/usr/bin/env --block-signal=2,10';
    const script = [
      `A=$(printf '\\047\\200.'); export A="\${A%.}"`,
      `opp_word_3=$(printf '\\377\\045\\012.'); opp_word_3="\${opp_word_3%.}"`,
      `set -- "\${1}" "\${2}" "$opp_word_3"`,
      `if ${env} --version >/dev/null 2>&1; then set -- ${env} "$@"; fi`,
      UNDO,
      'exec "$@"',
    ];
    assert.deepEqual(start.args.slice(0, 2), ['-c', script.join('; ')]);
  });

  test('what the shell adds is removed, what it drops is brought back', () => {
    const env = { PATH: '/bin', 'my.key': '1', 'BASH_FUNC_f%%': '() {\n}' };
    const start = throughTrampoline(COMMAND, env, { ...NOTHING, softOpenFiles: 1024 });
    assert.deepEqual(start.args, [
      '-c',
      'ulimit -Sn 1024; unset PWD OLDPWD SHLVL _; [ -z "${BASH_VERSION-}" ] || set -- /usr/bin/env -u SHLVL "$@"; exec "$@"',
      'sh',
      '/usr/bin/env',
      'my.key=1',
      'BASH_FUNC_f%%=() {\n}',
      'cmd',
      'a b',
      '',
    ]);
  });

  test('what was closed is closed again', () => {
    const start = throughTrampoline(COMMAND, SHELL_ENV, { ...NOTHING, closed: [0, 2] });
    assert.deepEqual(start.args.slice(0, 2), ['-c', `${UNDO}; exec "$@" <&- 2>&-`]);
  });

  test('variables that a shell changes go past it, and no name of a command is taken for a variable', () => {
    const start = throughTrampoline(
      { file: 'a=b/c', args: [] },
      { ...SHELL_ENV, IFS: 'x', opp_a: '1' },
      { ...NOTHING, softOpenFiles: 9 },
    );
    assert.deepEqual(start.args.slice(3), ['/usr/bin/env', 'IFS=x', 'opp_a=1', 'nice', '-n', '0', 'a=b/c']);
  });
});
