/**
 * The share that Slurm tells a process in variables. Pure.
 *
 * A step (`srun`) is made of tasks, and each has its share. A batch script is no task: it has the CPUs of its node.
 * Source: srun(1) and sbatch(1) of Slurm 22.05, "OUTPUT ENVIRONMENT VARIABLES"; the same in 26.05.
 */
import type { Finding } from '../finding.ts';
import { evenShare } from './even-share.ts';
import { parseCount, parseTasksPerNode, readCount, readRank, type Environment } from './job-variables.ts';
import type { LocalRanks } from './local-ranks.ts';
import { variableInvalid, variablesDiffer } from './outer-findings.ts';
import type { SchedulerShare } from './scheduler-share.ts';

interface Tasks {
  readonly isStep: boolean;
  readonly variable: string;
  /** On this node; 1 when it is not told. */
  readonly count: number;
}

function readTasks(env: Environment, findings: Finding[]): Tasks {
  const hasOwn = (env['SLURM_STEP_TASKS_PER_NODE'] ?? '') !== '';
  const variable = hasOwn ? 'SLURM_STEP_TASKS_PER_NODE' : 'SLURM_TASKS_PER_NODE';
  const isStep = hasOwn || (env['SLURM_STEP_ID'] ?? '') !== '';
  const text = env[variable] ?? '';
  if (text === '') return { isStep, variable, count: 1 };
  const node = env['SLURM_NODEID'] ?? '';
  const count = parseTasksPerNode(text, parseCount(node) ?? 0);
  if (count === undefined) findings.push(variableInvalid(variable, text, `for node ${parseCount(node) ?? 0}`));
  return { isStep, variable, count: count ?? 1 };
}

/** The share beside SLURM_JOB_ID, or `null`. `ranks`: what a launcher inside the job started. */
export function readSlurmShare(env: Environment, ranks: LocalRanks | null, findings: Finding[]): SchedulerShare | null {
  if ((env['SLURM_JOB_ID'] ?? '') === '') return null;
  const perTask = readCount(env, 'SLURM_CPUS_PER_TASK', findings);
  const onNode = readCount(env, 'SLURM_CPUS_ON_NODE', findings);
  const tasks = readTasks(env, findings);
  const named = { scheduler: 'Slurm' } as const;
  if (perTask === undefined) {
    if (onNode === undefined) return null;
    if (!tasks.isStep || tasks.count === 1)
      return { ...named, cpus: onNode, source: 'SLURM_CPUS_ON_NODE', isOfAllRanks: true };
    const rank = readRank(env, 'SLURM_LOCALID', tasks.count, findings);
    const cpus = evenShare(onNode, tasks.count, rank);
    return { ...named, cpus, source: `SLURM_CPUS_ON_NODE / ${tasks.variable}`, isOfAllRanks: true };
  }
  if (onNode !== undefined && perTask > onNode) {
    findings.push(
      variablesDiffer(['SLURM_CPUS_PER_TASK', perTask], ['SLURM_CPUS_ON_NODE', onNode], 'the smaller number counts'),
    );
  }
  const limit = onNode ?? Infinity;
  if (!tasks.isStep && tasks.count > 1) {
    const cpus = Math.min(limit, perTask * tasks.count);
    return { ...named, cpus, source: `SLURM_CPUS_PER_TASK x ${tasks.variable}`, isOfAllRanks: true };
  }
  // The daemons of mpirun are a step with one task a node; the ranks they start are the tasks that were asked for.
  const ranksAreTasks = tasks.count === 1 && ranks !== null && onNode !== undefined && ranks.size * perTask <= onNode;
  const cpus = Math.min(limit, perTask);
  return { ...named, cpus, source: 'SLURM_CPUS_PER_TASK', isOfAllRanks: !ranksAreTasks };
}

/** The tasks of a step as siblings, for when nothing else tells a share; `null` for one alone. */
export function readSlurmRanks(env: Environment): LocalRanks | null {
  const { isStep, variable, count } = readTasks(env, []);
  return isStep && count > 1
    ? { size: count, rank: readRank(env, 'SLURM_LOCALID', count, []), source: variable }
    : null;
}
