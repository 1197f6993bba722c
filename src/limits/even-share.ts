/**
 * One part of CPUs that several processes divide among themselves. Pure.
 */

/** Quotas are ratios of decimal numbers; 4.1 - 0.1 must still be 4. */
const EPSILON = 1e-9;

/**
 * Whole CPUs of the process `rank` (from 0) of `size`, at least 1: the whole part to each, the remainder one each to
 * the first ranks (8/3 -> 3,3,2). Without a rank nobody knows whose the remainder is, and it stays unused.
 */
export function evenShare(cpus: number, size: number, rank: number | null): number {
  const whole = Math.floor(cpus + EPSILON);
  return Math.max(1, Math.floor(whole / size) + (rank !== null && rank < whole % size ? 1 : 0));
}
