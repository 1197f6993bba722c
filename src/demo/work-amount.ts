/**
 * How much work one run of the experiment does. Pure.
 */

/** CPU time for each CPU: long enough to measure the demand over a second, short enough to wait for. */
const SECONDS_PER_CPU = 1.5;

/** Where the application's pool is larger, one process alone would take too long. */
const MOST_CPUS = 8;

/** Units of work for one run, at least 1; `secondsPerUnit` is the time of one unit on one thread. */
export function unitsFor(secondsPerUnit: number, cpus: number): number {
  const seconds = SECONDS_PER_CPU * Math.max(2, Math.min(MOST_CPUS, cpus));
  return secondsPerUnit > 0 ? Math.max(1, Math.round(seconds / secondsPerUnit)) : 1;
}

/** The experiment is to take about so long; a crowded machine gets less work instead of a longer wait. */
const TARGET_SECONDS = 40;

const LEAST_SHARE = 0.7;

/** What part of the units each scouting run does. */
export const SCOUTING_SHARE = 0.2;

/**
 * Units for each run, from the wall seconds that the setups took with a fifth of the work: at least
 * LEAST_SHARE of `units`, so that the demand over a second can be seen, never more.
 */
export function unitsInTime(units: number, scoutingSeconds: readonly number[], rounds: number): number {
  const round = scoutingSeconds.reduce((sum, seconds) => sum + seconds, 0) / SCOUTING_SHARE;
  // Half of the runs are under oneprocpool; they are not slower than the others by much.
  const share = Math.min(1, Math.max(LEAST_SHARE, TARGET_SECONDS / (2 * rounds * round)));
  return Math.max(1, Math.round(units * share));
}
