/**
 * The tightest CPU quota over our cgroup and its visible ancestors. Uses a `FilePort`.
 */
import type { Finding } from '../finding.ts';
import type { FilePort } from '../host/ports.ts';
import type { ControllerLevels } from './cgroup-levels.ts';
import { readV1Quota, V1_QUOTA_FILE } from './cgroup-v1.ts';
import { readV2Quota, V2_QUOTA_FILE } from './cgroup-v2.ts';
import { quotaIgnoredRealtime, quotaMalformed, quotaNotVisible } from './limit-findings.ts';

export interface CpuQuota {
  /** In CPUs, above 0, unrounded; `null` without a quota. */
  readonly cpus: number | null;
  /** Path of the file that holds it; `null` without a quota. */
  readonly source: string | null;
  readonly findings: readonly Finding[];
}

/** SCHED_FIFO, SCHED_RR and SCHED_DEADLINE in sched(7). */
const REALTIME_POLICIES: ReadonlySet<string> = new Set(['1', '2', '6']);

/**
 * Whether the scheduling policy in the text of /proc/self/stat is one that CFS quotas do not touch.
 * Source: proc_pid_stat(5), field 41. The command name in field 2 may hold spaces and parentheses.
 */
export function isRealtime(statText: string): boolean {
  const afterName = statText
    .slice(statText.lastIndexOf(')') + 1)
    .trim()
    .split(/\s+/);
  return REALTIME_POLICIES.has(afterName[41 - 3] ?? '');
}

/**
 * The smallest quota of all levels; a level without a limit, without a file or with a malformed one is passed over.
 * `null` levels mean that no cpu controller was seen.
 */
export function readCpuQuota(files: FilePort, levels: ControllerLevels | null): CpuQuota {
  if (levels === null) return { cpus: null, source: null, findings: [] };
  const [readQuota, fileName] = levels.version === 'v1' ? [readV1Quota, V1_QUOTA_FILE] : [readV2Quota, V2_QUOTA_FILE];
  const findings: Finding[] = [];
  let cpus: number | null = null;
  let source: string | null = null;
  let seen = false;
  for (const directory of new Set(levels.chains.flat())) {
    const quota = readQuota(files, directory);
    if (quota === undefined) continue;
    seen = true;
    const path = `${directory}/${fileName}`;
    if (quota.kind === 'malformed') findings.push(quotaMalformed(path, quota.text));
    if (quota.kind === 'limit' && (cpus === null || quota.cpus < cpus)) {
      cpus = quota.cpus;
      source = path;
    }
  }
  // The root of the v2 hierarchy has no quota file; there it is the other files that tell a cgroup.
  if (!seen && !levels.chains.some(([own]) => files.exists(`${own}/cgroup.procs`))) {
    findings.push(quotaNotVisible(levels.path, levels.mountCount));
  }
  if (cpus !== null && source !== null && isRealtime(files.readText('/proc/self/stat') ?? '')) {
    return { cpus: null, source: null, findings: [...findings, quotaIgnoredRealtime(cpus, source)] };
  }
  return { cpus, source, findings };
}
