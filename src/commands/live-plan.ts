/**
 * The plan while the run goes on: a worker that is started again gets the share that the limits allow by
 * then. Uses the ports for files.
 */
import type { Finding } from '../finding.ts';
import type { ThreadPlan, WorkerPlan } from '../plan/plan.ts';
import type { WorkerSpec } from '../workers/worker.ts';
import type { CommandContext } from './command-context.ts';
import type { PreparedPlan } from './prepare-plan.ts';
import { workerCommand } from './worker-command.ts';

export interface LivePlan {
  /** The worker as it was planned last. */
  workerOf(index: number): WorkerPlan;
  specOf(index: number): WorkerSpec;
  /** Reads the limits and plans this worker anew. Throws OVERSUBSCRIBED with `--strict`. */
  planAgain(index: number): WorkerSpec;
  /** What changed since the start. */
  readonly findings: readonly Finding[];
}

export function createLivePlan(context: CommandContext, prepared: PreparedPlan): LivePlan {
  const plans = prepared.plan.workers.map(() => prepared.plan);
  const findings: Finding[] = [];
  let newest = prepared.plan;

  function planOf(index: number): ThreadPlan {
    return plans[index] ?? prepared.plan;
  }

  function workerOf(index: number): WorkerPlan {
    const worker = planOf(index).workers[index];
    if (worker === undefined) throw new Error(`Expected a plan for worker ${index}, found none`);
    return worker;
  }

  function specOf(index: number): WorkerSpec {
    const worker = workerOf(index);
    const [file = '', ...args] = workerCommand(context.words, planOf(index), worker);
    const env: Record<string, string> = { ...context.host.system.env };
    for (const name of worker.env.unset) delete env[name];
    return { index, file, args, env: { ...env, ...worker.env.set }, ...(worker.cpus && { cpus: worker.cpus }) };
  }

  return {
    workerOf,
    specOf,
    planAgain(index) {
      const plan = prepared.planAgain();
      plans[index] = plan;
      if (plan.budget.cpus !== newest.budget.cpus) findings.push(budgetChanged(newest, plan, index));
      newest = plan;
      return specOf(index);
    },
    findings,
  };
}

function budgetChanged(before: ThreadPlan, after: ThreadPlan, index: number): Finding {
  const threads = after.workers[index]?.threads ?? 1;
  const message = `The budget changed from ${before.budget.cpus} to ${after.budget.cpus} CPUs while the run was going on; worker ${index} was started again with ${threads} ${threads === 1 ? 'thread' : 'threads'}`;
  const isLess = after.budget.cpus < before.budget.cpus;
  return {
    code: 'BUDGET_CHANGED',
    severity: isLess ? 'warning' : 'info',
    message,
    ...(isLess && after.workers.length > 1 && { hint: 'the other workers keep the threads they were started with' }),
  };
}
