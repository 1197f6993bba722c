/** Demand of all workers together: what overlaps in time counts, and no more. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { createTotalWatch, type TotalWatch } from '../../../src/verify/total-demand.ts';

function book(watch: TotalWatch, worker: number, fromMs: number, toMs: number, demandCpus: number): void {
  watch.book({ worker, limitThreads: 1, fromMs, toMs, demandCpus });
}

describe('total demand', () => {
  test('adds up what the workers demand at the same time', () => {
    const watch = createTotalWatch();
    for (let worker = 0; worker < 16; worker += 1) book(watch, worker, 0, 1000, 1);
    watch.closeWhenLongEnough(1000);
    const { peak, meanDemandCpus, peakDemandCpus } = watch.result();
    assert.deepEqual(peak, { demandCpus: 16, countedCpus: 16, windowSeconds: 1, workerCount: 16 });
    assert.deepEqual([meanDemandCpus, peakDemandCpus], [16, 16]);
  });

  test('peaks of different moments are not added up', () => {
    const watch = createTotalWatch();
    book(watch, 0, 0, 1000, 1);
    book(watch, 1, 0, 1000, 0);
    watch.closeWhenLongEnough(1000);
    book(watch, 0, 1000, 2000, 0);
    book(watch, 1, 1000, 2000, 1);
    watch.closeWhenLongEnough(2000);
    assert.equal(watch.result().peakDemandCpus, 1);
  });

  test('windows that begin and end at other times count as far as they overlap', () => {
    const watch = createTotalWatch();
    book(watch, 0, 0, 1000, 1);
    book(watch, 1, 500, 1500, 1);
    watch.closeWhenLongEnough(1000);
    book(watch, 0, 1000, 2000, 1);
    watch.closeWhenLongEnough(1500);
    watch.closeWhenLongEnough(2000);
    const { timeline } = watch.result();
    assert.deepEqual(
      timeline.map(({ fromSeconds, toSeconds, demandCpus }) => [fromSeconds, toSeconds, demandCpus]),
      [
        [0, 1, 1.5],
        [1, 2, 1.5],
      ],
    );
  });

  test('what a worker has above its share does not count against the others', () => {
    const counted = (demandCpus: number): number | undefined => {
      const watch = createTotalWatch();
      for (let worker = 0; worker < 64; worker += 1) book(watch, worker, 0, 1000, worker === 0 ? demandCpus : 1.1);
      watch.closeWhenLongEnough(1000);
      return watch.result().peak?.countedCpus;
    };
    assert.equal(counted(1.1), 64);
    assert.equal(counted(3), 64);
  });

  test('shorter than a second says nothing', () => {
    const watch = createTotalWatch();
    book(watch, 0, 0, 500, 8);
    watch.closeWhenLongEnough(500);
    assert.deepEqual(watch.result(), { meanDemandCpus: null, peakDemandCpus: null, timeline: [], peak: null });
  });
});
