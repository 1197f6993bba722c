/**
 * Judges the measurement of a run: did every process, every worker and all workers together stay within their
 * share? Pure.
 */
import type { Finding } from '../finding.ts';
import type { ThreadPlan } from '../plan/plan.ts';
import type { LibraryPreset } from '../presets/preset.ts';
import { causeOf, type CauseContext } from './cause.ts';
import { exceeds } from './demand.ts';
import type { Invocation } from './fix-command.ts';
import { frameworkOf } from './frameworks.ts';
import type { ProcessEvidence, SamplingResult, ThrottlingDelta, TreeEvidence, Verdict } from './measurement.ts';
import {
  fixOf,
  NOT_MEASURED,
  processFinding,
  removedFinding,
  throttlingFinding,
  totalFinding,
  treeFinding,
  treeFix,
} from './verdict-words.ts';

export interface JudgeInput {
  readonly sampling: SamplingResult;
  readonly plan: Pick<ThreadPlan, 'budget' | 'pool' | 'workers'>;
  readonly presets: readonly LibraryPreset[];
  readonly throttling: ThrottlingDelta | null;
  readonly invocation: Invocation;
}

/** A demand from which on a process of a tree uses more than one thread. */
const THREADED_CPUS = 1.25;

/** Its demand is a lower bound: where it was not read thread by thread, a known library with threads says enough. */
function isThreaded({ demandCpus, limitThreads, pools, threadCount }: ProcessEvidence): boolean {
  return demandCpus > THREADED_CPUS || (limitThreads > 1 && pools.length > 0 && threadCount > 1);
}

/** Processes that run the same command are one finding, the highest demand first. */
function groupAlike(processes: readonly ProcessEvidence[]): ProcessEvidence[][] {
  const groups = new Map<string, ProcessEvidence[]>();
  for (const process of processes) {
    const { kind, command, limitThreads } = process;
    const key = JSON.stringify([kind, command, limitThreads]);
    groups.set(key, [...(groups.get(key) ?? []), process]);
  }
  return [...groups.values()].map((group) => group.sort((a, b) => b.demandCpus - a.demandCpus));
}

/** Where there are many, not all could be looked into while they lived. */
function bestKnown(group: readonly ProcessEvidence[]): ProcessEvidence | undefined {
  return group.find(({ pools }) => pools.length > 0) ?? group.find(({ variables }) => variables !== null) ?? group[0];
}

/** `exceeded` when a process, a worker or all workers together were above their share; `unknown` when no window was long enough. */
export function judge({ sampling, plan, presets, throttling, invocation }: JudgeInput): Verdict {
  const contextOf = (worker: number): CauseContext => {
    const env = plan.workers.find(({ index }) => index === worker)?.env;
    return { pool: plan.pool, presets, given: { ...env?.kept, ...env?.set } };
  };

  const ofProcesses = (group: readonly ProcessEvidence[]): Finding[] => {
    const known = bestKnown(group);
    if (known === undefined) return [];
    const cause = causeOf(known, contextOf(known.worker));
    if (known.kind !== 'variables') return [processFinding(group, fixOf(cause, known.limitThreads), invocation)];
    return cause.kind === 'removed' ? [removedFinding(known, group.length - 1, cause)] : [];
  };

  const ofTree = (tree: TreeEvidence): Finding => {
    const all = sampling.workers.get(tree.worker)?.processes ?? [];
    const framework = frameworkOf([...tree.processes, ...all].map(({ command }) => command));
    const threaded = tree.processes.filter(isThreaded).length >= 2;
    return treeFinding(tree, treeFix(tree.limitThreads, threaded, framework, plan.pool), invocation);
  };

  const accused = sampling.processes.filter(({ kind }) => kind !== 'variables');
  // A process above its share puts its worker above it too: that is said once.
  const trees = sampling.trees.filter((tree) => !accused.some(({ worker }) => worker === tree.worker));
  const findings = [...groupAlike(sampling.processes).flatMap(ofProcesses), ...trees.map(ofTree)];
  const { peak } = sampling.total;
  const isTotalAbove = peak !== null && exceeds(peak.countedCpus, plan.budget.cpus);
  const isWorkerAbove = accused.length > 0 || sampling.trees.length > 0;
  // A worker above its share puts all of them above theirs.
  if (isTotalAbove && !isWorkerAbove) {
    const size = { budgetCpus: plan.budget.cpus, workers: plan.workers.length };
    findings.unshift(totalFinding(peak, size, invocation));
  }
  if (throttling !== null && throttling.throttledPeriods > 0) findings.push(throttlingFinding(throttling));
  if (sampling.method === 'none') findings.push(NOT_MEASURED);
  const exceeded = isWorkerAbove || isTotalAbove;
  return { outcome: exceeded ? 'exceeded' : sampling.windowCount === 0 ? 'unknown' : 'within', findings };
}
