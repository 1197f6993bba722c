/**
 * How many CPUs this process may use: affinity, CFS quota, cores, a scheduler or launcher. Uses a `FilePort`.
 *
 * Costs three small reads in /proc, one for each cgroup level, and one for each core; no helper program.
 */
import type { Finding } from '../finding.ts';
import type { FilePort } from '../host/ports.ts';
import { locateController } from './cgroup-levels.ts';
import type { CgroupView, ControllerLevels } from './cgroup-levels.ts';
import { parseCgroupMembership } from './cgroup-membership.ts';
import { parseCpuList } from './cpu-list.ts';
import { readCpuQuota } from './cpu-quota.ts';
import { readCoreGroups } from './cpu-topology.ts';
import { affinityUnknown } from './limit-findings.ts';
import type { CgroupVersion, CpuLimitsReading } from './limits.ts';
import { readMemoryLimit } from './memory-limit.ts';
import { parseCgroupMounts } from './mountinfo.ts';
import { readNumaNodes, readPackages } from './numa-nodes.ts';
import { readOuterLimits, type OuterReading } from './outer-launcher.ts';
import { readCpusetCount } from './shared-cpus.ts';

export interface LimitsContext {
  readonly env: Readonly<Record<string, string>>;
  /** CPUs that the operating system lists, for systems without /proc; `null` to do without (`--root`). */
  readonly fallbackCpuCount: number | null;
  /** `false` leaves cores unknown and saves one file for each core, some milliseconds on 256 CPUs. */
  readonly readTopology?: boolean;
  /** Also tell which CPUs are on one package; one file for each core. */
  readonly readPackages?: boolean;
  /** `--outer ignore`: take no share from variables. */
  readonly ignoreOuter?: boolean;
}

const NOTHING_OUTER: OuterReading = { outer: null, findings: [] };

function fieldOf(statusText: string, name: string): string | undefined {
  return new RegExp(`^${name}:[ \\t]*(.*)$`, 'm').exec(statusText)?.[1]?.trim();
}

/** CPU numbers of a list file or field; `null` when it is missing, empty or malformed. */
function parsePresentCpus(text: string | undefined): number[] | null {
  const cpus = parseCpuList(text ?? '');
  return cpus === null || cpus.length === 0 ? null : cpus;
}

/** Without an affinity mask every CPU of the system is allowed. */
function countFrom0(count: number | null): number[] | null {
  return count === null || !(count >= 1) ? null : Array.from({ length: Math.floor(count) }, (_, cpu) => cpu);
}

function versionOf(view: CgroupView, levels: ControllerLevels | null): CgroupVersion | null {
  if (levels === null) return null;
  // Every process is listed in v2; only the mount tells that it is in use.
  if (levels.version === 'v2') return levels.mountCount === 0 ? null : 'v2';
  return view.mounts.some((mount) => mount.version === 'v2') ? 'hybrid' : 'v1';
}

/**
 * All limits with their sources. What cannot be read is `null`, with a finding where it matters; never throws.
 * `Cpus_allowed_list` already holds cpusets and CPUs that are offline; /sys's list of online CPUs is not mixed in,
 * because lxcfs renumbers it.
 */
export function readCpuLimits(files: FilePort, context: LimitsContext): CpuLimitsReading {
  const findings: Finding[] = [];
  const status = files.readText('/proc/self/status') ?? '';
  const masked = parsePresentCpus(fieldOf(status, 'Cpus_allowed_list'));
  if (masked === null) findings.push(affinityUnknown(context.fallbackCpuCount));
  const allowedCpus = masked ?? countFrom0(context.fallbackCpuCount);

  const view: CgroupView = {
    membership: parseCgroupMembership(files.readText('/proc/self/cgroup') ?? ''),
    mounts: parseCgroupMounts(files.readText('/proc/self/mountinfo') ?? ''),
    pid: fieldOf(status, 'Pid'),
  };
  const cpuLevels = locateController(files, view, 'cpu');
  const quota = readCpuQuota(files, cpuLevels);
  const sharesHierarchy = cpuLevels?.version === 'v2' && !view.membership.v1.has('memory');
  const memory = readMemoryLimit(files, sharesHierarchy ? cpuLevels : locateController(files, view, 'memory'));

  const onlineCpus = parsePresentCpus(files.readText('/sys/devices/system/cpu/online'))?.length ?? null;
  const coreGroups = allowedCpus === null || context.readTopology === false ? null : readCoreGroups(files, allowedCpus);
  const numaNodes = allowedCpus === null || context.readTopology === false ? [] : readNumaNodes(files, allowedCpus);
  const { findings: aroundFindings, ...around } =
    context.ignoreOuter === true
      ? NOTHING_OUTER
      : readOuterLimits({
          files,
          env: context.env,
          quotaCpus: quota.cpus,
          allowed: allowedCpus?.length ?? null,
          online: onlineCpus,
          readCpuset: () => readCpusetCount(files, view),
        });
  return {
    quotaCpus: quota.cpus,
    cgroupVersion: versionOf(view, cpuLevels),
    quotaSource: quota.source,
    allowedCpus,
    physicalCores: coreGroups?.length ?? null,
    ...around,
    ...(numaNodes.length > 1 && { numaNodes }),
    memoryBytes: memory.bytes,
    onlineCpus,
    coreGroups: coreGroups ?? [],
    ...(context.readPackages === true && { packages: readPackages(files, coreGroups ?? []) }),
    findings: [...findings, ...quota.findings, ...memory.findings, ...aroundFindings],
  };
}
