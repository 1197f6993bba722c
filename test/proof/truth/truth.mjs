// What is true of a row: its demand if it never waited, and its label against the share and against the budget. Pure.
import { labelOf, summarizeSteps } from './demand.mjs';
import { parseGroups, startGroups } from './shapes.mjs';
import { simulate } from './simulate.mjs';

/** A pool that works at once for a moment is over its share in that moment: who averages over a second cannot judge it. */
const MOMENTS_SHARE = 0.01;

/** Demand of one copy; `cpus`: shared fairly by its threads, as a sampler sees it on a machine with so many. */
export function demandOf(row, cpus) {
  return summarizeSteps(stepsOf(row, cpus));
}

const known = new Map();

function stepsOf({ like, seconds }, cpus) {
  const key = `${like} ${seconds} ${cpus}`;
  const steps = known.get(key) ?? simulate((world) => startGroups(parseGroups(like), world), seconds * 1000, cpus);
  known.set(key, steps);
  return steps;
}

/** `budgetCpus`: what all copies may use. */
export function truthOf(row, budgetCpus) {
  const steps = stepsOf(row);
  const one = summarizeSteps(steps);
  const all = {
    mean: one.mean * row.workers,
    peak: one.peak * row.workers,
    secondsAt: (level) => one.secondsAt(level / row.workers),
  };
  const share = isCrowdedAtMoments(steps, row.threads) ? soften(labelOf(one, row.threads)) : labelOf(one, row.threads);
  const total = labelOf(all, Math.max(1, budgetCpus));
  return { mean: one.mean, peak: one.peak, share, total, label: worst(share, total) };
}

function isCrowdedAtMoments(steps, threads) {
  let crowdedMs = 0;
  for (let i = 0; i + 1 < steps.length; i++) {
    if (steps[i][1] >= threads + 2) crowdedMs += steps[i + 1][0] - steps[i][0];
  }
  return crowdedMs / steps.at(-1)[0] > MOMENTS_SHARE;
}

const soften = (label) => (label === 'within' ? 'grey' : label);

function worst(...labels) {
  return ['above', 'grey', 'within'].find((label) => labels.includes(label));
}
