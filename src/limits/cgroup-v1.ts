/**
 * CFS quota of one cgroup v1 directory. Uses a `FilePort`.
 */
import type { FilePort } from '../host/ports.ts';
import { parseDigits, quotaFrom, UNLIMITED } from './quota-value.ts';
import type { QuotaValue } from './quota-value.ts';

export const V1_QUOTA_FILE = 'cpu.cfs_quota_us';

/**
 * Quota in CPUs from the texts of `cpu.cfs_quota_us` and `cpu.cfs_period_us`, both in microseconds.
 * A negative quota is no limit; 0 is never written by the kernel and counts as malformed.
 * Source: https://docs.kernel.org/scheduler/sched-bwc.html
 */
export function parseCfsQuota(quotaText: string, periodText: string): QuotaValue {
  const quota = quotaText.trim();
  if (/^-\d+$/.test(quota)) return UNLIMITED;
  const period = periodText.trim();
  return quotaFrom(parseDigits(quota), parseDigits(period), `${quota} / ${period}`);
}

/** The quota of the cgroup at `directory`; `undefined` when the directory has no quota file. */
export function readV1Quota(files: FilePort, directory: string): QuotaValue | undefined {
  const quotaText = files.readText(`${directory}/${V1_QUOTA_FILE}`);
  if (quotaText === undefined) return undefined;
  if (quotaText.trim() === '-1') return UNLIMITED;
  return parseCfsQuota(quotaText, files.readText(`${directory}/cpu.cfs_period_us`) ?? '');
}
