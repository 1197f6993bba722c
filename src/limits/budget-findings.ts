/**
 * What is worth saying about the budget; findings about reading the limits are in limit-findings. Pure.
 *
 * | code | severity | when |
 * | --- | --- | --- |
 * | QUOTA_BELOW_ONE | warning | the limit is below one CPU; one is planned |
 * | QUOTA_FRACTION_UNUSED | info | rounding down leaves a part of a CPU |
 * | ROUNDED_ABOVE_LIMIT | info | rounding up plans more than the limit |
 * | FEWER_CORES | info | the budget counts hardware threads of fewer physical cores |
 * | CORES_UNKNOWN | warning | `--physical`, but the cores cannot be told |
 * | USER_CPUS_ABOVE_LIMIT | warning | `--cpus` is more than the machine gives |
 * | RESERVE_LIMITED | warning | `--reserve` would leave less than one CPU |
 */
import type { Finding } from '../finding.ts';
import { formatCpus, formatNumber, LIMIT_TEXT } from './finding-words.ts';
import type { LimitName } from './limits.ts';

/** `isThrottled`: a CFS quota below the plan stops the thread in each period; other limits stop nothing. */
export function quotaBelowOne(exact: number, decidedBy: LimitName, isThrottled: boolean): Finding {
  const limit =
    decidedBy === 'user' ? `--cpus ${formatNumber(exact)}` : `${formatCpus(exact)} from ${LIMIT_TEXT[decidedBy]}`;
  return {
    code: 'QUOTA_BELOW_ONE',
    severity: 'warning',
    message: `${limit} is less than one CPU; planning one thread, the minimum${isThrottled ? '; the quota will throttle it' : ''}`,
    ...(isThrottled
      ? { hint: 'raise the CPU quota to at least 1 CPU if the job should run without pauses' }
      : decidedBy === 'user' && { hint: '--cpus 1 plans the same' }),
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
    message: `${formatCpus(rest)} of the ${formatCpus(available)} from ${LIMIT_TEXT[decidedBy]} stays unused by the plan of ${cpus}`,
    hint,
  };
}

export function roundedAboveLimit(
  available: number,
  cpus: number,
  decidedBy: LimitName,
  isThrottled: boolean,
): Finding {
  return {
    code: 'ROUNDED_ABOVE_LIMIT',
    severity: 'info',
    message: `${formatCpus(available)} from ${LIMIT_TEXT[decidedBy]} is rounded up to ${cpus}${isThrottled ? '; the quota will throttle it' : ''}`,
    hint: '--round floor stays within the limit',
  };
}

export function fewerCores(cpus: number, physicalCores: number): Finding {
  return {
    code: 'FEWER_CORES',
    severity: 'info',
    message: `The ${formatCpus(cpus)} are hardware threads of only ${physicalCores} physical ${physicalCores === 1 ? 'core' : 'cores'}`,
    hint: '--physical counts cores',
  };
}

export function coresUnknown(): Finding {
  return {
    code: 'CORES_UNKNOWN',
    severity: 'warning',
    message:
      'Expected core numbers below /sys/devices/system/cpu for --physical, found none; hardware threads are counted',
    hint: 'state the number of cores with --cpus',
  };
}

export function userCpusAboveLimit(userCpus: number, exact: number, decidedBy: LimitName): Finding {
  return {
    code: 'USER_CPUS_ABOVE_LIMIT',
    severity: 'warning',
    message: `--cpus asks for ${formatCpus(userCpus)}, but ${LIMIT_TEXT[decidedBy]} gives ${formatCpus(exact)}; the smaller number counts`,
    hint: `raise that limit, or ask for at most ${formatCpus(exact)}`,
  };
}

export function reserveLimited(wanted: number, reserved: number, exact: number): Finding {
  return {
    code: 'RESERVE_LIMITED',
    severity: 'warning',
    message: `--reserve asks for ${formatCpus(wanted)} of ${formatCpus(exact)}; at least one must stay, so only ${formatCpus(reserved)} can be held back`,
    hint: 'reserve less',
  };
}
