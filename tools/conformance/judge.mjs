// What a measured library must show. Pure.

/** Head room of the rule D <= k + 0.25: helper threads wake, and windows are not exact. */
const TOLERANCE_CPUS = 0.25;
/** At k = 2 a workload that shows less than this is too serial to prove anything. */
const TWO_BUSY_CPUS = 1.2;

/**
 * The broken rules, in words; empty when the library obeys.
 * `runs`: by `unset`, `1`, `2`, `3`, `cure`; those that are not there are not judged.
 */
export function judge({ expect, serial }, runs, cpuCount) {
  const failed = Object.entries(runs)
    .filter(([, run]) => run.failure)
    .map(([name, run]) => `${name}: ${run.failure}`);
  if (failed.length > 0) return failed;
  return expect === 'no-control' ? judgeFree(runs) : judgeControlled(serial, runs, cpuCount);
}

function judgeControlled(serial, runs, cpuCount) {
  const bounded = ['1', '2', '3'].flatMap((k) => (runs[k] ? aboveShare(runs[k], Number(k)) : []));
  const two = runs['2'];
  if (two && cpuCount >= 2 && !serial && two.independent < TWO_BUSY_CPUS)
    bounded.push(
      `k = 2: demand ${two.independent} is below ${TWO_BUSY_CPUS}: the workload is too serial to prove anything`,
    );
  return bounded;
}

/** Nothing bounds it: the demand stays high at k = 1, the verdict sees that, and the cure in code helps. */
function judgeFree(runs) {
  const broken = [];
  const one = runs['1'];
  if (one && one.independent <= 1 + TOLERANCE_CPUS)
    broken.push(`k = 1: demand ${one.independent}: it is bounded now, so a control has appeared: look for it`);
  else if (one && one.outcome !== 'exceeded')
    broken.push(`k = 1: demand ${one.independent}, but the verdict is ${one.outcome}`);
  if (runs.cure) broken.push(...aboveShare(runs.cure, 1).map((text) => `cure in code: ${text}`));
  return broken;
}

function aboveShare(run, share) {
  return [
    ['independent sampler', run.independent],
    // Not its peak: compiling and importing use threads of their own, which the library's variable does not bound.
    ['product', run.productMean],
  ]
    .filter(([, demand]) => demand === null || demand > share + TOLERANCE_CPUS)
    .map(
      ([who, demand]) =>
        `k = ${share}: demand ${demand ?? 'unknown'} by the ${who}, expected at most ${share + TOLERANCE_CPUS}`,
    );
}
