// What is true of a row: its demand if it never waited, and its label against the share and against the budget. Pure.
import { labelOf, summarizeSteps } from './demand.mjs';
import { isOpen, parseGroups, startGroups } from './shapes.mjs';
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

/** A queue is short when there is so much more than is needed. */
const ENOUGH = 1.15;
/** So many pauses of each thread have to be seen. */
const ROUNDS = 3;

/**
 * Whether nothing tells the program from one that is always busy, because it gets less CPU than it takes: work that comes
 * by the clock leaves no pause then, and among others that wait too, a long burst does not end while it runs.
 */
export function isStarved(row, availableCpus) {
  const groups = parseGroups(row.like);
  if (isOpen(groups) && ENOUGH * row.workers * demandOf(row).mean > availableCpus) return true;
  const pausing = groups.filter(({ off, shape }) => off > 0 && shape !== 'gang' && shape !== 'pool');
  const threads = pausing.reduce((sum, { n, procs }) => sum + n * Math.max(1, procs), 0);
  const roundMs = pausing.reduce((sum, { n, procs, on }) => sum + n * Math.max(1, procs) * on, 0) * row.workers;
  return threads > row.threads && (ROUNDS * roundMs) / availableCpus > row.seconds * 1000;
}

/** `budgetCpus`: what all copies may use; `availableCpus`: what they get. */
export function truthOf(row, budgetCpus, availableCpus = Number.POSITIVE_INFINITY) {
  const steps = stepsOf(row);
  const one = summarizeSteps(steps);
  const all = {
    mean: one.mean * row.workers,
    peak: one.peak * row.workers,
    secondsAt: (level) => one.secondsAt(level / row.workers),
  };
  const isDoubtful = isStarved(row, availableCpus) || isCrowdedAtMoments(steps, row.threads);
  const share = isDoubtful ? soften(labelOf(one, row.threads)) : labelOf(one, row.threads);
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
