/**
 * What a launcher around us says about our share of the CPUs, in environment variables. Pure.
 */
import type { Finding } from '../finding.ts';
import { MAX_CPUS } from './cpu-list.ts';
import { localSiblings, outerLimitInvalid } from './limit-findings.ts';
import type { OuterLimit } from './limits.ts';

/** The one variable that limits us; an outer oneprocpool sets it for each worker. */
const OUTER_VARIABLE = 'ONEPROCPOOL_THREADS';

/**
 * Number of processes that the launcher started on this machine: Open MPI, MPICH and Intel MPI, MVAPICH2, torchrun.
 * Only mentioned: when a launcher binds, the affinity mask already shows our share.
 */
const LOCAL_SIZE_VARIABLES = [
  'OMPI_COMM_WORLD_LOCAL_SIZE',
  'MPI_LOCALNRANKS',
  'MV2_COMM_WORLD_LOCAL_SIZE',
  'LOCAL_WORLD_SIZE',
];

const SLURM_VARIABLE = 'SLURM_STEP_TASKS_PER_NODE';

/** A whole number of at least 1 with at most 9 digits; `undefined` otherwise. */
function parseCount(text: string | undefined): number | undefined {
  return text !== undefined && /^[1-9]\d{0,8}$/.test(text) ? Number(text) : undefined;
}

/**
 * Tasks on node `nodeIndex` from Slurm's list form `2(x3),1` (three nodes with two tasks, one with one);
 * `undefined` when it does not say. Source: srun(1), SLURM_TASKS_PER_NODE.
 */
export function parseTasksPerNode(text: string, nodeIndex: number): number | undefined {
  let before = 0;
  for (const item of text.split(',')) {
    const match = /^([1-9]\d{0,8})(?:\(x([1-9]\d{0,8})\))?$/.exec(item);
    if (match === null) return undefined;
    before += Number(match[2] ?? 1);
    if (nodeIndex < before) return Number(match[1]);
  }
  return undefined;
}

function findSiblings(env: Readonly<Record<string, string>>): { variable: string; count: number } | undefined {
  for (const variable of LOCAL_SIZE_VARIABLES) {
    const count = parseCount(env[variable]);
    if (count !== undefined && count > 1) return { variable, count };
  }
  const nodeText = env['SLURM_NODEID'] ?? '0';
  const count = parseTasksPerNode(env[SLURM_VARIABLE] ?? '', /^\d{1,9}$/.test(nodeText) ? Number(nodeText) : 0);
  return count !== undefined && count > 1 ? { variable: SLURM_VARIABLE, count } : undefined;
}

/**
 * The outer limit, or `null`. Empty counts as unset; a value that is not a whole number from 1 to
 * `MAX_CPUS` is a finding. Siblings are a finding only while nothing narrows our CPUs: no outer limit, and a mask as
 * wide as the machine.
 */
export function readOuterLimit(
  env: Readonly<Record<string, string>>,
  cpus: { readonly allowed: number | null; readonly online: number | null },
): { outer: OuterLimit | null; findings: Finding[] } {
  const text = env[OUTER_VARIABLE] ?? '';
  const threads = parseCount(text.trim());
  if (threads !== undefined && threads <= MAX_CPUS)
    return { outer: { cpus: threads, source: OUTER_VARIABLE }, findings: [] };
  const findings = text === '' ? [] : [outerLimitInvalid(OUTER_VARIABLE, text)];
  const siblings = findSiblings(env);
  const isNarrowed = cpus.allowed !== null && cpus.online !== null && cpus.allowed < cpus.online;
  if (siblings !== undefined && !isNarrowed)
    findings.push(localSiblings(siblings.variable, siblings.count, cpus.allowed));
  return { outer: null, findings };
}
