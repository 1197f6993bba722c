/**
 * What is worth saying about reading the limits; those about the budget are in budget-findings,
 * those about schedulers and launchers in outer-findings. Pure.
 *
 * | code | severity | when |
 * | --- | --- | --- |
 * | AFFINITY_UNKNOWN | info, warning | /proc/self/status tells no CPUs; warning when nothing else does |
 * | QUOTA_MALFORMED | warning | a quota file holds 0 or text; it counts as no limit |
 * | QUOTA_NOT_VISIBLE | info, warning | we are in a cgroup that no mount shows; info when nothing is mounted at all |
 * | QUOTA_IGNORED_REALTIME | info | the quota does not hold under SCHED_FIFO, SCHED_RR or SCHED_DEADLINE |
 * | MEMORY_LIMIT_MALFORMED | info | a memory limit file holds 0 or text; it counts as no limit |
 */
import type { Finding } from '../finding.ts';
import { formatCpus, quote, showPath } from './finding-words.ts';

export function affinityUnknown(fallbackCpuCount: number | null): Finding {
  const code = 'AFFINITY_UNKNOWN';
  const fact = 'Expected a line Cpus_allowed_list with CPU numbers in /proc/self/status, found none';
  if (fallbackCpuCount === null) {
    return { code, severity: 'warning', message: fact, hint: 'state the number of CPUs with --cpus' };
  }
  return {
    code,
    severity: 'info',
    message: `${fact}; counting the ${formatCpus(fallbackCpuCount)} that the system lists`,
  };
}

export function quotaMalformed(path: string, text: string): Finding {
  return {
    code: 'QUOTA_MALFORMED',
    severity: 'warning',
    message: `Expected a CPU quota in ${showPath(path)}, found ${quote(text)}; it counts as no limit`,
    hint: 'state the number of CPUs with --cpus if there is a limit',
  };
}

export function quotaNotVisible(path: string, mountCount: number): Finding {
  const reason = mountCount === 0 ? 'its hierarchy is not mounted here' : 'no cgroup mount here shows it';
  return {
    code: 'QUOTA_NOT_VISIBLE',
    severity: mountCount === 0 ? 'info' : 'warning',
    message: `The CPU quota of our cgroup ${quote(path)} cannot be read: ${reason}`,
    hint: 'state the number of CPUs with --cpus if there is a limit',
  };
}

export function quotaIgnoredRealtime(quotaCpus: number, path: string): Finding {
  return {
    code: 'QUOTA_IGNORED_REALTIME',
    severity: 'info',
    message: `The quota of ${formatCpus(quotaCpus)} in ${showPath(path)} does not hold for us: we run under a real-time scheduling policy`,
  };
}

export function memoryLimitMalformed(path: string, text: string): Finding {
  return {
    code: 'MEMORY_LIMIT_MALFORMED',
    severity: 'info',
    message: `Expected a memory limit in bytes in ${showPath(path)}, found ${quote(text)}; it counts as no limit`,
  };
}
