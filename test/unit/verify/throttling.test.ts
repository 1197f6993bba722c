import { describe, test } from 'node:test';
import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { FilePort } from '../../../src/host/ports.ts';
import { parseCpuStat, readThrottling, throttlingBetween } from '../../../src/verify/throttling.ts';

const V1 = 'nr_periods 53\nnr_throttled 52\nthrottled_time 2480000000\n';
const V2 =
  'usage_usec 5\nuser_usec 3\nsystem_usec 2\nnr_periods 20\nnr_throttled 4\nthrottled_usec 1500000\nnr_bursts 0\nburst_usec 0\n';

function filesWith(contents: Record<string, string>): FilePort {
  return {
    readText: (path) => contents[path],
    listDirectory: () => undefined,
    exists: () => false,
    linkCount: () => undefined,
  };
}

describe('throttling', () => {
  test('v1 counts in nanoseconds, v2 in microseconds', () => {
    assert.deepEqual(parseCpuStat(V1), { periods: 53, throttledPeriods: 52, throttledSeconds: 2.48 });
    assert.deepEqual(parseCpuStat(V2), { periods: 20, throttledPeriods: 4, throttledSeconds: 1.5 });
  });
  test('is read beside the file that holds the quota', () => {
    const files = filesWith({ '/sys/fs/cgroup/a/cpu.stat': V2, '/sys/fs/cgroup/a/b/cpu.stat': V1 });
    const reading = readThrottling(files, '/sys/fs/cgroup/a/cpu.max');
    assert.equal(reading?.source, '/sys/fs/cgroup/a/cpu.stat');
    assert.equal(reading.periods, 20);
    assert.equal(readThrottling(files, null), undefined);
    assert.equal(readThrottling(files, '/gone/cpu.max'), undefined);
  });
  test('the difference over a run; unknown when an end is, never negative', () => {
    const at = (periods: number, throttledPeriods: number, throttledSeconds: number) => ({
      source: 's',
      periods,
      throttledPeriods,
      throttledSeconds,
    });
    assert.deepEqual(throttlingBetween(at(10, 2, 1), at(30, 8, 2.5)), at(20, 6, 1.5));
    assert.deepEqual(throttlingBetween(at(30, 8, 2.5), at(1, 0, 0)), at(0, 0, 0));
    assert.equal(throttlingBetween(undefined, at(1, 0, 0)), null);
    assert.equal(throttlingBetween(at(1, 0, 0), undefined), null);
  });
  test('any text gives figures or nothing', () => {
    const lines = fc.array(
      fc.oneof(fc.constantFrom('nr_periods 5', 'nr_throttled x', 'throttled_usec 7', 'throttled_time -1'), fc.string()),
    );
    fc.assert(
      fc.property(lines, (each) => {
        const parsed = parseCpuStat(each.join('\n'));
        if (parsed !== undefined) for (const value of Object.values(parsed)) assert.ok(value >= 0);
      }),
    );
  });
});
