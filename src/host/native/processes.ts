/** `ProcessPort` on kill(2). Uses the C library. */
import { constants } from 'node:os';
import { createProcesses } from '../processes.ts';
import type { ProcessPort } from '../ports.ts';
import { libc } from './libc.ts';
import type { Reaper } from './reaper.ts';
import type { NativeSignals } from './signals.ts';

export function createNativeProcesses(signals: NativeSignals, reaper: Reaper): ProcessPort {
  const { listTree } = createProcesses();
  return {
    signal(pid, name) {
      const signal = typeof name === 'number' ? name : constants.signals[name];
      // Nobody listens: it is to have its effect before we go on.
      if (pid === process.pid && !signals.isHeard(signal)) {
        signals.raise(signal);
        return true;
      }
      return libc().kill(pid, signal) === 0;
    },
    listTree: (pid) => reaper.pauseDuring(() => listTree(pid)),
  };
}
