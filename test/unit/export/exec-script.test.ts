import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { renderExecScript } from '../../../src/export/exec-script.ts';

const UNDO = `export PWD='/'\nexport OLDPWD='/'\n[ -n "\${BASH_VERSION-}" ] || export SHLVL='1'`;
const SHELL_ADDED = { PWD: '/', OLDPWD: '/', SHLVL: '1', _: 'x' };

describe('renderExecScript', () => {
  test('own words go, harmful variables go, ours are set, then the command', () => {
    const script = renderExecScript({
      set: { A: '1', B: "it's" },
      unset: ['Z', 'Y'],
      skipArgs: 2,
      original: SHELL_ADDED,
    });
    assert.equal(script, `# oneprocpool\nshift 2\nunset Y Z\nexport A='1'\nexport B='it'\\''s'\n${UNDO}\nexec "$@"\n`);
  });

  test('with nothing to change there is only the command', () => {
    assert.equal(renderExecScript({ set: {}, unset: [], skipArgs: 0 }), '# oneprocpool\nexec "$@"\n');
  });

  test('what the shell added goes, what it dropped comes back', () => {
    const original = { 'my.key': "a'b", 'other-key': '1', SHLVL: '3' };
    const script = renderExecScript({ set: { PWD: '/x' }, unset: [], skipArgs: 0, original });
    const lines = [
      '# oneprocpool',
      `export PWD='/x'`,
      'case $1 in *=*) set -- nice -n 0 "$@" ;; esac',
      `set -- /usr/bin/env 'my.key=a'\\''b' 'other-key=1' "$@"`,
      'unset OLDPWD _',
      `export PWD='/x'`,
      `[ -n "\${BASH_VERSION-}" ] || export SHLVL='3'`,
      'exec "$@"\n',
    ];
    assert.equal(script, lines.join('\n'));
  });

  test('a name that sh cannot take is refused and named', () => {
    for (const name of ['a.b', '', '1A', 'A=B', 'A;rm', '$(x)', 'A\n']) {
      assert.throws(() => renderExecScript({ set: { [name]: '1' }, unset: [], skipArgs: 0 }), { code: 'USAGE' }, name);
      assert.throws(() => renderExecScript({ set: {}, unset: [name], skipArgs: 0 }), { code: 'USAGE' }, name);
    }
  });
});
