/**
 * CFS quota of one cgroup v2 directory. Uses a `FilePort`.
 */
import type { FilePort } from '../host/ports.ts';
import { parseDigits, quotaFrom, UNLIMITED } from './quota-value.ts';
import type { QuotaValue } from './quota-value.ts';

export const V2_QUOTA_FILE = 'cpu.max';

/** The kernel's default, for emulations that write the quota alone. */
const DEFAULT_PERIOD_US = '100000';

/**
 * Quota in CPUs from `QUOTA PERIOD` in microseconds; `max` is no limit. Fields after the second are ignored.
 * Source: https://docs.kernel.org/admin-guide/cgroup-v2.html#cpu-interface-files
 */
export function parseCpuMax(text: string): QuotaValue {
  const firstLine = text.trim().split('\n', 1)[0] ?? '';
  const [quota = '', period = DEFAULT_PERIOD_US] = firstLine.split(/\s+/);
  if (quota === 'max') return UNLIMITED;
  return quotaFrom(parseDigits(quota), parseDigits(period), firstLine);
}

/** The quota of the cgroup at `directory`; `undefined` without the file, as in the root of the hierarchy. */
export function readV2Quota(files: FilePort, directory: string): QuotaValue | undefined {
  const text = files.readText(`${directory}/${V2_QUOTA_FILE}`);
  return text === undefined ? undefined : parseCpuMax(text);
}
