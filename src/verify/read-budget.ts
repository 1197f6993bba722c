/**
 * Keeps the sampler cheap: an allowance that grows with time and is spent on file reads. Pure but for the
 * counting of reads.
 *
 * Cost is counted in reads, and the price of one follows the CPU time that was measured, within bounds: where the
 * kernel counts in ticks a single pass may look free or dear. What passes while we wait for a CPU costs nothing, so
 * that a busy machine, where there is most to see, is read as closely as a quiet one.
 */
import type { FilePort } from '../host/ports.ts';

/** Part of one CPU that sampling may take on average. */
const SHARE = 0.0018;
/** Spent in advance, so that also a short job is looked at closely, in milliseconds of CPU time. */
const ADVANCE_MS = 5;
const MAX_SAVED_MS = 12;
/** The first pass of a large tree is dear; paying for it must not take longer than some three seconds. */
const MAX_DEBT_MS = 5;
const MIN_READ_MS = 0.004;
const MAX_READ_MS = 0.06;
/** How fast the price follows. */
const FOLLOW = 0.25;

export interface ReadBudget {
  /** Books `reads` that took `cpuMs` of CPU time and ended at `nowMs`. */
  spend(reads: number, cpuMs: number, nowMs: number): void;
  /** Books something else that took `cpuMs` and at least as much as `reads` at the lowest price; what a read costs stays. */
  charge(reads: number, cpuMs: number, nowMs: number): void;
  /** How many reads can be paid at `nowMs`; negative when too much was spent. */
  affordableReads(nowMs: number): number;
  /** Milliseconds from `nowMs` until `reads` can be paid; 0 when they can be now. */
  waitMs(reads: number, nowMs: number): number;
}

export function createReadBudget(startMs: number): ReadBudget {
  let savedMs = ADVANCE_MS;
  let updatedMs = startMs;
  let readMs = 0.015;
  const accrue = (nowMs: number): void => {
    savedMs = Math.min(MAX_SAVED_MS, savedMs + Math.max(0, nowMs - updatedMs) * SHARE);
    updatedMs = nowMs;
  };
  const charge: ReadBudget['charge'] = (reads, cpuMs, nowMs) => {
    accrue(nowMs);
    savedMs = Math.max(-MAX_DEBT_MS, savedMs - Math.min(reads * MAX_READ_MS, Math.max(reads * MIN_READ_MS, cpuMs)));
  };
  return {
    spend(reads, cpuMs, nowMs) {
      charge(reads, cpuMs, nowMs);
      if (reads === 0) return;
      const measured = Math.min(MAX_READ_MS, Math.max(MIN_READ_MS, cpuMs / reads));
      readMs += (measured - readMs) * FOLLOW;
    },
    charge,
    affordableReads(nowMs) {
      accrue(nowMs);
      return Math.floor(savedMs / readMs);
    },
    waitMs(reads, nowMs) {
      accrue(nowMs);
      return Math.max(0, (reads * readMs - savedMs) / SHARE);
    },
  };
}

/** The same files, and how many times they were read. */
export function countReads(files: FilePort): { files: FilePort; count: () => number } {
  let reads = 0;
  return {
    files: {
      readText: (path) => (reads++, files.readText(path)),
      listDirectory: (path) => (reads++, files.listDirectory(path)),
      exists: (path) => (reads++, files.exists(path)),
      linkCount: (path) => (reads++, files.linkCount(path)),
    },
    count: () => reads,
  };
}
