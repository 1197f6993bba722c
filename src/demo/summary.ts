/**
 * What the measured pairs say: medians, and the ratio of each pair. Pure.
 */
import type { Pair } from './experiment.ts';
import type { Setup, SetupId, Trial, Workload } from './setups.ts';

export interface Spread {
  readonly median: number;
  readonly min: number;
  readonly max: number;
}

/** `faster` and `slower` only when every round agrees and the median differs by 5 % or more (one round: by half). */
export type Outcome = 'faster' | 'slower' | 'no-clear-difference';

export interface SetupSummary {
  readonly id: SetupId;
  readonly label: string;
  readonly pool: Setup['pool'];
  readonly asItComes: Trial;
  readonly underOneprocpool: Trial;
  /** Wall time under oneprocpool divided by that of the same round as it comes. */
  readonly wallRatio: Spread;
  readonly cpuRatio: Spread;
  readonly outcome: Outcome;
}

/** Middle value, the mean of the two middle ones for an even count; NaN for none. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const upper = sorted[middle] ?? NaN;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? NaN) + upper) / 2;
}

function spread(values: readonly number[]): Spread {
  return { median: median(values), min: Math.min(...values), max: Math.max(...values) };
}

/** Median of what was measured; `null` when nothing was. */
function medianOrNull(values: readonly (number | null)[]): number | null {
  const known = values.filter((value) => value !== null);
  return known.length === 0 ? null : median(known);
}

function middleTrial(trials: readonly Trial[]): Trial {
  return {
    wallSeconds: median(trials.map((trial) => trial.wallSeconds)),
    cpuSeconds: median(trials.map((trial) => trial.cpuSeconds)),
    peakThreads: medianOrNull(trials.map((trial) => trial.peakThreads)),
    peakDemandCpus: medianOrNull(trials.map((trial) => trial.peakDemandCpus)),
  };
}

/** Whether the difference stands out of the noise; a single round has nothing to agree with, and must show more. */
export function outcomeOf({ median: middle, min, max }: Spread, rounds: number): Outcome {
  const least = rounds === 1 ? 1.5 : 1.05;
  if (middle <= (rounds === 1 ? 1 / least : 0.95) && max < 1) return 'faster';
  if (middle >= least && min > 1) return 'slower';
  return 'no-clear-difference';
}

/** One summary for each setup that was run, in the order of the setups. */
export function summarize(
  setups: readonly Setup[],
  workload: Pick<Workload, 'poolSize'>,
  pairs: ReadonlyMap<SetupId, readonly Pair[]>,
): SetupSummary[] {
  return setups.flatMap(({ id, label, pool }) => {
    const measured = pairs.get(id) ?? [];
    if (measured.length === 0) return [];
    const wallRatio = spread(measured.map(({ bare, launched }) => launched.wallSeconds / bare.wallSeconds));
    return [
      {
        id,
        label: label.replace('{pool}', String(workload.poolSize)),
        pool,
        asItComes: middleTrial(measured.map(({ bare }) => bare)),
        underOneprocpool: middleTrial(measured.map(({ launched }) => launched)),
        wallRatio,
        cpuRatio: spread(measured.map(({ bare, launched }) => launched.cpuSeconds / bare.cpuSeconds)),
        outcome: outcomeOf(wallRatio, measured.length),
      },
    ];
  });
}
