/**
 * How many CPUs to plan with, and which limit decided it. Pure.
 */
import type { Finding } from '../finding.ts';
import {
  coresUnknown,
  fewerCores,
  quotaBelowOne,
  quotaFractionUnused,
  reserveLimited,
  roundedAboveLimit,
  userCpusAboveLimit,
} from './budget-findings.ts';
import { MAX_CPUS } from './cpu-list.ts';
import { evenShare } from './even-share.ts';
import type { CpuBudget, CpuLimits, LimitName, Rounding } from './limits.ts';

/** CPUs to hold back: a number, or a share of what there is. */
export type Reserve =
  { readonly kind: 'cpus'; readonly cpus: number } | { readonly kind: 'percent'; readonly percent: number };

export interface BudgetOptions {
  /** `--cpus`: the user's own limit, above 0; `null` = none. */
  readonly userCpus: number | null;
  readonly reserve: Reserve | null;
  readonly rounding: Rounding;
  /** `--physical`: count cores, not hardware threads. */
  readonly physical: boolean;
}

/** Quotas are ratios of decimal numbers; 4.1 - 0.1 must still be 4. */
const EPSILON = 1e-9;

const ROUND: Readonly<Record<Rounding, (cpus: number) => number>> = {
  floor: (cpus) => Math.floor(cpus + EPSILON),
  nearest: (cpus) => Math.floor(cpus + 0.5 + EPSILON),
  ceil: (cpus) => Math.ceil(cpus - EPSILON),
};

interface Candidate {
  readonly name: LimitName;
  readonly cpus: number;
}

/** The smallest; the first of equals. */
function tightest(candidates: readonly { name: LimitName; cpus: number | null | undefined }[]): Candidate | undefined {
  let best: Candidate | undefined;
  for (const { name, cpus } of candidates) {
    if (typeof cpus === 'number' && cpus > 0 && (best === undefined || cpus < best.cpus)) best = { name, cpus };
  }
  return best;
}

function wantedReserve(reserve: Reserve | null, exact: number): number {
  const wanted = reserve === null ? 0 : reserve.kind === 'cpus' ? reserve.cpus : (exact * reserve.percent) / 100;
  return wanted > 0 ? Math.min(wanted, MAX_CPUS) : 0;
}

/** Unbound ranks share the cores too; `null` where that is not so. */
function coresOfRank({ launcher, physicalCores, allowedCpus }: CpuLimits): number | null {
  if (launcher === undefined || physicalCores === null || (allowedCpus?.length ?? 0) < launcher.sharedCpus) return null;
  return evenShare(physicalCores, launcher.localSize, launcher.localRank);
}

/**
 * The smallest limit, less the reserve, rounded to whole CPUs of at least 1. Of equal limits the quota is named,
 * then the affinity: they are what the kernel enforces. With nothing known the budget is 1.
 */
export function chooseBudget(limits: CpuLimits, options: BudgetOptions): { budget: CpuBudget; findings: Finding[] } {
  const findings: Finding[] = [];
  const given = tightest([
    { name: 'cgroup-quota', cpus: limits.quotaCpus },
    { name: 'affinity', cpus: limits.allowedCpus?.length },
    { name: 'physical-cores', cpus: options.physical ? limits.physicalCores : null },
    { name: 'scheduler', cpus: limits.scheduler?.cpus },
    { name: 'outer-launcher', cpus: limits.launcher?.cpus },
    { name: 'outer-launcher', cpus: options.physical ? coresOfRank(limits) : null },
    { name: 'outer', cpus: limits.outer?.cpus },
  ]);
  const decided = tightest([given ?? { name: 'unknown', cpus: null }, { name: 'user', cpus: options.userCpus }]);
  const { name: decidedBy, cpus: exact } = decided ?? { name: 'unknown', cpus: 1 };
  if (options.physical && limits.physicalCores === null) findings.push(coresUnknown());
  if (given !== undefined && options.userCpus !== null && options.userCpus > given.cpus) {
    findings.push(userCpusAboveLimit(options.userCpus, given.cpus, given.name));
  }

  const wanted = wantedReserve(options.reserve, exact);
  const reserved = Math.min(wanted, Math.max(0, exact - 1));
  if (reserved < wanted - EPSILON) findings.push(reserveLimited(wanted, reserved, exact));
  const available = exact - reserved;
  const cpus = Math.max(1, ROUND[options.rounding](available));

  const isThrottled = limits.quotaCpus !== null && cpus > limits.quotaCpus + EPSILON;
  if (available < 1 - EPSILON) findings.push(quotaBelowOne(available, decidedBy, isThrottled));
  else if (available - cpus > EPSILON) findings.push(quotaFractionUnused(available, cpus, decidedBy));
  else if (cpus - available > EPSILON) findings.push(roundedAboveLimit(available, cpus, decidedBy, isThrottled));
  if (limits.physicalCores !== null && cpus > limits.physicalCores)
    findings.push(fewerCores(cpus, limits.physicalCores));
  return { budget: { cpus, exact, decidedBy, rounding: options.rounding, reserved }, findings };
}
