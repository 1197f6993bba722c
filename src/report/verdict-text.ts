/**
 * What `run` says on stderr after the work: nothing on success, the findings otherwise, the figures of
 * each worker on request. Pure.
 */
import type { WorkerExit } from '../host/ports.ts';
import { renderFindings } from './finding-text.ts';
import { countOf, formatNumber } from './quantities.ts';
import { EXCESS_CODES } from '../verify/verdict-words.ts';
import type { RunReport, WorkerReport } from './run-report.ts';
import type { Style } from './terminal-style.ts';

/** Before every line of ours on the stderr that we share with the command. */
export const OWN_PREFIX = 'oneprocpool: ';

/** `status 3`, `SIGKILL`, `not started`. */
export function exitText(exit: WorkerExit): string {
  if (exit.kind === 'exited') return `status ${exit.status}`;
  return exit.kind === 'signaled' ? exit.signal : 'not started';
}

function workerLine(worker: WorkerReport): string {
  const demand =
    worker.peakDemandCpus === null
      ? 'too short to measure its demand'
      : `demand ${formatNumber(worker.meanDemandCpus ?? worker.peakDemandCpus)}, at most ${formatNumber(worker.peakDemandCpus)}`;
  const used = `${formatNumber(worker.cpuSeconds)} s of CPU time in ${formatNumber(worker.wallSeconds)} s`;
  const restarts = worker.restarts === 0 ? '' : `; ${countOf(worker.restarts, 'restart')}`;
  return `worker ${worker.index}: may use ${countOf(worker.threads, 'thread')}, ${demand}; ${used}; ${exitText(worker.exit)}${restarts}`;
}

/** Of one worker it is that of the worker. */
function totalLine({ totalDemand, workers }: Pick<RunReport, 'totalDemand' | 'workers'>): string[] {
  const { budgetCpus, meanDemandCpus, peakDemandCpus } = totalDemand;
  if (workers.length === 1 || peakDemandCpus === null) return [];
  const demand = `demand ${formatNumber(meanDemandCpus ?? peakDemandCpus)}, at most ${formatNumber(peakDemandCpus)}`;
  return [`all workers together: ${demand}; ${countOf(budgetCpus, 'CPU')} available`];
}

/** After what was said while the workers ran. */
function closingLine({ totalDemand: { budgetCpus, meanDemandCpus, peakDemandCpus } }: Pick<RunReport, 'totalDemand'>) {
  if (peakDemandCpus === null) return '';
  const busy = `${peakDemandCpus.toFixed(1)} threads busy at most, ${(meanDemandCpus ?? peakDemandCpus).toFixed(1)} on average`;
  return `${OWN_PREFIX}in total ${busy}; ${countOf(budgetCpus, 'CPU')} available\n`;
}

function throttlingLine({ throttling }: Pick<RunReport, 'throttling'>): string[] {
  if (throttling === null || throttling.periods === 0) return [];
  const share = formatNumber((100 * throttling.throttledPeriods) / throttling.periods);
  return [
    `throttled in ${share} % of the periods, ${formatNumber(throttling.throttledSeconds)} s in all (${throttling.source})`,
  ];
}

/**
 * Text for stderr, each finding after `oneprocpool: `; empty when there is nothing to say. `verbose` adds
 * notes, a line for each worker and the throttling. With `quiet` only errors remain. `wasSaid`: the excess was said
 * while the workers ran, and one line with the total follows.
 */
export function renderVerdict(
  report: Pick<RunReport, 'verdict' | 'workers' | 'totalDemand' | 'throttling'>,
  options: { style: Style; verbose?: boolean; quiet?: boolean; wasSaid?: boolean },
): string {
  const minimum = options.quiet === true ? 'error' : options.verbose === true ? 'info' : 'warning';
  const { outcome, findings: all } = report.verdict;
  const isClosing = options.wasSaid === true && outcome === 'exceeded';
  const rest = isClosing ? all.filter(({ code }) => !EXCESS_CODES.includes(code)) : all;
  const findings =
    renderFindings(rest, options.style, { minimum, prefix: OWN_PREFIX }) + (isClosing ? closingLine(report) : '');
  if (options.verbose !== true || options.quiet === true) return findings;
  const lines = [
    ...report.workers.map(workerLine),
    ...totalLine(report),
    ...throttlingLine(report),
    `verdict: ${{ within: 'within the plan', exceeded: 'above the plan', unknown: 'unknown' }[report.verdict.outcome]}`,
  ];
  return findings + lines.map((line) => `${OWN_PREFIX}${line}\n`).join('');
}
