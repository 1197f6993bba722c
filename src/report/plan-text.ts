/**
 * The plan as a person reads it: limits and which one decided, workers, variables, where options came
 * from, findings. Pure.
 */
import { formatCpuList } from '../limits/cpu-list.ts';
import type { ThreadPlan } from '../plan/plan.ts';
import { renderFindings } from './finding-text.ts';
import { renderLimits } from './limits-text.ts';
import { countOf } from './quantities.ts';
import type { Style } from './terminal-style.ts';
import { printable } from './text-layout.ts';
import { renderTable } from './text-table.ts';
import { renderVariables } from './variables-text.ts';
import { groupWorkers, type WorkerGroup } from './worker-groups.ts';

export interface PlanTextOptions {
  readonly style: Style;
  /** All variables and all options, not only those that were changed. */
  readonly verbose?: boolean;
  /** Only the budget, the workers and findings that are not mere notes. */
  readonly quiet?: boolean;
  /** What exactly an option came from, by its name: `--workers`, `ONEPROCPOOL_WORKERS`, a path with line. */
  readonly optionDetails?: Readonly<Record<string, string>>;
}

const OWNER: Readonly<Record<ThreadPlan['pool'], string>> = {
  libraries: 'library threads use the CPUs',
  app: "the application's own pool uses the CPUs",
  auto: 'library threads use the CPUs, unless a framework bounds its own workers',
};

function renderWorkers(plan: ThreadPlan, groups: readonly WorkerGroup[], style: Style): string[] {
  const rows = groups.map((group) => [
    group.indexes,
    `${countOf(group.workers[0].threads, 'thread')}${group.workers.length > 1 ? ' each' : ''}`,
    ...cpusOf(group),
  ]);
  const total = plan.workers.reduce((sum, worker) => sum + worker.threads, 0);
  const crowded =
    total > plan.budget.cpus ? style.warn(`  ${total} threads on ${countOf(plan.budget.cpus, 'CPU')}`) : '';
  return [
    `${style.bold('Workers')}  ${plan.workers.length}, ${OWNER[plan.pool]}${crowded}`,
    ...renderTable(rows, { indent: 2 }),
  ];
}

/** With `--pin`, the CPUs of each worker in turn. */
function cpusOf({ workers }: WorkerGroup): string[] {
  const lists = workers.flatMap(({ cpus, nodes }) =>
    cpus === undefined
      ? []
      : [
          `${formatCpuList(cpus)}${nodes === undefined ? '' : ` (${nodes.length === 1 ? 'node' : 'nodes'} ${nodes.join(',')})`}`,
        ],
  );
  return lists.length === 0 ? [] : [`on CPU ${lists.join(' | ')}`];
}

/** Value of an option. */
export function valueText(value: unknown): string {
  if (value === null || value === undefined) return '-';
  if (Array.isArray(value)) return value.map(valueText).join(' ');
  if (typeof value === 'object') {
    if ('percent' in value) return `${String(value.percent)}%`;
    if ('cpus' in value) return String(value.cpus);
    return Object.entries(value)
      .map(([name, part]) => `${name}=${valueText(part)}`)
      .join(' ');
  }
  return printable(typeof value === 'string' ? value : JSON.stringify(value));
}

function renderOptions(plan: ThreadPlan, options: PlanTextOptions): string[] {
  const rows = Object.entries(plan.options)
    .filter(([, option]) => options.verbose === true || option.origin !== 'default')
    .map(([name, option]) => {
      const detail = options.optionDetails?.[name];
      const origin =
        detail === undefined || option.origin === 'default' ? option.origin : `${option.origin} (${printable(detail)})`;
      return [name, valueText(option.value), options.style.dim(origin)];
    });
  return rows.length === 0 ? [] : ['', options.style.bold('Options'), ...renderTable(rows, { indent: 2 })];
}

/** The whole text, ending with a newline. */
export function renderPlan(plan: ThreadPlan, options: PlanTextOptions): string {
  const { style } = options;
  const groups = groupWorkers(plan.workers);
  const findings = renderFindings(plan.findings, style, { minimum: options.quiet === true ? 'warning' : 'info' });
  if (options.quiet === true) {
    return (
      [`${style.bold('Budget')}   ${countOf(plan.budget.cpus, 'CPU')}`, ...renderWorkers(plan, groups, style), ''].join(
        '\n',
      ) + findings
    );
  }
  const lines = [
    ...renderLimits(plan, { style, verbose: options.verbose === true }),
    '',
    ...renderWorkers(plan, groups, style),
    '',
    ...renderVariables(groups, { style, verbose: options.verbose === true }),
    ...renderOptions(plan, options),
  ];
  return `${lines.join('\n')}\n${findings === '' ? '' : `\n${findings}`}`;
}
