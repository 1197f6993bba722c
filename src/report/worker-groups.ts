/**
 * Workers that get the same threads and the same variables, taken together: 64 equal workers are one row. Pure.
 */
import type { WorkerPlan } from '../plan/plan.ts';
import { formatRanges } from './quantities.ts';

export interface WorkerGroup {
  readonly workers: readonly [WorkerPlan, ...WorkerPlan[]];
  /** `0`, `0-1`, `0,2-3`. */
  readonly indexes: string;
}

/** The one variable that differs in every worker; it would keep all of them apart. */
const WORKER_INDEX = 'ONEPROCPOOL_WORKER_INDEX';

function signatureOf({ threads, env }: WorkerPlan): string {
  const entries = (values: Readonly<Record<string, string>>) =>
    Object.entries(values)
      .filter(([name]) => name !== WORKER_INDEX)
      .sort(([a], [b]) => (a < b ? -1 : 1));
  return JSON.stringify([threads, entries(env.set), entries(env.kept), env.unset]);
}

/** Groups in the order of their first worker. */
export function groupWorkers(workers: readonly WorkerPlan[]): WorkerGroup[] {
  const groups = new Map<string, [WorkerPlan, ...WorkerPlan[]]>();
  for (const worker of workers) {
    const signature = signatureOf(worker);
    const group = groups.get(signature);
    if (group === undefined) groups.set(signature, [worker]);
    else group.push(worker);
  }
  return [...groups.values()].map((members) => ({
    workers: members,
    indexes: formatRanges(members.map((worker) => worker.index)),
  }));
}
