import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { createShutdown, type Shutdown } from '../../../src/workers/shutdown.ts';
import { createFakeClock, type FakeClock } from './fake-clock.ts';

interface World {
  readonly shutdown: Shutdown;
  readonly clock: FakeClock;
  /** Grace periods after which there was SIGKILL. */
  readonly kills: number[];
}

function begin(requestTimeoutMs: number | null): World {
  const clock = createFakeClock();
  const kills: number[] = [];
  const shutdown = createShutdown({
    clock,
    stopTimeoutMs: 1000,
    requestTimeoutMs,
    onKill: (afterMs) => kills.push(afterMs),
  });
  return { shutdown, clock, kills };
}

describe('createShutdown', () => {
  test('a request has no time limit, however often and by whatever signal it is repeated', () => {
    const { shutdown, clock, kills } = begin(null);
    for (const signal of ['SIGTERM', 'SIGTERM', 'SIGINT', 'SIGQUIT', 'SIGTERM'] as const) {
      shutdown.request(signal);
      clock.advance(600_000);
    }
    assert.deepEqual([kills, shutdown.remainingMs(), shutdown.requestedBy], [[], null, 'SIGTERM']);
  });

  test('a request has the time limit that the user gave, and kills once', () => {
    const { shutdown, clock, kills } = begin(3000);
    shutdown.request('SIGTERM');
    clock.advance(2999);
    shutdown.request('SIGTERM');
    assert.deepEqual([kills, shutdown.remainingMs()], [[], 1]);
    clock.advance(1);
    clock.advance(5000);
    assert.deepEqual([kills, shutdown.remainingMs()], [[3000], 0]);
  });

  test('a stop by oneprocpool itself has a time limit, which a request does not change', () => {
    const { shutdown, clock, kills } = begin(null);
    shutdown.begin();
    clock.advance(500);
    shutdown.request('SIGTERM');
    assert.deepEqual([kills, shutdown.requestedBy, shutdown.remainingMs()], [[], 'SIGTERM', 500]);
    clock.advance(500);
    assert.deepEqual(kills, [1000]);
  });

  test('after a request oneprocpool begins no stop of its own', () => {
    const { shutdown, clock, kills } = begin(null);
    shutdown.request('SIGTERM');
    shutdown.begin();
    clock.advance(5000);
    assert.deepEqual([kills, shutdown.isBegun], [[], true]);
  });

  test('nothing happens before it has begun or after it is closed', () => {
    const { shutdown, clock, kills } = begin(null);
    clock.advance(5000);
    assert.deepEqual([kills, shutdown.isBegun, shutdown.remainingMs()], [[], false, null]);
    shutdown.begin();
    shutdown.close();
    clock.advance(5000);
    assert.deepEqual(kills, []);
  });
});
