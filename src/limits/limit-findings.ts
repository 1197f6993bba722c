/**
 * Every finding about limits and budget, with its text. Pure.
 *
 * | code | severity | when |
 * | --- | --- | --- |
 * | AFFINITY_UNKNOWN | info, warning | /proc/self/status tells no CPUs; warning when nothing else does |
 * | QUOTA_MALFORMED | warning | a quota file holds 0 or text; it counts as no limit |
 * | QUOTA_NOT_VISIBLE | info, warning | we are in a cgroup that no mount shows; info when nothing is mounted at all |
 * | QUOTA_IGNORED_REALTIME | info | the quota does not hold under SCHED_FIFO, SCHED_RR or SCHED_DEADLINE |
 * | MEMORY_LIMIT_MALFORMED | info | a memory limit file holds 0 or text; it counts as no limit |
 * | OUTER_LIMIT_INVALID | warning | ONEPROCPOOL_THREADS is not a whole number from 1 to 65536; it is ignored |
 * | LOCAL_SIBLINGS | warning | an MPI, Slurm or torchrun launcher started siblings that share our CPUs |
 * | QUOTA_BELOW_ONE | warning | the limit is below one CPU; one is planned |
 * | QUOTA_FRACTION_UNUSED | info | rounding down leaves a part of a CPU |
 * | ROUNDED_ABOVE_LIMIT | info | rounding up plans more than the limit |
 * | FEWER_CORES | info | the budget counts hardware threads of fewer physical cores |
 * | CORES_UNKNOWN | warning | `--physical`, but the cores cannot be told |
 * | USER_CPUS_ABOVE_LIMIT | warning | `--cpus` is more than the machine gives |
 * | RESERVE_LIMITED | warning | `--reserve` would leave less than one CPU |
 */
import type { Finding } from '../finding.ts';
import { MAX_CPUS } from './cpu-list.ts';
import type { LimitName } from './limits.ts';

const LONGEST_QUOTE = 60;

/** Characters that a terminal would obey instead of show: control characters and those that turn text around. */
const UNSAFE = /[\p{Cc}\p{Cf}]/gu;

/** Text of a file or variable, safe for a terminal and short. */
function quote(text: string): string {
  const short = text.length > LONGEST_QUOTE ? `${text.slice(0, LONGEST_QUOTE)}…` : text;
  return JSON.stringify(short).replace(UNSAFE, (character) => `\\u{${character.codePointAt(0)?.toString(16)}}`);
}

/** A path as it is, or quoted when it holds unsafe characters: mount points come with anything in them. */
function showPath(path: string): string {
  return path.search(UNSAFE) === -1 ? path : quote(path);
}

/** At most three decimals: 1.5, 0.333. */
function formatCpus(cpus: number): string {
  const rounded = String(Math.round(cpus * 1000) / 1000);
  return `${rounded === '0' ? cpus.toPrecision(1) : rounded} ${cpus === 1 ? 'CPU' : 'CPUs'}`;
}

const LIMIT_TEXT: Readonly<Record<LimitName, string>> = {
  'cgroup-quota': 'the CPU quota',
  affinity: 'the affinity mask',
  'physical-cores': 'the number of physical cores',
  outer: 'the outer launcher',
  user: '--cpus',
  unknown: 'nothing',
};

export function affinityUnknown(fallbackCpuCount: number | null): Finding {
  const code = 'AFFINITY_UNKNOWN';
  const fact = 'Expected a line Cpus_allowed_list with CPU numbers in /proc/self/status, found none';
  if (fallbackCpuCount === null) {
    return { code, severity: 'warning', message: `${fact}.`, hint: 'state the number of CPUs with --cpus' };
  }
  return { code, severity: 'info', message: `${fact}; counting the ${formatCpus(fallbackCpuCount)} that the system lists.` };
}

export function quotaMalformed(path: string, text: string): Finding {
  return {
    code: 'QUOTA_MALFORMED',
    severity: 'warning',
    message: `Expected a CPU quota in ${showPath(path)}, found ${quote(text)}; it counts as no limit.`,
    hint: 'state the number of CPUs with --cpus if there is a limit',
  };
}

export function quotaNotVisible(path: string, mountCount: number): Finding {
  const reason = mountCount === 0 ? 'its hierarchy is not mounted here' : 'no cgroup mount here shows it';
  return {
    code: 'QUOTA_NOT_VISIBLE',
    severity: mountCount === 0 ? 'info' : 'warning',
    message: `The CPU quota of our cgroup ${quote(path)} cannot be read: ${reason}.`,
    hint: 'state the number of CPUs with --cpus if there is a limit',
  };
}

export function quotaIgnoredRealtime(quotaCpus: number, path: string): Finding {
  return {
    code: 'QUOTA_IGNORED_REALTIME',
    severity: 'info',
    message: `The quota of ${formatCpus(quotaCpus)} in ${showPath(path)} does not hold for us: we run under a real-time scheduling policy.`,
  };
}

export function memoryLimitMalformed(path: string, text: string): Finding {
  return {
    code: 'MEMORY_LIMIT_MALFORMED',
    severity: 'info',
    message: `Expected a memory limit in bytes in ${showPath(path)}, found ${quote(text)}; it counts as no limit.`,
  };
}

export function outerLimitInvalid(variable: string, text: string): Finding {
  return {
    code: 'OUTER_LIMIT_INVALID',
    severity: 'warning',
    message: `Expected ${variable} to be a whole number from 1 to ${MAX_CPUS}, got ${quote(text)}; it is ignored.`,
    hint: `unset ${variable}, or set it to a number of threads`,
  };
}

export function localSiblings(variable: string, siblings: number, cpus: number | null): Finding {
  const share = cpus === null ? 'ITS_SHARE' : String(Math.max(1, Math.floor(cpus / siblings)));
  return {
    code: 'LOCAL_SIBLINGS',
    severity: 'warning',
    message: `${variable} says that ${siblings} processes were started side by side here, but their CPUs are not divided.`,
    hint: `bind each process to its own CPUs in the launcher, or give each its share: --cpus ${share}`,
  };
}

export function quotaBelowOne(exact: number, decidedBy: LimitName): Finding {
  return {
    code: 'QUOTA_BELOW_ONE',
    severity: 'warning',
    message: `${formatCpus(exact)} from ${LIMIT_TEXT[decidedBy]} is less than one; one thread is planned and will be throttled.`,
    hint: 'raise the limit to at least 1 CPU if the job should run without pauses',
  };
}

export function quotaFractionUnused(available: number, cpus: number, decidedBy: LimitName): Finding {
  const rest = available - cpus;
  const hint =
    rest >= 0.5
      ? `--round nearest plans ${cpus + 1}: faster for few large operations, slower for many small ones`
      : `set the limit to ${cpus} or ${cpus + 1} whole CPUs if the job should use all of it`;
  return {
    code: 'QUOTA_FRACTION_UNUSED',
    severity: 'info',
    message: `${formatCpus(rest)} of the ${formatCpus(available)} from ${LIMIT_TEXT[decidedBy]} stays unused by the plan of ${cpus}.`,
    hint,
  };
}

export function roundedAboveLimit(available: number, cpus: number, decidedBy: LimitName): Finding {
  return {
    code: 'ROUNDED_ABOVE_LIMIT',
    severity: 'info',
    message: `${formatCpus(available)} from ${LIMIT_TEXT[decidedBy]} is rounded up to ${cpus}; throttling is to be expected.`,
    hint: '--round floor stays within the limit',
  };
}

export function fewerCores(cpus: number, physicalCores: number): Finding {
  return {
    code: 'FEWER_CORES',
    severity: 'info',
    message: `The ${formatCpus(cpus)} are hardware threads of only ${physicalCores} physical ${physicalCores === 1 ? 'core' : 'cores'}.`,
    hint: '--physical counts cores',
  };
}

export function coresUnknown(): Finding {
  return {
    code: 'CORES_UNKNOWN',
    severity: 'warning',
    message: 'Expected core numbers below /sys/devices/system/cpu for --physical, found none; hardware threads are counted.',
    hint: 'state the number of cores with --cpus',
  };
}

export function userCpusAboveLimit(userCpus: number, exact: number, decidedBy: LimitName): Finding {
  return {
    code: 'USER_CPUS_ABOVE_LIMIT',
    severity: 'warning',
    message: `--cpus asks for ${formatCpus(userCpus)}, but ${LIMIT_TEXT[decidedBy]} gives ${formatCpus(exact)}; the smaller number counts.`,
    hint: `raise that limit, or ask for at most ${formatCpus(exact)}`,
  };
}

export function reserveLimited(wanted: number, reserved: number, exact: number): Finding {
  return {
    code: 'RESERVE_LIMITED',
    severity: 'warning',
    message: `--reserve asks for ${formatCpus(wanted)} of ${formatCpus(exact)}; at least one must stay, so ${formatCpus(reserved)} held back.`,
    hint: 'reserve less',
  };
}
