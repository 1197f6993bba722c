/** The top of the page: the verdict, and what was run. Pure. */
import { countOf, formatNumber } from '../quantities.ts';
import type { RunReport } from '../run-report.ts';
import { html, type Markup } from './markup.ts';

const HEADLINES = {
  within: 'Within the limit',
  exceeded: 'Above the limit',
  unknown: 'Not judged',
} as const;

function explanation({ verdict, workers, plan }: RunReport): string {
  const who = `${countOf(workers.length, 'worker')} on ${countOf(plan.budget.cpus, 'CPU')}`;
  if (verdict.outcome === 'within') return `${who}: no process tree wanted more CPUs than its share.`;
  if (verdict.outcome === 'exceeded')
    return `${who}: some wanted more CPUs than their share. The findings name them and the cure.`;
  return `${who}: nothing was measured for long enough to tell.`;
}

/** A word as a shell would need it, when it holds anything but the usual. */
function shellWord(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", String.raw`'\''`)}'`;
}

export function verdictSection(report: RunReport): Markup {
  const { verdict, command, startedAt, wallSeconds, exitStatus, throttling } = report;
  const cpuSeconds = report.workers.reduce((sum, worker) => sum + worker.cpuSeconds, 0);
  const facts = [
    ['Exit status', String(exitStatus)],
    ['Wall time', `${formatNumber(wallSeconds)} s`],
    ['CPU time', `${formatNumber(cpuSeconds)} s`],
    ['Started', startedAt.replace('T', ' ').replace(/\.\d+Z$/, ' UTC')],
    ...(throttling === null || throttling.periods === 0
      ? []
      : [['Throttled', `${formatNumber((100 * throttling.throttledPeriods) / throttling.periods)} % of the periods`]]),
  ];
  return html`<header>
    <h1 class="${verdict.outcome}">${HEADLINES[verdict.outcome]}</h1>
    <p>${explanation(report)}</p>
    <pre>${command.map(shellWord).join(' ')}</pre>
    <dl class="facts">
      ${facts.map(
        ([name = '', value = '']) =>
          html`<div>
            <dt>${name}</dt>
            <dd>${value}</dd>
          </div>`,
      )}
    </dl>
  </header>`;
}
