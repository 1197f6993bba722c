/** A clock that stands still until a test moves it. */
import type { ClockPort } from '../../../src/host/ports.ts';

export interface FakeClock extends ClockPort {
  /** Moves on and calls the timers that fall due, in order. */
  readonly advance: (ms: number) => void;
}

export function createFakeClock(): FakeClock {
  let nowMs = 0;
  let timers: { atMs: number; callback: () => void }[] = [];
  const clock: FakeClock = {
    nowNs: () => BigInt(Math.round(nowMs * 1e6)),
    cpuMs: () => nowMs,
    after(delayMs, callback) {
      const timer = { atMs: nowMs + delayMs, callback };
      timers.push(timer);
      return () => {
        timers = timers.filter((other) => other !== timer);
      };
    },
    sleep(delayMs) {
      clock.advance(delayMs);
      return Promise.resolve();
    },
    timestamp: () => '2000-01-01T00:00:00.000Z',
    advance(ms) {
      nowMs += ms;
      const due = timers.filter(({ atMs }) => atMs <= nowMs).sort((a, b) => a.atMs - b.atMs);
      timers = timers.filter(({ atMs }) => atMs > nowMs);
      for (const { callback } of due) callback();
    },
  };
  return clock;
}
