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

/** One round is to take about so long; a crowded machine gets less work instead of a longer wait. */
const ROUND_SECONDS = 13;

/** All rounds together are to take no longer; one is measured in any case. */
const EXPERIMENT_SECONDS = 45;

/** The quickest of the runs is still to be long enough for its demand over a second to be seen. */
const LEAST_SHARE = 0.3;

/** So many of `units` that a round that took `roundSeconds` with all of them takes ROUND_SECONDS: 30 to 100 %. */
export function unitsInTime(units: number, roundSeconds: number): number {
  const share = roundSeconds > 0 ? ROUND_SECONDS / roundSeconds : 1;
  return Math.max(1, Math.round(units * Math.min(1, Math.max(LEAST_SHARE, share))));
}

/** So many rounds of `roundSeconds` each that there is time for: 1 to `most`. */
export function roundsInTime(most: number, roundSeconds: number): number {
  return roundSeconds > 0 ? Math.max(1, Math.min(most, Math.floor(EXPERIMENT_SECONDS / roundSeconds))) : most;
}
