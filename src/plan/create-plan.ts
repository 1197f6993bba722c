/**
 * The whole plan: threads and environment of every worker, with everything worth saying about it. Pure.
 */
import type { Finding } from '../finding.ts';
import type { CpuBudget, CpuLimits, CpuLimitsReading } from '../limits/limits.ts';
import type { PresetControls } from '../presets/preset.ts';
import { overlayEnvironment, type OverlayInput, type OverlayResult } from './environment-overlay.ts';
import { nodesOf, planPinning } from './pinning.ts';
import type { InheritPolicy, Pool, ThreadPlan } from './plan.ts';
import { planThreads, type ThreadRequest } from './thread-plan.ts';

export interface PlanOptions extends Omit<ThreadRequest, 'budgetCpus' | 'decidedBy'> {
  readonly pool: Pool;
  readonly inherit: InheritPolicy;
  readonly userEnv: Readonly<Record<string, string>>;
  readonly extraControls: Readonly<Record<string, string>>;
  /** Give each worker CPUs of its own. */
  readonly pin?: boolean;
  /** Also say what is only worth knowing. */
  readonly verbose?: boolean;
}

export interface PlanInput {
  readonly limits: CpuLimitsReading;
  readonly budget: CpuBudget;
  readonly budgetFindings: readonly Finding[];
  /** The presets of this run. */
  readonly controls: readonly PresetControls[];
  /** All known presets; `controls` when absent. */
  readonly knownControls?: readonly PresetControls[];
  /** The environment that the workers would inherit. */
  readonly current: Readonly<Record<string, string>>;
  /** Names of variables for this launcher alone, which its workers are not to inherit; none when absent. */
  readonly ownOptions?: readonly string[];
  /** The variables are for another machine: that the share is all CPUs of this one means nothing there. */
  readonly usedElsewhere?: boolean;
  readonly options: PlanOptions;
  readonly resolvedOptions: ThreadPlan['options'];
}

/**
 * Makes the plan. Throws OVERSUBSCRIBED under `strict`, UNSUPPORTED when `pin` cannot be, USAGE for a bad
 * --env, CONFIG_INVALID for a bad control.
 * Findings come in the order: limits, budget, threads, environment, advice; each sentence once.
 */
export function createPlan(input: PlanInput): ThreadPlan {
  const { limits, budget, options } = input;
  const shares = planThreads({ ...options, budgetCpus: budget.cpus, decidedBy: budget.decidedBy });
  const pinned = options.pin === true ? planPinning(limits, shares.threads) : [];
  const overlayOf = overlayByThreads(input, shares.threads);
  const workers = shares.threads.map((threads, index) => {
    const { set, kept, unset } = overlayOf(threads).overlay;
    const written = { ...set, ...workerVariables(index, shares.threads.length, threads) };
    const cpus = pinned[index];
    const nodes = cpus === undefined ? undefined : nodesOf(cpus, limits);
    const ours = (input.ownOptions ?? []).filter((name) => !(name in written) && !(name in kept));
    const removed = ours.length === 0 ? unset : [...unset, ...ours].sort();
    return {
      index,
      threads,
      ...(cpus && { cpus }),
      ...(nodes && { nodes }),
      env: { set: written, kept, unset: removed },
    };
  });
  const findings = [
    ...limits.findings,
    ...input.budgetFindings,
    ...shares.findings,
    ...[...new Set(shares.threads)].flatMap((threads) => overlayOf(threads).findings),
    ...poolAdvice(options, Math.max(...shares.threads)),
  ];
  return {
    schemaVersion: 1,
    limits: limitsOnly(limits),
    budget,
    pool: options.pool,
    workers,
    options: input.resolvedOptions,
    findings: [...new Map(findings.map((finding) => [`${finding.code} ${finding.message}`, finding])).values()],
  };
}

/** Overlays depend on the worker only through its threads: at most two different ones are made for any number. */
function overlayByThreads(input: PlanInput, threads: readonly number[]): (threads: number) => OverlayResult {
  const { limits, budget, options } = input;
  const total = threads.reduce((sum, share) => sum + share, 0);
  const visibleCpus = limits.allowedCpus?.length ?? limits.onlineCpus ?? Infinity;
  const quotaIsBelow = limits.quotaCpus !== null && limits.quotaCpus < visibleCpus;
  const common: Omit<OverlayInput, 'threads' | 'shareIsAllCpus'> = {
    controls: input.controls,
    knownControls: input.knownControls ?? input.controls,
    current: input.current,
    pool: options.pool,
    inherit: options.inherit,
    userEnv: options.userEnv,
    extraControls: options.extraControls,
    severalWorkers: threads.length > 1,
    spinningHurts: total > budget.cpus || quotaIsBelow,
  };
  const made = new Map<number, OverlayResult>();
  return (share) => {
    const overlay =
      made.get(share) ??
      overlayEnvironment({
        ...common,
        threads: share,
        // A pinned worker may run on so many CPUs and no others.
        shareIsAllCpus:
          options.pin === true || (input.usedElsewhere !== true && share === visibleCpus && !quotaIsBelow),
      });
    made.set(share, overlay);
    return overlay;
  };
}

function workerVariables(index: number, workerCount: number, threads: number): Record<string, string> {
  return {
    ONEPROCPOOL_WORKER_INDEX: String(index),
    ONEPROCPOOL_WORKER_COUNT: String(workerCount),
    ONEPROCPOOL_THREADS: String(threads),
    ONEPROCPOOL_CPUS: String(threads),
  };
}

function poolAdvice({ pool, verbose }: PlanOptions, threads: number): Finding[] {
  if (verbose !== true || pool === 'app' || threads === 1) return [];
  const message =
    pool === 'auto'
      ? `A single process gets ${threads} threads; joblib and dask.distributed bound the libraries of their own workers`
      : `Library threads use the CPUs: a pool of the application's own would run up to ${threads} x ${threads} threads`;
  const hint =
    pool === 'auto'
      ? 'use `--pool app` for any other pool of the application (multiprocessing, threads, a pre-fork server), and for Ray and torchrun below a quota'
      : 'use `--pool app` for programs that start a pool (multiprocessing, a pre-fork server), `--pool auto` for joblib and dask';
  return [{ code: 'POOL_CHOICE', severity: 'info', message, hint }];
}

function limitsOnly(reading: CpuLimitsReading): CpuLimits {
  const { quotaCpus, cgroupVersion, quotaSource, allowedCpus, physicalCores } = reading;
  const { outer, scheduler, launcher, numaNodes, memoryBytes } = reading;
  return {
    quotaCpus,
    cgroupVersion,
    quotaSource,
    allowedCpus,
    physicalCores,
    outer,
    ...(scheduler && { scheduler }),
    ...(launcher && { launcher }),
    ...(numaNodes && { numaNodes }),
    memoryBytes,
  };
}
