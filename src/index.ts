/**
 * Library entry: limits, budget, threads and presets for programs that start their own workers. Uses the real
 * file system.
 *
 * ```ts
 * import { chooseBudget, planThreads, readCpuLimits } from 'oneprocpool';
 * const { budget } = chooseBudget(readCpuLimits());
 * const { threads } = planThreads({ budgetCpus: budget.cpus, workers: 3 });
 * ```
 */
import { createFiles } from './host/files.ts';
import { createSystem } from './host/system.ts';
import { chooseBudget as chooseBudgetFrom } from './limits/cpu-budget.ts';
import type { BudgetOptions } from './limits/cpu-budget.ts';
import { readCpuLimits as readCpuLimitsFrom } from './limits/cpu-limits.ts';
import type { CpuBudget, CpuLimits, CpuLimitsReading } from './limits/limits.ts';
import type { Finding } from './finding.ts';
import { planThreads as planThreadsFrom } from './plan/thread-plan.ts';
import type { ThreadRequest, ThreadShares } from './plan/thread-plan.ts';

export { OneprocpoolError, EXIT_STATUS } from './errors.ts';
export type { ErrorCode } from './errors.ts';
export type { Finding, Severity } from './finding.ts';
export type { BudgetOptions, Reserve } from './limits/cpu-budget.ts';
export type {
  CgroupVersion,
  CpuBudget,
  CpuLimits,
  CpuLimitsReading,
  LimitName,
  NumaNode,
  LauncherLimit,
  OuterLimit,
  Rounding,
  SchedulerLimit,
} from './limits/limits.ts';
export type { EnvironmentOverlay, InheritPolicy, Pool, ThreadPlan, WorkerPlan } from './plan/plan.ts';
export type { ThreadRequest, ThreadShares } from './plan/thread-plan.ts';
export { loadPresets } from './presets/load-presets.ts';
export type { LibraryPreset, PresetControls, PresetTier } from './presets/preset.ts';
export type { RunReport, WorkerReport } from './report/run-report.ts';

/**
 * The limits of this process, or of the machine whose `/proc` and `/sys` lie below `root`; then nothing of this
 * machine is read. What cannot be told is `null`; never throws.
 */
export function readCpuLimits({ root }: { readonly root?: string } = {}): CpuLimitsReading {
  if (root !== undefined) return readCpuLimitsFrom(createFiles(root), { env: {}, fallbackCpuCount: null });
  const files = createFiles();
  const system = createSystem();
  const fallbackCpuCount = files.exists('/proc/self/status') ? null : system.countLogicalCpus();
  return readCpuLimitsFrom(files, { env: system.env, fallbackCpuCount });
}

/** Whole CPUs to plan with, at least 1, and what decided them; by default the floor of the smallest limit. */
export function chooseBudget(
  limits: CpuLimits,
  options: Partial<BudgetOptions> = {},
): { budget: CpuBudget; findings: Finding[] } {
  return chooseBudgetFrom(limits, { userCpus: null, reserve: null, rounding: 'floor', physical: false, ...options });
}

/**
 * Threads of each worker, each at least 1: the budget divided, the remainder to the first workers. Throws
 * OVERSUBSCRIBED under `strict` when there are more workers than CPUs.
 */
export function planThreads(request: Pick<ThreadRequest, 'budgetCpus'> & Partial<ThreadRequest>): ThreadShares {
  return planThreadsFrom({ workers: 1, threads: null, uniform: false, strict: false, ...request });
}
