/**
 * The limits and the budget of a plan as a table: every limit with its source, the deciding one marked. Pure.
 */
import { formatCpuList } from '../limits/cpu-list.ts';
import type { LimitName } from '../limits/limits.ts';
import type { ThreadPlan } from '../plan/plan.ts';
import { countOf, formatBytes, formatNumber, formatRanges } from './quantities.ts';
import type { Style } from './terminal-style.ts';
import { displayWidth, keepEnd, printable } from './text-layout.ts';
import { renderTable } from './text-table.ts';

export interface LimitRow {
  readonly name: LimitName | 'memory' | 'nodes';
  readonly label: string;
  readonly value: string;
  readonly source: string;
}

/** Every limit that was read, in the order of the table. */
export function limitRows(plan: ThreadPlan): LimitRow[] {
  const { limits } = plan;
  const rows: LimitRow[] = [
    {
      name: 'cgroup-quota',
      label: 'cgroup quota',
      value: limits.quotaCpus === null ? 'none' : countOf(limits.quotaCpus, 'CPU'),
      source:
        limits.quotaSource ?? (limits.cgroupVersion === null ? 'no cgroup seen' : `cgroup ${limits.cgroupVersion}`),
    },
    {
      name: 'affinity',
      label: 'allowed CPUs',
      value: limits.allowedCpus === null ? 'unknown' : countOf(limits.allowedCpus.length, 'CPU'),
      source: limits.allowedCpus === null ? '' : `affinity mask ${formatRanges(limits.allowedCpus)}`,
    },
    {
      name: 'physical-cores',
      label: 'physical cores',
      value: limits.physicalCores === null ? 'unknown' : countOf(limits.physicalCores, 'core'),
      source: plan.budget.decidedBy === 'physical-cores' ? '--physical' : 'counts only with --physical',
    },
  ];
  if (limits.numaNodes !== undefined) {
    rows.push({
      name: 'nodes',
      label: 'NUMA nodes',
      value: countOf(limits.numaNodes.length, 'node'),
      source: limits.numaNodes.map(({ node, cpus }) => `${node}: CPU ${formatCpuList(cpus)}`).join(' | '),
    });
  }
  if (limits.scheduler !== undefined) {
    rows.push({
      name: 'scheduler',
      label: limits.scheduler.scheduler,
      value: countOf(limits.scheduler.cpus, 'CPU'),
      source: limits.scheduler.source,
    });
  }
  if (limits.launcher !== undefined) {
    const { cpus, source, localSize, localRank } = limits.launcher;
    const rank = localRank === null ? '' : `, rank ${localRank}`;
    rows.push({
      name: 'outer-launcher',
      label: 'local ranks',
      value: countOf(cpus, 'CPU'),
      source: `${source}=${localSize}${rank}`,
    });
  }
  if (limits.outer !== null) {
    rows.push({
      name: 'outer',
      label: 'outer oneprocpool',
      value: countOf(limits.outer.cpus, 'CPU'),
      source: limits.outer.source,
    });
  }
  if (plan.budget.decidedBy === 'user') {
    rows.push({ name: 'user', label: 'your limit', value: countOf(plan.budget.exact, 'CPU'), source: '--cpus' });
  }
  if (limits.memoryBytes !== null) {
    rows.push({ name: 'memory', label: 'memory', value: formatBytes(limits.memoryBytes), source: 'not used for CPUs' });
  }
  return rows;
}

/** `2 CPUs  (2.5 rounded down)`: what is planned with, and how it came from the deciding limit. */
export function budgetText({ budget }: ThreadPlan): string {
  const steps: string[] = [];
  if (budget.reserved > 0) steps.push(`${formatNumber(budget.reserved)} reserved`);
  const left = budget.exact - budget.reserved;
  if (left < 1 && budget.cpus === 1) steps.push('never below 1');
  else if (!Number.isInteger(left))
    steps.push(`rounded ${{ floor: 'down', nearest: 'to the nearest', ceil: 'up' }[budget.rounding]}`);
  const cpus = countOf(budget.cpus, 'CPU');
  if (budget.decidedBy === 'unknown') return `${cpus}  (nothing tells how many there are)`;
  return steps.length === 0 ? cpus : `${cpus}  (${[formatNumber(budget.exact), ...steps].join(', ')})`;
}

const MARK = '<- decides';

/** Lines of the table; the row that decided the budget carries `<- decides`. */
export function renderLimits(plan: ThreadPlan, options: { style: Style; verbose: boolean }): string[] {
  const { style } = options;
  const limits = limitRows(plan);
  const widest = (texts: readonly string[]) => Math.max(...texts.map(displayWidth));
  const before =
    2 + widest(limits.map((row) => row.label)) + 2 + widest(limits.map((row) => row.value)) + 2 + MARK.length + 2;
  const room = options.verbose ? Infinity : Math.max(16, style.columns - before);
  const rows = limits.map((row) => {
    const decides = row.name === plan.budget.decidedBy;
    return [
      row.label,
      decides ? style.bold(row.value) : row.value,
      decides ? style.good(MARK) : '',
      style.dim(keepEnd(printable(row.source), room)),
    ];
  });
  return [
    style.bold('Limits'),
    ...renderTable(rows, { indent: 2 }),
    '',
    `${style.bold('Budget')}   ${budgetText(plan)}`,
  ];
}
