/**
 * What `run` says on stderr after the work: nothing on success, the findings otherwise, the figures of
 * each worker on request. Pure.
 */
import type { WorkerExit } from '../host/ports.ts';
import { renderFindings } from './finding-text.ts';
import { countOf, formatNumber } from './quantities.ts';
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

function throttlingLine({ throttling }: Pick<RunReport, 'throttling'>): string[] {
  if (throttling === null || throttling.periods === 0) return [];
  const share = formatNumber((100 * throttling.throttledPeriods) / throttling.periods);
  return [
    `throttled in ${share} % of the periods, ${formatNumber(throttling.throttledSeconds)} s in all (${throttling.source})`,
  ];
}

/**
 * Text for stderr, each finding after `oneprocpool: `; empty when there is nothing to say. `verbose` adds
 * notes, a line for each worker and the throttling. With `quiet` only errors remain.
 */
export function renderVerdict(
  report: Pick<RunReport, 'verdict' | 'workers' | 'throttling'>,
  options: { style: Style; verbose?: boolean; quiet?: boolean },
): string {
  const minimum = options.quiet === true ? 'error' : options.verbose === true ? 'info' : 'warning';
  const findings = renderFindings(report.verdict.findings, options.style, { minimum, prefix: OWN_PREFIX });
  if (options.verbose !== true || options.quiet === true) return findings;
  const lines = [
    ...report.workers.map(workerLine),
    ...throttlingLine(report),
    `verdict: ${{ within: 'within the plan', exceeded: 'above the plan', unknown: 'unknown' }[report.verdict.outcome]}`,
  ];
  return findings + lines.map((line) => `${OWN_PREFIX}${line}\n`).join('');
}
