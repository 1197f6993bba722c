import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { createShutdown, type Shutdown } from '../../../src/workers/shutdown.ts';
import { createFakeClock, type FakeClock } from './fake-clock.ts';

function begin(graceMs = 1000): { shutdown: Shutdown; clock: FakeClock; kills: () => number } {
  const clock = createFakeClock();
  let killCount = 0;
  const shutdown = createShutdown({ clock, graceMs, onKill: () => (killCount += 1) });
  return { shutdown, clock, kills: () => killCount };
}

describe('createShutdown', () => {
  test('a request leaves the grace period, then kills once', () => {
    const { shutdown, clock, kills } = begin();
    shutdown.request('SIGTERM');
    clock.advance(999);
    assert.deepEqual([kills(), shutdown.remainingMs()], [0, 1]);
    clock.advance(1);
    clock.advance(5000);
    assert.deepEqual([kills(), shutdown.remainingMs()], [1, 0]);
  });

  test('a second request kills at once', () => {
    const { shutdown, clock, kills } = begin();
    shutdown.request('SIGTERM');
    clock.advance(50);
    shutdown.request('SIGTERM');
    assert.equal(kills(), 1);
    clock.advance(5000);
    shutdown.request('SIGTERM');
    assert.equal(kills(), 1);
  });

  test('another signal is another request, however fast it comes', () => {
    const { shutdown, kills } = begin();
    shutdown.request('SIGTERM');
    shutdown.request('SIGINT');
    assert.equal(kills(), 1);
  });

  test('the same signal twice within 50 ms is one request', () => {
    const { shutdown, clock, kills } = begin();
    shutdown.request('SIGTERM');
    clock.advance(49);
    shutdown.request('SIGTERM');
    assert.equal(kills(), 0);
  });

  test('after we have begun by ourselves the first request does not kill', () => {
    const { shutdown, clock, kills } = begin();
    shutdown.begin();
    clock.advance(500);
    shutdown.request('SIGTERM');
    assert.deepEqual([kills(), shutdown.requestedBy, shutdown.remainingMs()], [0, 'SIGTERM', 500]);
  });

  test('nothing happens before it has begun or after it is closed', () => {
    const { shutdown, clock, kills } = begin();
    clock.advance(5000);
    assert.deepEqual([kills(), shutdown.isBegun, shutdown.remainingMs()], [0, false, 1000]);
    shutdown.begin();
    shutdown.close();
    clock.advance(5000);
    assert.equal(kills(), 0);
  });
});
