/** Tells a process that is in the middle of an exec from one that was started without environment. Uses `ClockPort`. */
import type { ClockPort } from '../host/ports.ts';

/** Far longer than an exec takes on a busy machine. */
const LONGEST_EXEC_NS = 500_000_000n;

/** Tells whether an environment that is empty now may get text; to be asked at each look. */
export function createExecWatch(clock: ClockPort): (process: { pid: number; startTicks: number }) => boolean {
  const sinceNs = new Map<string, bigint>();
  return ({ pid, startTicks }) => {
    const key = `${pid}:${startTicks}`;
    const nowNs = clock.nowNs();
    const firstNs = sinceNs.get(key) ?? nowNs;
    sinceNs.set(key, firstNs);
    return nowNs - firstNs < LONGEST_EXEC_NS;
  };
}
