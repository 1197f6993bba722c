import assert from 'node:assert/strict';
import { constants } from 'node:os';
import { describe, test } from 'node:test';
import { decideSignal, HANDLED_SIGNALS, type HandledSignal } from '../../../src/workers/signal-policy.ts';

const NAMES = Object.keys(HANDLED_SIGNALS) as HandledSignal[];

describe('decideSignal', () => {
  test('away from a terminal every signal goes to the workers', () => {
    for (const name of NAMES) assert.notEqual(decideSignal(name, false).forwardTo, 'none', name);
  });

  test('what the terminal sends to the whole group is not sent a second time', () => {
    const withheld = NAMES.filter((name) => decideSignal(name, true).forwardTo === 'none');
    assert.deepEqual(withheld.sort(), ['SIGINT', 'SIGQUIT', 'SIGTSTP', 'SIGWINCH']);
  });

  test('TERM, INT and QUIT end a run, but Ctrl-C and Ctrl-\\ at the terminal do not', () => {
    assert.deepEqual(NAMES.filter((name) => decideSignal(name, false).endsRun).sort(), [
      'SIGINT',
      'SIGQUIT',
      'SIGTERM',
    ]);
    assert.deepEqual(
      NAMES.filter((name) => decideSignal(name, true).endsRun),
      ['SIGTERM'],
    );
  });

  test('only SIGTSTP suspends the launcher', () => {
    assert.deepEqual(
      NAMES.filter((name) => decideSignal(name, true).suspends),
      ['SIGTSTP'],
    );
  });

  test('SIGCONT goes to stopped workers only, SIGTSTP to the others only', () => {
    assert.equal(decideSignal('SIGCONT', true).forwardTo, 'stopped');
    assert.equal(decideSignal('SIGTSTP', false).forwardTo, 'not-stopped');
  });

  test(
    'the numbers are those of the system, each once',
    { skip: process.platform !== 'linux' && 'numbers of Linux' },
    () => {
      for (const name of NAMES) assert.equal(HANDLED_SIGNALS[name], constants.signals[name], name);
      assert.equal(new Set(Object.values(HANDLED_SIGNALS)).size, NAMES.length);
    },
  );
});
