/** Demand over time in few points. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { createTimeline } from '../../../src/verify/timeline.ts';

describe('the timeline of a worker', () => {
  test('keeps every window of a short run', () => {
    const timeline = createTimeline();
    timeline.add(0, 1000, 2);
    timeline.add(1500, 2500, 3);
    assert.deepEqual(timeline.points(), [
      { fromSeconds: 0, toSeconds: 1, demandCpus: 2, peakDemandCpus: 2 },
      { fromSeconds: 1.5, toSeconds: 2.5, demandCpus: 3, peakDemandCpus: 3 },
    ]);
  });

  test('a long run has few points, with the same mean and the same peak', () => {
    const timeline = createTimeline();
    const windows = 10_000;
    for (let at = 0; at < windows; at += 1) timeline.add(at * 1000, (at + 1) * 1000, at === 7777 ? 50 : at % 3);
    const points = timeline.points();
    assert.ok(points.length <= 120 && points.length > 50, String(points.length));
    assert.equal(points[0]?.fromSeconds, 0);
    assert.equal(points.at(-1)?.toSeconds, windows);
    for (const [at, point] of points.entries()) {
      assert.ok(point.toSeconds > point.fromSeconds);
      if (at > 0) assert.equal(point.fromSeconds, points[at - 1]?.toSeconds);
    }
    const widths = points.map(({ fromSeconds, toSeconds }) => toSeconds - fromSeconds);
    assert.ok(Math.max(...widths) <= 4 * (windows / 120), 'no point stands for much more time than the others');
    const mean = points.reduce((sum, point, at) => sum + point.demandCpus * (widths[at] ?? 0), 0) / windows;
    assert.ok(Math.abs(mean - 1.005) < 0.01, String(mean));
    assert.equal(Math.max(...points.map((point) => point.peakDemandCpus)), 50);
  });
});
