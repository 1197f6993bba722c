/** `ClockPort` on the real clocks. Uses the timers of the runtime. */
import type { ClockPort } from './ports.ts';

export function createClock(): ClockPort {
  return {
    nowNs: () => process.hrtime.bigint(),
    cpuMs() {
      const { user, system } = process.cpuUsage();
      return (user + system) / 1000;
    },
    after(delayMs, callback, keepAlive = false) {
      const timer = setTimeout(callback, delayMs);
      if (!keepAlive) timer.unref();
      return () => {
        clearTimeout(timer);
      };
    },
    sleep: (delayMs) => new Promise((resolve) => setTimeout(resolve, delayMs)),
    timestamp: () => new Date().toISOString(),
  };
}
