/** What the demo says about its figures. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { renderDemo, type DemoResult } from '../../../src/demo/demo-text.ts';
import { SETUPS, type SetupId, type Trial } from '../../../src/demo/setups.ts';
import { median, outcomeOf, summarize } from '../../../src/demo/summary.ts';
import { roundsInTime, unitsFor, unitsInTime } from '../../../src/demo/work-amount.ts';
import { createStyle } from '../../../src/report/terminal-style.ts';
import { displayWidth } from '../../../src/report/text-layout.ts';

const trial = (wallSeconds: number, cpuSeconds: number, peakDemandCpus: number | null = 2): Trial => ({
  wallSeconds,
  cpuSeconds,
  peakThreads: 4,
  peakDemandCpus,
});
const pairsOf = (bare: number[], launched: number[]) =>
  bare.map((wall, round) => ({ bare: trial(wall, wall, 4), launched: trial(launched[round] ?? 0, 1) }));

function resultOf(pairs: [SetupId, ReturnType<typeof pairsOf>][]): DemoResult {
  return {
    schemaVersion: 1,
    library: 'NumPy 2.0.0 (OpenBLAS 0.3.27) on Python 3.12.1',
    work: '7542 products of 200 x 200 matrices',
    standsIn: null,
    cpus: { budget: 2, decidedBy: 'affinity', seenByProgram: 2 },
    rounds: 3,
    setups: summarize(SETUPS, { poolSize: 2 }, new Map(pairs)),
  };
}
const style = createStyle({ color: false, columns: 80 });

describe('summarize', () => {
  test('takes medians, and ratios within each round', () => {
    const [one] = summarize(SETUPS, { poolSize: 2 }, new Map([['one', pairsOf([2, 10, 4], [1, 5, 3])]]));
    assert.equal(one?.asItComes.wallSeconds, 4);
    assert.equal(one.underOneprocpool.wallSeconds, 3);
    assert.deepEqual(one.wallRatio, { median: 0.5, min: 0.5, max: 0.75 });
    assert.equal(one.outcome, 'faster');
  });
  test('a gain is claimed only when every round agrees', () => {
    assert.equal(outcomeOf({ median: 0.5, min: 0.4, max: 1.01 }, 3), 'no-clear-difference');
    assert.equal(outcomeOf({ median: 0.97, min: 0.9, max: 0.99 }, 3), 'no-clear-difference');
    assert.equal(outcomeOf({ median: 1.2, min: 1.1, max: 1.5 }, 3), 'slower');
    assert.equal(outcomeOf({ median: 1.2, min: 0.9, max: 1.5 }, 3), 'no-clear-difference');
    assert.equal(outcomeOf({ median: 1.3, min: 1.3, max: 1.3 }, 1), 'no-clear-difference');
    assert.equal(outcomeOf({ median: 0.5, min: 0.5, max: 0.5 }, 1), 'faster');
  });
  test('a setup that was not run has no summary; figures that were not measured stay unknown', () => {
    const bare = trial(1, 1, null);
    const summaries = summarize(SETUPS, { poolSize: 3 }, new Map([['processes', [{ bare, launched: bare }]]]));
    assert.deepEqual(
      summaries.map(({ id }) => id),
      ['processes'],
    );
    assert.equal(summaries[0]?.asItComes.peakDemandCpus, null);
    assert.match(summaries[0].label, /a pool of 3 processes/);
  });
  test('the median of an even count is the mean of the middle two', () => {
    assert.equal(median([4, 1, 3, 2]), 2.5);
    assert.ok(Number.isNaN(median([])));
  });
});

describe('renderDemo', () => {
  const result = resultOf([
    ['one', pairsOf([2, 2, 2], [2.02, 1.98, 2.01])],
    ['threads', pairsOf([3, 3, 3], [4, 4, 4])],
    ['processes', pairsOf([120, 121, 122], [1.5, 1.5, 1.5])],
  ]);
  test('says what was measured on how many CPUs', () => {
    const text = renderDemo(result, style);
    assert.match(text, /NumPy 2\.0\.0 \(OpenBLAS 0\.3\.27\) on Python 3\.12\.1: 7542 products/);
    assert.match(text, /Measured on 2 CPUs \(affinity\); medians of 3 rounds/);
  });
  test('says when the program takes the machine for larger than it is', () => {
    const text = renderDemo({ ...result, cpus: { budget: 2, decidedBy: 'cgroup-quota', seenByProgram: 32 } }, style);
    assert.match(text, /2 CPUs \(cgroup-quota; the program takes it for 32\)/);
  });
  test('says plainly what was slower, faster or neither', () => {
    const text = renderDemo(result, style).replaceAll(/\s+/g, ' ');
    assert.match(text, /one: +no clear difference in wall time \(0\.99x to 1\.01x\), but 50 % less CPU/);
    assert.match(text, /threads: +33 % more wall time under oneprocpool \(1\.33x\)/);
    assert.match(text, /processes: +99 % less wall time and 99 % less CPU time under oneprocpool/);
  });
  test('without any gain it says that too', () => {
    const text = renderDemo(resultOf([['one', pairsOf([2, 2, 2], [2, 2, 2])]]), style).replaceAll('\n', ' ');
    assert.match(text, /On this machine one pool instead of two made no run clearly faster/);
  });
  test('says what stands in for NumPy and why', () => {
    assert.match(
      renderDemo({ ...result, standsIn: 'there is no Python' }, style),
      /It stands in for NumPy: there is no Python\./,
    );
  });
  test('fits into 80 and 120 columns, and the longest run has the whole bar', () => {
    for (const columns of [80, 120]) {
      const lines = renderDemo(result, createStyle({ color: false, columns })).split('\n');
      for (const line of lines) assert.ok(displayWidth(line) <= columns, line);
      const bars = lines.map((line) => [...line].filter((character) => character === '█').length);
      assert.equal(Math.max(...bars), columns === 80 ? 13 : 30);
    }
  });
});

describe('the amount of work', () => {
  test('follows the CPUs, within bounds', () => {
    assert.equal(unitsFor(0.001, 2), 3000);
    assert.equal(unitsFor(0.001, 1), 3000);
    assert.equal(unitsFor(0.001, 64), unitsFor(0.001, 8));
    assert.equal(unitsFor(100, 2), 1);
    assert.equal(unitsFor(0, 2), 1);
  });
  test('shrinks on a crowded machine, never below 30 %, and never grows', () => {
    assert.equal(unitsInTime(1000, 13), 1000);
    assert.equal(unitsInTime(1000, 16.25), 800);
    assert.equal(unitsInTime(1000, 500), 300);
    assert.equal(unitsInTime(1000, 1), 1000);
    assert.equal(unitsInTime(1000, 0), 1000);
  });
  test('has fewer rounds where they take long, but always one', () => {
    assert.equal(roundsInTime(3, 13), 3);
    assert.equal(roundsInTime(3, 16), 2);
    assert.equal(roundsInTime(3, 500), 1);
    assert.equal(roundsInTime(3, 0), 3);
  });
});
