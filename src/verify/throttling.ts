/**
 * How often the CFS quota stopped us, from `cpu.stat` beside the file that holds the quota: a cgroup below
 * it without a quota of its own shows 0 even while its parent is throttled. Reads go through FilePort.
 * Source: https://docs.kernel.org/scheduler/sched-bwc.html (v1, `throttled_time` in ns) and
 * https://docs.kernel.org/admin-guide/cgroup-v2.html#cpu-interface-files (v2, `throttled_usec`)
 */
import type { FilePort } from '../host/ports.ts';
import type { ThrottlingDelta } from './measurement.ts';

/** Totals since the cgroup was made. */
export interface ThrottlingCounters {
  readonly source: string;
  readonly periods: number;
  readonly throttledPeriods: number;
  readonly throttledSeconds: number;
}

/** `undefined` when the text names no periods (no quota is in force, or it is not such a file). */
export function parseCpuStat(text: string): Omit<ThrottlingCounters, 'source'> | undefined {
  const values = new Map<string, number>();
  for (const line of text.split('\n')) {
    const match = /^(\w+) (\d+)$/.exec(line.trim());
    if (match?.[1] !== undefined) values.set(match[1], Number(match[2]));
  }
  const periods = values.get('nr_periods');
  if (periods === undefined) return undefined;
  const microseconds = values.get('throttled_usec');
  const nanoseconds = values.get('throttled_time') ?? 0;
  return {
    periods,
    throttledPeriods: values.get('nr_throttled') ?? 0,
    throttledSeconds: microseconds === undefined ? nanoseconds / 1e9 : microseconds / 1e6,
  };
}

/** `undefined` without a quota or when the file cannot be read. */
export function readThrottling(files: FilePort, quotaSource: string | null): ThrottlingCounters | undefined {
  if (quotaSource === null) return undefined;
  const source = `${quotaSource.slice(0, quotaSource.lastIndexOf('/'))}/cpu.stat`;
  const text = files.readText(source);
  const counters = text === undefined ? undefined : parseCpuStat(text);
  return counters === undefined ? undefined : { source, ...counters };
}

/** `null` when either end is unknown. Never negative: counters start again when a cgroup is made anew. */
export function throttlingBetween(
  before: ThrottlingCounters | undefined,
  after: ThrottlingCounters | undefined,
): ThrottlingDelta | null {
  if (before === undefined || after === undefined) return null;
  return {
    source: after.source,
    periods: Math.max(0, after.periods - before.periods),
    throttledPeriods: Math.max(0, after.throttledPeriods - before.throttledPeriods),
    throttledSeconds: Math.max(0, after.throttledSeconds - before.throttledSeconds),
  };
}
