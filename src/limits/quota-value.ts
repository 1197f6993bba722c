/**
 * What one quota file says, the same for cgroup v1 and v2. Pure.
 */
import { MAX_CPUS } from './cpu-list.ts';

export type QuotaValue =
  | { readonly kind: 'limit'; readonly cpus: number }
  | { readonly kind: 'unlimited' }
  /** Text that the kernel never writes; it counts as no limit. */
  | { readonly kind: 'malformed'; readonly text: string };

export const UNLIMITED: QuotaValue = { kind: 'unlimited' };

/** A whole number written with digits only, 0 included; `null` otherwise, and beyond 15 digits. */
export function parseDigits(text: string): number | null {
  return /^\d{1,15}$/.test(text) ? Number(text) : null;
}

/** CPUs from quota and period in microseconds; `text` is reported when a part is missing or zero. */
export function quotaFrom(quotaUs: number | null, periodUs: number | null, text: string): QuotaValue {
  if (quotaUs === null || periodUs === null || quotaUs === 0 || periodUs === 0) return { kind: 'malformed', text };
  const cpus = quotaUs / periodUs;
  return cpus > MAX_CPUS ? UNLIMITED : { kind: 'limit', cpus };
}
