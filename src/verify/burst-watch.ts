/**
 * Bursts: many threads for a short time, again and again. The demand of a window is too low to show them,
 * so a process that has more busy threads than its share is looked at now and then for a while. Pure.
 */

/** The rule was measured over about so many looks; hits among older ones do not count. */
const LOOKS = 64;
const HITS = 3;
const FIRST_REST_MS = 30_000;
const LONGEST_REST_MS = 600_000;

export interface BurstWatch {
  /** Whether a look is wanted now; after a round without a finding there is a rest that grows. */
  wantsLook(nowMs: number): boolean;
  /** Books a look; the highest number of threads at once as soon as there were bursts, else `undefined`. */
  book(runnable: number, nowMs: number): number | undefined;
}

export function createBurstWatch(limitThreads: number): BurstWatch {
  let looks = 0;
  let hits = 0;
  let highest = 0;
  let restMs = FIRST_REST_MS;
  let restsUntilMs = Number.NEGATIVE_INFINITY;
  return {
    wantsLook: (nowMs) => nowMs >= restsUntilMs,
    book(runnable, nowMs) {
      looks++;
      if (runnable > limitThreads + 1) {
        hits++;
        highest = Math.max(highest, runnable);
      }
      const found = hits >= HITS ? highest : undefined;
      if (found !== undefined || looks >= LOOKS) {
        restsUntilMs = nowMs + restMs;
        restMs = Math.min(LONGEST_REST_MS, restMs * 2);
        looks = hits = highest = 0;
      }
      return found;
    },
  };
}
