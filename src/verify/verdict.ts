/**
 * Judges the measurement of a run: did every process and every worker stay within its share? Pure.
 */
import type { Finding } from '../finding.ts';
import type { ThreadPlan } from '../plan/plan.ts';
import type { LibraryPreset } from '../presets/preset.ts';
import { diagnose, type Diagnosis, type DiagnosisContext, onePool, shorten } from './diagnosis.ts';
import type { ProcessEvidence, SamplingResult, ThrottlingDelta, TreeEvidence, Verdict } from './measurement.ts';

export interface JudgeInput {
  readonly sampling: SamplingResult;
  readonly plan: Pick<ThreadPlan, 'pool' | 'workers'>;
  readonly presets: readonly LibraryPreset[];
  readonly throttling: ThrottlingDelta | null;
}

/** A demand from which on a process of a tree uses more than one thread. */
const THREADED_CPUS = 1.25;

/** Below this a part of the demand is not worth a word. */
const NOTABLE_CPUS = 0.25;

/** Its demand is a lower bound: where it was not read thread by thread, a known library with threads says enough. */
function isThreaded({ demandCpus, limitThreads, pools, threadCount }: ProcessEvidence): boolean {
  return demandCpus > THREADED_CPUS || (limitThreads > 1 && pools.length > 0 && threadCount > 1);
}

const cpus = (value: number): string => value.toFixed(1);
const seconds = (value: number): string => `${value.toFixed(1)} s`;
const threads = (count: number): string => (count === 1 ? '1 thread' : `${count} threads`);

/** Processes that run the same command are one finding; the one that most is known of speaks for all. */
function groupAlike(processes: readonly ProcessEvidence[]): ProcessEvidence[][] {
  const groups = new Map<string, ProcessEvidence[]>();
  for (const process of processes) {
    const { kind, command, limitThreads } = process;
    const key = JSON.stringify([kind, command, limitThreads]);
    groups.set(key, [...(groups.get(key) ?? []), process]);
  }
  // Where there are many, not all could be looked into while they lived.
  const known = ({ pools, variables }: ProcessEvidence): number => (pools.length > 0 || variables !== null ? 1 : 0);
  return [...groups.values()].map((group) => group.sort((a, b) => known(b) - known(a) || b.demandCpus - a.demandCpus));
}

function describe({ pid, command, worker }: ProcessEvidence, others: number): string {
  const more = others === 0 ? '' : ` and ${others} more like it`;
  return `Process ${pid} (${command}) of worker ${worker}${more}`;
}

function startedWithout(lost: readonly string[]): string {
  return `was started without ${shorten(lost)}, which the worker was given`;
}

function demandFinding(first: ProcessEvidence, others: number, { pools, lost, cures }: Diagnosis): Finding {
  const had =
    first.kind === 'bursts'
      ? `had up to ${first.demandCpus} threads at once again and again`
      : `had ${cpus(first.demandCpus)} threads running or waiting on average over ${seconds(first.windowSeconds)}`;
  const without = lost.length === 0 ? '' : `; it ${startedWithout(lost)}`;
  const found = pools.length === 0 ? '' : `; pools in it: ${shorten(pools)}`;
  return {
    code: 'DEMAND_EXCEEDED',
    severity: 'warning',
    message: `${describe(first, others)} ${had}, its share is ${threads(first.limitThreads)}${without}${found}`,
    hint: cures.join('; '),
  };
}

function processFindings(group: readonly ProcessEvidence[], context: DiagnosisContext): Finding[] {
  const [first] = group;
  if (first === undefined) return [];
  const others = group.length - 1;
  const diagnosis = diagnose(first, context);
  const findings: Finding[] = [];
  if (first.kind !== 'variables') findings.push(demandFinding(first, others, diagnosis));
  else if (diagnosis.lost.length > 0) {
    findings.push({
      code: 'VARIABLE_REMOVED',
      severity: 'warning',
      message: `${describe(first, others)} ${startedWithout(diagnosis.lost)}`,
      hint: diagnosis.cures[0] ?? '',
    });
  }
  if (first.kind === 'variables') return findings;
  for (const { name, cure } of diagnosis.uncontrolled) {
    findings.push({
      code: 'NO_CONTROL',
      severity: 'warning',
      message: `${name} in process ${first.pid} (${first.command}) has no variable that bounds its threads`,
      ...(cure === undefined ? {} : { hint: cure }),
    });
  }
  return findings;
}

/** Of those that ended in the window only the CPU time is known. */
function partsOf({ processes, processCount, endedCpus }: TreeEvidence): string {
  const parts = processes.map(({ pid, command, demandCpus }) => `${pid} (${command}) ${cpus(demandCpus)}`);
  const hadEnded = endedCpus > NOTABLE_CPUS;
  if (parts.length === 0) return 'processes that ended in that time are above it together';
  const counted = processCount === 1 ? '1 process within it' : `${processCount} processes, each within it,`;
  const others = hadEnded ? ' and others that ended in that time' : '';
  const ended = hadEnded ? `, ended ones ${cpus(endedCpus)}` : '';
  return `${counted}${others} are above it together: ${shorten(parts)}${ended}`;
}

function treeFinding(tree: TreeEvidence, context: DiagnosisContext): Finding {
  const k = tree.limitThreads;
  const pools = new Set(tree.processes.flatMap((process) => process.pools.map(({ name }) => name)));
  const threaded = tree.processes.filter(isThreaded).length >= 2;
  const fewer = `let the application start at most ${k} at once (n_jobs, processes, max_workers, -j, ...)`;
  return {
    code: 'OVER_BUDGET',
    severity: 'warning',
    message:
      `Worker ${tree.worker} had ${cpus(tree.demandCpus)} threads running or waiting on average over ` +
      `${seconds(tree.windowSeconds)}, its share is ${threads(k)}; ` +
      `${partsOf(tree)}${pools.size === 0 ? '' : `; pools in them: ${[...pools].join(', ')}`}`,
    hint:
      threaded && context.pool !== 'app'
        ? `the application and its libraries both run a pool: ${onePool(context.pool)}, or ${fewer}`
        : fewer,
  };
}

function throttlingFinding({ source, periods, throttledPeriods, throttledSeconds }: ThrottlingDelta): Finding {
  const percent = Math.round((100 * throttledPeriods) / Math.max(1, periods));
  return {
    code: 'THROTTLED',
    severity: 'info',
    message:
      `The CPU quota stopped the run in ${throttledPeriods} of ${periods} periods (${percent} %), ` +
      `${seconds(throttledSeconds)} in all (${source})`,
  };
}

/** `exceeded` when one process or one worker was above its share; `unknown` when no window was long enough. */
export function judge({ sampling, plan, presets, throttling }: JudgeInput): Verdict {
  const contextOf = (worker: number): DiagnosisContext => {
    const env = plan.workers.find(({ index }) => index === worker)?.env;
    return { pool: plan.pool, presets, given: { ...env?.kept, ...env?.set } };
  };
  const accused = sampling.processes.filter(({ kind }) => kind !== 'variables');
  // A process above its share puts its worker above it too: that is said once.
  const trees = sampling.trees.filter((tree) => !accused.some(({ worker }) => worker === tree.worker));
  const findings = [
    ...groupAlike(sampling.processes).flatMap((group) => processFindings(group, contextOf(group[0]?.worker ?? 0))),
    ...trees.map((tree) => treeFinding(tree, contextOf(tree.worker))),
  ];
  if (throttling !== null && throttling.throttledPeriods > 0) findings.push(throttlingFinding(throttling));
  if (sampling.method === 'none') {
    const message = 'The demand of the workers was not measured: /proc of Linux is not here';
    findings.push({ code: 'NOT_MEASURED', severity: 'info', message });
  }
  const exceeded = accused.length > 0 || sampling.trees.length > 0;
  return { outcome: exceeded ? 'exceeded' : sampling.windowCount === 0 ? 'unknown' : 'within', findings };
}
