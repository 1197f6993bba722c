/** `SignalPort` on the signals of this process. Uses `process`. */
import type { SignalPort } from './ports.ts';

export function createSignals(): SignalPort {
  return {
    listen(signal, callback) {
      try {
        process.on(signal as NodeJS.Signals, callback);
      } catch {
        // The platform has no such signal (SIGPWR outside of Linux), so it cannot arrive either.
        return () => undefined;
      }
      return () => {
        process.removeListener(signal as NodeJS.Signals, callback);
      };
    },
    listenForDefects(callback) {
      // Rejections that nobody handles arrive here too.
      process.on('uncaughtException', callback);
      return () => {
        process.removeListener('uncaughtException', callback);
      };
    },
  };
}
