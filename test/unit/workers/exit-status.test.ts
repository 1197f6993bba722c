import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { errorOf, exitStatusOf, groupStatus, isFailure } from '../../../src/workers/exit-status.ts';

const notStarted = (reason: 'not-found' | 'not-executable' | 'failed') =>
  ({ kind: 'not-started', reason, message: 'why' }) as const;

describe('exitStatusOf', () => {
  test('own status, 128 + n, and 125 to 127 for what was not started', () => {
    assert.equal(exitStatusOf({ kind: 'exited', status: 42 }), 42);
    assert.equal(exitStatusOf({ kind: 'signaled', signal: 'SIGKILL', signalNumber: 9 }), 137);
    assert.equal(exitStatusOf(notStarted('failed')), 125);
    assert.equal(exitStatusOf(notStarted('not-executable')), 126);
    assert.equal(exitStatusOf(notStarted('not-found')), 127);
  });

  test('only status 0 is no failure, and those that count as success too', () => {
    const killed = { kind: 'signaled', signal: 'SIGTERM', signalNumber: 15 } as const;
    assert.equal(isFailure({ kind: 'exited', status: 0 }, []), false);
    assert.equal(isFailure({ kind: 'exited', status: 1 }, [143]), true);
    assert.deepEqual([isFailure(killed, []), isFailure(killed, [143])], [true, false]);
    assert.equal(isFailure({ kind: 'exited', status: 143 }, [130, 143]), false);
  });

  test('a command that was not started is a failure whatever counts as success', () => {
    assert.equal(isFailure(notStarted('not-found'), [127]), true);
  });

  test('the first failure decides for the group', () => {
    assert.equal(groupStatus(null), 0);
    assert.equal(groupStatus({ exit: { kind: 'exited', status: 3 } }), 3);
  });

  test('the error for a command that was not started has its message and status', () => {
    const error = errorOf(notStarted('not-found'));
    assert.deepEqual([error.message, error.exitStatus], ['why', 127]);
  });
});
