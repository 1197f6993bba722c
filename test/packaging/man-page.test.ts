/** The man page as man(1) and mandoc(1) read it. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { PROJECT_ROOT } from '../support/project.ts';
import { has } from './packaging.ts';

const PAGE = join(PROJECT_ROOT, 'man/oneprocpool.1');
const PLAIN = {
  ...process.env,
  LC_ALL: 'C.UTF-8',
  MANWIDTH: '80',
  MAN_KEEP_FORMATTING: undefined,
  MANPAGER: undefined,
};

describe('the man page', () => {
  test('gives mandoc nothing to warn of', (t) => {
    if (!has('mandoc')) {
      t.skip('mandoc is not installed');
      return;
    }
    const { stdout } = spawnSync('mandoc', ['-T', 'lint', '-W', 'warning', PAGE], { encoding: 'utf8' });
    // Without a release there is no date.
    assert.deepEqual(
      stdout.split('\n').filter((line) => line !== '' && !line.includes('missing date')),
      [],
    );
  });

  test('gives groff nothing to warn of, and reads well in 80 columns', (t) => {
    if (!has('man') || !has('groff')) {
      t.skip('man or groff is not installed');
      return;
    }
    const { stdout, stderr } = spawnSync('man', ['--warnings', '-l', PAGE], { encoding: 'utf8', env: PLAIN });
    assert.equal(stderr, '');
    const text = stdout.replaceAll(/.\u0008/g, '');
    assert.match(text, /^SYNOPSIS\n {7}oneprocpool \[options\] \[--\] COMMAND \[ARG\.\.\.\]\n/m);
    assert.match(text, /^ {7}eval "\$\(oneprocpool env\)"\n/m);
    assert.match(text, /^ {7}-w, --workers N\n/m);
    assert.match(text, /^ {7}\.oneprocpoolrc, /m);
    assert.deepEqual(
      text.split('\n').filter((line) => line.length > 80),
      [],
    );
  });
});
