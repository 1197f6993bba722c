/**
 * Demand of all workers together over time. Only windows that overlap are added up: peaks of different moments
 * are no demand of any moment. Pure.
 */
import { MIN_WINDOW_MS } from './demand.ts';
import type { TotalDemand, TotalPeak } from './measurement.ts';
import { createTimeline } from './timeline.ts';

/** A timer may come a little early. */
const WINDOW_SLACK_MS = 5;

/** One window of one worker. */
export interface WorkerWindow {
  readonly worker: number;
  readonly limitThreads: number;
  readonly fromMs: number;
  readonly toMs: number;
  readonly demandCpus: number;
}

export interface TotalWatch {
  book(window: WorkerWindow): void;
  /** All windows that begin before `untilMs` are booked: ends the window that is open when it is long enough. */
  closeWhenLongEnough(untilMs: number): void;
  result(): TotalDemand;
}

/**
 * What a worker has above its share is judged at the worker. Here only shares that do not fit count, so wake-ups do
 * not add up to an excess: 64 workers with 1.05 threads each fit 64 CPUs.
 */
function countedCpus({ demandCpus, limitThreads }: WorkerWindow): number {
  return Math.min(demandCpus, limitThreads);
}

export function createTotalWatch(): TotalWatch {
  const timeline = createTimeline();
  let booked: WorkerWindow[] = [];
  let openedMs: number | undefined;
  let measuredMs = 0;
  let demandMs = 0;
  let peakDemandCpus = 0;
  let peak: TotalPeak | undefined;

  function close(fromMs: number, toMs: number): void {
    const spanMs = toMs - fromMs;
    let [demand, counted] = [0, 0];
    const workers = new Set<number>();
    for (const window of booked) {
      const overlapMs = Math.min(toMs, window.toMs) - Math.max(fromMs, window.fromMs);
      if (overlapMs <= 0) continue;
      workers.add(window.worker);
      demand += (window.demandCpus * overlapMs) / spanMs;
      counted += (countedCpus(window) * overlapMs) / spanMs;
    }
    booked = booked.filter((window) => window.toMs > toMs);
    measuredMs += spanMs;
    demandMs += demand * spanMs;
    peakDemandCpus = Math.max(peakDemandCpus, demand);
    timeline.add(fromMs, toMs, demand);
    if (counted <= (peak?.countedCpus ?? 0)) return;
    peak = { demandCpus: demand, countedCpus: counted, windowSeconds: spanMs / 1000, workerCount: workers.size };
  }

  return {
    book(window) {
      if (window.toMs <= window.fromMs) return;
      booked.push(window);
      openedMs ??= window.fromMs;
    },
    closeWhenLongEnough(untilMs) {
      if (openedMs === undefined || untilMs - openedMs < MIN_WINDOW_MS - WINDOW_SLACK_MS) return;
      close(openedMs, untilMs);
      openedMs = untilMs;
    },
    result: () => ({
      meanDemandCpus: measuredMs > 0 ? demandMs / measuredMs : null,
      peakDemandCpus: measuredMs > 0 ? peakDemandCpus : null,
      timeline: timeline.points(),
      peak: peak ?? null,
    }),
  };
}
