/**
 * How long a tree of processes with one busy thread each has been above its share: long enough to tell the work of a
 * pool from its start, when its processes and those that start them import their libraries at once. Pure.
 */
import { TICKS_PER_SECOND } from './procfs.ts';

/**
 * CPU time for each thread of the share that the tree has to take while it is above it. It is counted in CPU time,
 * because a start lasts longer on a busy machine.
 */
const STARTING_SECONDS = 2;
/** Part of its share that a calm tree takes off: a pool that rests between its tasks is seen nevertheless. */
const DECAY = 0.25;

export interface ExcessClock {
  /** Takes in a window. `cpuTicks`: CPU time of the tree in it. `uninterruptedCount`: see uninterrupted.ts. */
  book(window: {
    readonly isAbove: boolean;
    readonly cpuTicks: number;
    readonly spanMs: number;
    readonly limitThreads: number;
    readonly uninterruptedCount: number;
  }): void;
  /** Whether that was work, once at least. */
  readonly isLong: boolean;
}

export function createExcessClock(): ExcessClock {
  let ticks = 0;
  let isLong = false;
  return {
    book({ isAbove, cpuTicks, spanMs, limitThreads, uninterruptedCount }) {
      const restTicks = (DECAY * limitThreads * spanMs * TICKS_PER_SECOND) / 1000;
      ticks = isAbove ? ticks + cpuTicks : Math.max(0, ticks - restTicks);
      isLong ||= ticks >= STARTING_SECONDS * TICKS_PER_SECOND * limitThreads || uninterruptedCount > limitThreads;
    },
    get isLong() {
      return isLong;
    },
  };
}
