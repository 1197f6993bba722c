/**
 * Numbers and lists in the variables of schedulers and launchers. Pure.
 */
import type { Finding } from '../finding.ts';
import { MAX_CPUS } from './cpu-list.ts';
import { variableInvalid } from './outer-findings.ts';

export type Environment = Readonly<Record<string, string>>;

/** A whole number from 1 to `MAX_CPUS`; `undefined` otherwise. */
export function parseCount(text: string | undefined): number | undefined {
  return text !== undefined && /^[1-9]\d{0,4}$/.test(text) && Number(text) <= MAX_CPUS ? Number(text) : undefined;
}

/** The count in a variable; an empty one counts as unset, any other text is added to `findings` and ignored. */
export function readCount(env: Environment, name: string, findings: Finding[]): number | undefined {
  const text = env[name] ?? '';
  const count = parseCount(text);
  if (count === undefined && text !== '') findings.push(variableInvalid(name, text));
  return count;
}

/** A rank: a whole number from 0, below `size`; `null` when there is none. */
export function readRank(env: Environment, name: string, size: number, findings: Finding[]): number | null {
  const text = env[name] ?? '';
  const rank = text === '0' ? 0 : parseCount(text);
  if (rank !== undefined && rank < size) return rank;
  if (text !== '') findings.push(variableInvalid(name, text, `from 0 to ${size - 1}`));
  return null;
}

/**
 * The number for node `nodeIndex` from Slurm's list form `2(x3),1` (three nodes with two, one with one);
 * `undefined` when it does not say. Source: srun(1), SLURM_TASKS_PER_NODE.
 */
export function parseTasksPerNode(text: string, nodeIndex: number): number | undefined {
  let before = 0;
  for (const item of text.split(',')) {
    const match = /^(\d+)(?:\(x(\d+)\))?$/.exec(item);
    const tasks = parseCount(match?.[1]);
    const nodes = parseCount(match?.[2] ?? '1');
    if (tasks === undefined || nodes === undefined) return undefined;
    before += nodes;
    if (nodeIndex < before) return tasks;
  }
  return undefined;
}
