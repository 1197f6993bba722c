/**
 * Over how long a time the demand of a process is judged. Pure.
 *
 * What ran is certain after a second, and threads that never slept after two. Of threads that sleep and wait for CPUs a
 * second has only one or two pieces of work, and the kernel books each wait when it ends, perhaps in the next window: 16
 * threads of 30 ms every 500 ms under a quota were 1.3 in single seconds, and 0.9 over three.
 */
import { demandBetween, exceeds, type ProcessDemand, type ProcessSnapshot } from './demand.ts';

/** Windows end up to a tenth late, and up to 5 ms early. */
const [TWO_WINDOWS_MS, THREE_WINDOWS_MS] = [1_900, 2_900];

/** The beginnings of windows that a span of about three seconds up to `nowMs` starts with or goes through. */
export function startsOfUse(starts: readonly ProcessSnapshot[], nowMs: number): readonly ProcessSnapshot[] {
  return starts.slice(Math.max(0, lastBefore(starts, nowMs - THREE_WINDOWS_MS)));
}

function lastBefore(starts: readonly ProcessSnapshot[], untilMs: number): number {
  return starts.findLastIndex(({ atMs }) => atMs <= untilMs);
}

/**
 * Demand above the limit, with the time it is about; `undefined` when it is within it, or not certain yet.
 * `last` is the demand of the window that ends with `now`; `starts` has the beginnings of that window and of earlier ones.
 */
export function excessOver(
  limitThreads: number,
  last: ProcessDemand,
  starts: readonly ProcessSnapshot[],
  now: ProcessSnapshot,
): { readonly demandCpus: number; readonly windowSeconds: number } | undefined {
  const latest = starts.at(-1);
  if (latest === undefined) return undefined;
  const secondsSince = ({ atMs }: ProcessSnapshot): number => (now.atMs - atMs) / 1000;
  if (exceeds(last.usedCpus, limitThreads)) return { demandCpus: last.cpus, windowSeconds: secondsSince(latest) };
  const since = (spanMs: number): [ProcessSnapshot, ProcessDemand] | undefined => {
    const start = starts[lastBefore(starts, now.atMs - spanMs)];
    return start && [start, demandBetween(start, now)];
  };
  const two = since(TWO_WINDOWS_MS);
  const three = since(THREE_WINDOWS_MS);
  const found =
    two !== undefined && exceeds(two[1].restlessThreads, limitThreads)
      ? two
      : three !== undefined && exceeds(three[1].cpus, limitThreads)
        ? three
        : undefined;
  return found && { demandCpus: found[1].cpus, windowSeconds: secondsSince(found[0]) };
}
