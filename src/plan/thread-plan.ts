/**
 * How many threads each worker gets, so that together they fit the budget. Pure.
 */
import { OneprocpoolError } from '../errors.ts';
import type { Finding } from '../finding.ts';
import type { LimitName } from '../limits/limits.ts';

export interface ThreadRequest {
  /** Whole CPUs, at least 1. */
  readonly budgetCpus: number;
  /** Whole, at least 1; `auto`: as many workers as fit the budget. */
  readonly workers: number | 'auto';
  /** Threads of every worker instead of its share of the budget; `null` = the share. */
  readonly threads: number | null;
  /** The same number for every worker; the remainder of the division stays unused. */
  readonly uniform: boolean;
  /** Refuse a plan that does not fit. */
  readonly strict: boolean;
  /** What decided the budget, for the hint: how it could be larger. */
  readonly decidedBy?: LimitName;
}

export interface ThreadShares {
  /** Threads by worker index, each at least 1. */
  readonly threads: readonly number[];
  /** Threads above the budget, all workers together; 0 when they fit. */
  readonly oversubscribedBy: number;
  readonly findings: readonly Finding[];
}

/**
 * Divides the budget: the whole part to every worker, the remainder one each to the first ones (8/3 -> 3,3,2).
 * More workers than CPUs get one thread each, which does not fit and is said; throws OVERSUBSCRIBED instead
 * when `strict`. `auto` means one worker per CPU with one thread, or per `threads` CPUs when those are given.
 */
export function planThreads(request: ThreadRequest): ThreadShares {
  const threads = divide(request);
  const total = threads.reduce((sum, share) => sum + share, 0);
  const oversubscribedBy = Math.max(0, total - request.budgetCpus);
  if (oversubscribedBy === 0) return { threads, oversubscribedBy, findings: [] };
  const finding = oversubscription(threads, total, request);
  if (request.strict) {
    throw new OneprocpoolError('OVERSUBSCRIBED', `${finding.message} (refused by --strict)`, { hint: finding.hint });
  }
  return { threads, oversubscribedBy, findings: [finding] };
}

function divide({ budgetCpus, workers, threads, uniform }: ThreadRequest): number[] {
  const workerCount = workers === 'auto' ? Math.max(1, Math.floor(budgetCpus / (threads ?? 1))) : workers;
  if (threads !== null) return new Array<number>(workerCount).fill(threads);
  const share = Math.floor(budgetCpus / workerCount);
  const remainder = uniform ? 0 : budgetCpus % workerCount;
  return Array.from({ length: workerCount }, (_, index) => Math.max(1, share + (index < remainder ? 1 : 0)));
}

const RAISE: Readonly<Record<LimitName, string>> = {
  'cgroup-quota': "raise the container's CPU limit",
  affinity: 'allow more CPUs by affinity or cpuset',
  'physical-cores': 'leave out --physical',
  scheduler: 'request more CPUs from the scheduler',
  'outer-launcher': 'start fewer ranks on this host',
  outer: 'start fewer workers in the outer oneprocpool',
  user: 'raise --cpus',
  unknown: 'state the number of CPUs with --cpus',
};

function oversubscription(
  threads: readonly number[],
  total: number,
  { budgetCpus, decidedBy }: ThreadRequest,
): Finding & { hint: string } {
  // Shares that do not fit are all the same: one thread each, or --threads.
  const each = threads[0] ?? 1;
  const fits = Math.max(1, Math.floor(budgetCpus / each));
  const instead =
    fits * each <= budgetCpus ? `-w ${fits}` : `--threads ${Math.max(1, Math.floor(budgetCpus / threads.length))}`;
  return {
    code: 'OVERSUBSCRIBED',
    severity: 'warning',
    message: `${count(threads.length, 'worker')} x ${count(each, 'thread')} ${threads.length === 1 ? 'needs' : 'need'} ${count(total, 'CPU')}, but only ${budgetCpus} ${budgetCpus === 1 ? 'is' : 'are'} available`,
    hint: `use \`${instead}\`; for more, ${decidedBy === undefined ? "raise the container's CPU limit or the affinity" : RAISE[decidedBy]}`,
  };
}

function count(amount: number, noun: string): string {
  return `${amount} ${noun}${amount === 1 ? '' : 's'}`;
}
