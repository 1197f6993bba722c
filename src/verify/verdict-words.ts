/**
 * Every sentence of the verdict: at most six lines, what kept how many threads busy, one process per line, and one
 * command to copy. Pure.
 */
import type { Finding } from '../finding.ts';
import type { Cause } from './cause.ts';
import { fixCommand, type Invocation } from './fix-command.ts';
import type { Framework } from './frameworks.ts';
import type { ProcessEvidence, ThrottlingDelta, TotalPeak, TreeEvidence } from './measurement.ts';

/** Lines for processes in one finding, one that counts the rest included. */
const PROCESS_LINES = 3;
const MAX_COMMAND = 60;
const MAX_VARIABLES = 4;
/** Below this a part of the demand is not worth a word. */
const NOTABLE_CPUS = 0.25;

const figure = (value: number): string => value.toFixed(1);
const count = (value: number, noun: string): string => (value === 1 ? `1 ${noun}` : `${value} ${noun}s`);
const over = (seconds: number): string => ` (over ${figure(seconds)} s)`;

function listed(names: readonly string[]): string {
  const more = names.length - MAX_VARIABLES;
  return names.slice(0, MAX_VARIABLES).join(', ') + (more > 0 ? ` and ${more} more` : '');
}

function shortCommand(command: string): string {
  const [file = ''] = command.split(' ', 1);
  const characters = Array.from(file.slice(file.lastIndexOf('/') + 1) + command.slice(file.length));
  return characters.length <= MAX_COMMAND ? characters.join('') : `${characters.slice(0, MAX_COMMAND - 1).join('')}…`;
}

function processLines(processes: readonly ProcessEvidence[], total: number): string {
  const shown = total <= PROCESS_LINES ? processes : processes.slice(0, PROCESS_LINES - 1);
  const lines = shown.map(
    ({ kind, demandCpus, command, pid }) =>
      `\n${kind === 'bursts' ? demandCpus : figure(demandCpus)} ${shortCommand(command)} (${pid})`,
  );
  const more = total - shown.length;
  return lines.join('') + (more > 0 ? `\nand ${more} more` : '');
}

/** What to do: a reason, and the option that does it where there is one. */
export interface Fix {
  readonly reason: string;
  readonly option?: readonly string[];
}

function withFix(finding: Finding, { reason, option }: Fix, invocation: Invocation): Finding {
  if (option === undefined) return { ...finding, hint: reason };
  const command = fixCommand(invocation, option);
  return command === undefined
    ? { ...finding, hint: `${reason}; add \`${option.join(' ')}\`` }
    : { ...finding, hint: `${reason}; try:`, command };
}

export function fixOf(cause: Cause, k: number): Fix {
  switch (cause.kind) {
    case 'removed':
      return {
        reason:
          `it was started without ${listed(cause.variables)} (env -i, sudo, su -, ssh, ...): keep them, for example ` +
          `\`sudo --preserve-env=${cause.variables.slice(0, MAX_VARIABLES).join(',')}\`, or start oneprocpool inside`,
      };
    case 'changed':
      return { reason: `${cause.variable} was given as ${cause.given} but is ${cause.found} there: find what sets it` };
    case 'preset':
      return { reason: `${cause.name} is not bounded by default`, option: cause.option };
    case 'in-code': {
      const advice = cause.advice ?? 'limit it in code';
      return { reason: `no variable bounds the threads of ${cause.name} here: ${advice}, k = ${k}` };
    }
    case 'program-option':
      return { reason: `${cause.program} sizes its own pool: give it \`${cause.option}\`` };
    case 'openmp':
      return {
        reason: 'OpenMP is told its number of threads in code, which beats OMP_NUM_THREADS',
        option: ['--with', 'openmp-thread-limit'],
      };
    case 'two-pools':
      return { reason: 'the program runs threads, and each starts library threads', option: ['--pool', 'app'] };
    case 'own-threads':
      return {
        reason: `these are the program's own threads: allow it at most ${k} (n_jobs, max_workers, --threads, ...)`,
      };
  }
}

/** `processes`: those with the same command, limit and kind, the highest first; `speaker` is the best known. */
export function processFinding(processes: readonly ProcessEvidence[], fix: Fix, invocation: Invocation): Finding {
  const highest = processes[0]?.demandCpus ?? 0;
  const [first] = processes;
  const { worker = 0, kind, limitThreads: k = 1, windowSeconds = 0 } = first ?? {};
  const workers = new Set(processes.map((process) => process.worker)).size;
  const who =
    workers > 1
      ? `${workers} workers`
      : processes.length > 1
        ? `${processes.length} processes of worker ${worker}`
        : `worker ${worker}`;
  const isOne = processes.length === 1;
  const share = workers > 1 ? `the share of each is ${k}` : `its share is ${k}`;
  const what =
    kind === 'bursts'
      ? `had up to ${highest} threads busy at once, again and again; ${share}`
      : isOne
        ? `kept ${figure(highest)} threads busy; ${share}${over(windowSeconds)}`
        : `kept up to ${figure(highest)} threads busy each; ${share}`;
  const message = `${who} ${what}${processLines(processes, processes.length)}`;
  return withFix({ code: 'DEMAND_EXCEEDED', severity: 'warning', message }, fix, invocation);
}

export function removedFinding({ worker, command, pid }: ProcessEvidence, others: number, cause: Cause): Finding {
  const variables = cause.kind === 'removed' ? listed(cause.variables) : 'its variables';
  const more = others === 0 ? '' : ` and ${others} more like it`;
  const message = `worker ${worker} started ${shortCommand(command)} (${pid})${more} without ${variables}`;
  return { code: 'VARIABLE_REMOVED', severity: 'warning', message, hint: fixOf(cause, 1).reason };
}

export function treeFix(k: number, isThreaded: boolean, framework: Framework | undefined, pool: string): Fix {
  const starter = framework === undefined ? 'the program starts processes' : `${framework.name} starts processes`;
  if (isThreaded && pool === 'libraries' && framework?.boundsLibraries === true)
    return { reason: `${starter}, and each starts library threads`, option: ['--pool', 'auto'] };
  if (isThreaded && pool !== 'app')
    return { reason: `${starter}, and each starts library threads`, option: ['--pool', 'app'] };
  const fewer = `allow at most ${k} at once`;
  if (framework?.option !== undefined)
    return { reason: `${starter}: ${fewer} (${framework.advice(k)})`, option: framework.option(k) };
  return { reason: `${starter}: ${fewer} (${framework?.advice(k) ?? 'n_jobs, processes, max_workers, -j, ...'})` };
}

export function treeFinding(tree: TreeEvidence, fix: Fix, invocation: Invocation): Finding {
  const { worker, demandCpus, limitThreads, windowSeconds, processes, processCount, endedCpus } = tree;
  const ended = endedCpus > NOTABLE_CPUS ? `\n${figure(endedCpus)} in processes that ended in that time` : '';
  const room = ended === '' ? PROCESS_LINES : PROCESS_LINES - 1;
  const shown = processCount <= room ? processes : processes.slice(0, room - 1);
  const rest = processCount - shown.length;
  const lines = shown.map(
    ({ demandCpus: cpus, command, pid }) => `\n${figure(cpus)} ${shortCommand(command)} (${pid})`,
  );
  const message =
    `worker ${worker} kept ${figure(demandCpus)} threads busy; its share is ${limitThreads}${over(windowSeconds)}` +
    `${lines.join('')}${rest > 0 ? `\nand ${rest} more` : ''}${ended}`;
  return withFix({ code: 'OVER_BUDGET', severity: 'warning', message }, fix, invocation);
}

/** The workers together, each of them within its share. */
export function totalFinding(
  peak: TotalPeak,
  { budgetCpus, workers }: { budgetCpus: number; workers: number },
  invocation: Invocation,
): Finding {
  const who = peak.workerCount === 1 ? '1 worker' : `${peak.workerCount} workers together`;
  const available = `only ${count(budgetCpus, 'CPU')} ${budgetCpus === 1 ? 'is' : 'are'} available`;
  const message = `${who} kept ${figure(peak.demandCpus)} threads busy; ${available}${over(peak.windowSeconds)}`;
  const fix: Fix =
    workers > budgetCpus
      ? { reason: 'start fewer workers', option: ['-w', String(budgetCpus)] }
      : {
          reason: 'give each worker fewer threads',
          option: ['--threads', String(Math.max(1, Math.floor(budgetCpus / workers)))],
        };
  return withFix({ code: 'TOTAL_EXCEEDED', severity: 'warning', message }, fix, invocation);
}

export function throttlingFinding({ source, periods, throttledPeriods, throttledSeconds }: ThrottlingDelta): Finding {
  const percent = Math.round((100 * throttledPeriods) / Math.max(1, periods));
  return {
    code: 'THROTTLED',
    severity: 'info',
    message:
      `The CPU quota stopped the run in ${throttledPeriods} of ${periods} periods (${percent} %), ` +
      `${figure(throttledSeconds)} s in all (${source})`,
  };
}

/** Of the findings that make a verdict `exceeded`. */
export const EXCESS_CODES: readonly string[] = ['DEMAND_EXCEEDED', 'OVER_BUDGET', 'TOTAL_EXCEEDED'];

export const NOT_MEASURED: Finding = {
  code: 'NOT_MEASURED',
  severity: 'info',
  message: 'The demand of the workers was not measured: /proc of Linux is not here',
};
