/**
 * Demand over time in a bounded number of points: when there are too many, neighbours become one. Pure.
 */
import type { DemandPoint } from './measurement.ts';

/** Enough for a chart, little enough for a hundred workers and a run of months. */
const MAX_POINTS = 120;

export interface Timeline {
  /** One window, in milliseconds since the sampling began; windows come in their order. */
  add(fromMs: number, toMs: number, demandCpus: number): void;
  points(): readonly DemandPoint[];
}

export function createTimeline(): Timeline {
  let points: DemandPoint[] = [];
  /** Windows shorter than this share a point. */
  let finestSeconds = 0;
  return {
    add(fromMs, toMs, demandCpus) {
      const point = { fromSeconds: fromMs / 1000, toSeconds: toMs / 1000, demandCpus, peakDemandCpus: demandCpus };
      const last = points.at(-1);
      if (last !== undefined && point.toSeconds - last.fromSeconds <= finestSeconds) {
        points[points.length - 1] = together(last, point);
      } else {
        points.push(point);
      }
      if (points.length <= MAX_POINTS) return;
      points = halved(points);
      finestSeconds = (2 * (point.toSeconds - (points[0]?.fromSeconds ?? 0))) / MAX_POINTS;
    },
    points: () => points,
  };
}

function halved(points: readonly DemandPoint[]): DemandPoint[] {
  return points.flatMap((point, at) => {
    const next = points[at + 1];
    if (at % 2 === 1) return [];
    return next === undefined ? [point] : [together(point, next)];
  });
}

/** The mean over the measured time, the higher peak, and the pause between the two, if any, as part of it. */
function together(first: DemandPoint, second: DemandPoint): DemandPoint {
  const [one, two] = [first.toSeconds - first.fromSeconds, second.toSeconds - second.fromSeconds];
  const total = one + two;
  return {
    fromSeconds: first.fromSeconds,
    toSeconds: second.toSeconds,
    demandCpus: total === 0 ? first.demandCpus : (first.demandCpus * one + second.demandCpus * two) / total,
    peakDemandCpus: Math.max(first.peakDemandCpus, second.peakDemandCpus),
  };
}
