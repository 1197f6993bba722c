/**
 * How much work one run of the experiment does. Pure.
 */

/** CPU time for each CPU: long enough to measure the demand over a second, short enough to wait for. */
const SECONDS_PER_CPU = 1.25;

/** Where the application's pool is larger, one process alone would take too long. */
const MOST_CPUS = 8;

/** Units of work for one run, at least 1; `secondsPerUnit` is the time of one unit on one thread. */
export function unitsFor(secondsPerUnit: number, cpus: number): number {
  const seconds = SECONDS_PER_CPU * Math.max(2, Math.min(MOST_CPUS, cpus));
  return secondsPerUnit > 0 ? Math.max(1, Math.round(seconds / secondsPerUnit)) : 1;
}
