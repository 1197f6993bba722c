import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import type { WorkerExit } from '../../../src/host/ports.ts';
import {
  decideRestart,
  FIRST_DELAY_MS,
  LONGEST_DELAY_MS,
  NO_RESTARTS,
  restartDelayMs,
  RESTART_WINDOW_MS,
  WELL_AFTER_MS,
  type RestartHistory,
  type RestartWhen,
} from '../../../src/workers/restart-policy.ts';

const SUCCESS: WorkerExit = { kind: 'exited', status: 0 };
const FAILURE: WorkerExit = { kind: 'exited', status: 1 };
const KILLED: WorkerExit = { kind: 'signaled', signal: 'SIGKILL', signalNumber: 9 };
const NOT_FOUND: WorkerExit = { kind: 'not-started', reason: 'not-found', message: 'x' };

const chance = fc.double({ min: 0, max: 1, noNaN: true });
const count = fc.nat(2000);

describe('restartDelayMs', () => {
  test('is never below half of the first wait nor above the longest', () => {
    fc.assert(
      fc.property(count, chance, (restarts, luck) => {
        const delay = restartDelayMs(restarts, luck);
        assert.ok(delay >= FIRST_DELAY_MS / 2 && delay <= LONGEST_DELAY_MS, String(delay));
      }),
    );
  });

  test('a later wait is not shorter, whatever the chance, until the cap', () => {
    fc.assert(
      fc.property(fc.nat(4), chance, chance, (restarts, luck, otherLuck) => {
        assert.ok(restartDelayMs(restarts + 1, otherLuck) >= restartDelayMs(restarts, luck));
      }),
    );
    assert.equal(restartDelayMs(5, 1), 16_000);
    assert.equal(restartDelayMs(6, 1), LONGEST_DELAY_MS);
  });

  test('workers that fail together do not wait equally long', () => {
    assert.notEqual(restartDelayMs(2, 0.1), restartDelayMs(2, 0.9));
  });
});

describe('decideRestart', () => {
  const kinds: readonly (readonly [when: RestartWhen, exit: WorkerExit, kind: string])[] = [
    ['never', FAILURE, 'not-wanted'],
    ['on-failure', FAILURE, 'restart'],
    ['on-failure', KILLED, 'restart'],
    ['on-failure', SUCCESS, 'not-wanted'],
    ['on-failure', { kind: 'exited', status: 143 }, 'not-wanted'],
    ['always', SUCCESS, 'restart'],
    ['always', NOT_FOUND, 'not-wanted'],
  ];
  for (const [when, exit, kind] of kinds) {
    test(`${when}, ${JSON.stringify(exit)}: ${kind}`, () => {
      const worker = { exit, history: NO_RESTARTS, ranMs: 0, nowMs: 0 };
      assert.equal(decideRestart({ when, successStatuses: [143], maxRestarts: 1 }, worker, 0).kind, kind);
    });
  }

  test('a command that is gone after it ran once is waited for', () => {
    const worker = { exit: NOT_FOUND, history: { restartsMs: [0], inARow: 1 }, ranMs: 0, nowMs: 10 };
    assert.equal(decideRestart({ when: 'on-failure', successStatuses: [], maxRestarts: 5 }, worker, 0).kind, 'restart');
  });

  test('a worker that was well begins with the shortest wait again', () => {
    const history = { restartsMs: [0], inARow: 5 };
    const waitAfter = (ranMs: number): unknown => {
      const worker = { exit: FAILURE, history, ranMs, nowMs: 100_000 };
      const decision = decideRestart({ when: 'on-failure', successStatuses: [], maxRestarts: 9 }, worker, 1);
      return decision.kind === 'restart' ? decision.delayMs : decision.kind;
    };
    assert.deepEqual([waitAfter(WELL_AFTER_MS - 1), waitAfter(WELL_AFTER_MS)], [16_000, FIRST_DELAY_MS]);
  });

  test('at most that many restarts in any window, and it goes on when the window has moved on', () => {
    const run = fc.record({ ranMs: fc.nat(200_000), luck: chance });
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 5 }), fc.array(run, { maxLength: 60 }), (maxRestarts, runs) => {
        let history: RestartHistory = NO_RESTARTS;
        let nowMs = 0;
        const restarts: number[] = [];
        for (const { ranMs, luck } of runs) {
          nowMs += ranMs;
          const worker = { exit: FAILURE, history, ranMs, nowMs };
          const decision = decideRestart({ when: 'on-failure', successStatuses: [], maxRestarts }, worker, luck);
          const recent = restarts.filter((atMs) => nowMs - atMs < RESTART_WINDOW_MS).length;
          assert.equal(decision.kind, recent < maxRestarts ? 'restart' : 'exhausted');
          if (decision.kind !== 'restart') continue;
          restarts.push(nowMs);
          history = decision.history;
          nowMs += decision.delayMs;
        }
      }),
    );
  });

  test('without a bound the history stays short', () => {
    let history: RestartHistory = NO_RESTARTS;
    for (let nowMs = 0; nowMs < 100 * RESTART_WINDOW_MS; nowMs += LONGEST_DELAY_MS) {
      const worker = { exit: FAILURE, history, ranMs: 0, nowMs };
      const decision = decideRestart({ when: 'always', successStatuses: [], maxRestarts: Infinity }, worker, 1);
      assert.ok(decision.kind === 'restart');
      ({ history } = decision);
    }
    assert.ok(history.restartsMs.length <= RESTART_WINDOW_MS / LONGEST_DELAY_MS);
  });
});
