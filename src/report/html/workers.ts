/** What each worker did: figures, demand over time, processes. Pure. */
import { countOf, formatBytes, formatNumber } from '../quantities.ts';
import type { RunReport, WorkerReport } from '../run-report.ts';
import { exitText } from '../verdict-text.ts';
import { commonScale, drawChart, type ChartScale } from './chart.ts';
import { html, type Markup } from './markup.ts';
import { table, type Row } from './table.ts';

/** More drawings than this say less; the table has all workers. */
const MOST_CHARTS = 64;

function demandText(worker: WorkerReport): string {
  if (worker.peakDemandCpus === null) return 'too short to measure';
  const mean = formatNumber(worker.meanDemandCpus ?? worker.peakDemandCpus);
  return `mean ${mean}, at most ${formatNumber(worker.peakDemandCpus)}`;
}

function figure(worker: WorkerReport, scale: ChartScale): Markup {
  const limit = `limit ${countOf(worker.threads, 'CPU')}`;
  const label = `Demand of worker ${worker.index} over time: ${demandText(worker)}, ${limit}`;
  return html`<figure>
    <figcaption>
      <h3>Worker ${worker.index}</h3>
      <p class="soft">${demandText(worker)}; ${limit}</p>
    </figcaption>
    ${drawChart({ label, limit: worker.threads, timeline: worker.timeline, scale })}
    <div class="scale"><span>0 s</span><span>${formatNumber(scale.seconds)} s</span></div>
  </figure>`;
}

function charts({ workers, wallSeconds }: RunReport): Markup {
  const measured = workers.filter(({ timeline }) => timeline.length > 0);
  if (measured.length === 0) return html`<p class="soft">No worker ran long enough to draw its demand.</p>`;
  const scale = commonScale(measured, wallSeconds);
  const shown = measured.slice(0, MOST_CHARTS);
  const more = measured.length - shown.length;
  return html`<p class="soft">
      Number of threads that run or want to run; the dashed line is the limit, the scale is the same in all.
    </p>
    <div class="charts">${shown.map((worker) => figure(worker, scale))}</div>
    ${more === 0 ? '' : html`<p class="soft">${countOf(more, 'more worker')} in the table below.</p>`}`;
}

function restartsOf({ workers }: RunReport): Markup | '' {
  const restarted = workers.filter(({ restarts }) => restarts > 0);
  if (restarted.length === 0) return '';
  const rows = restarted.flatMap(({ index, restarts, attempts }) =>
    attempts.map((attempt, at): Row => ({
      cells: [
        String(index),
        `${restarts + 1 - attempts.length + at + 1} of ${restarts + 1}`,
        exitText(attempt.exit),
        `${formatNumber(attempt.wallSeconds)} s`,
      ],
    })),
  );
  const columns = [{ name: 'Worker' }, { name: 'Start' }, { name: 'End' }, { name: 'Ran', isNumber: true }];
  return html`<section>
    <h2>Restarts</h2>
    ${table(columns, rows)}
  </section>`;
}

/** Below this a process only waited. */
const NOTABLE_CPUS = 0.05;

function isNotable({ peakDemandCpus, pools }: WorkerReport['processes'][number]): boolean {
  return peakDemandCpus >= NOTABLE_CPUS || pools.length > 0;
}

function processesOf({ workers }: RunReport): Markup | '' {
  const rows = workers.flatMap(({ index, processes }) =>
    processes.filter(isNotable).map((process): Row => ({
      cells: [
        String(index),
        html`<code>${process.command}</code> <span class="soft">${process.pid}</span>`,
        formatNumber(process.peakDemandCpus),
        process.peakThreadCount,
        process.pools.map(({ name, evidence }) => `${name} (${evidence})`).join(', ') || '-',
      ],
    })),
  );
  if (rows.length === 0) return '';
  const columns = [
    { name: 'Worker' },
    { name: 'Process' },
    { name: 'Peak demand', isNumber: true },
    { name: 'Threads', isNumber: true },
    { name: 'Pools seen' },
  ];
  return html`<section>
    <h2>Processes</h2>
    ${table(columns, rows)}
  </section>`;
}

export function workersSection(report: RunReport): Markup {
  const rows = report.workers.map((worker): Row => ({
    cells: [
      String(worker.index),
      exitText(worker.exit),
      worker.threads,
      demandText(worker),
      worker.peakThreadCount,
      `${formatNumber(worker.cpuSeconds)} s of ${formatNumber(worker.wallSeconds)} s`,
      formatBytes(worker.peakRssBytes),
      worker.restarts,
    ],
  }));
  const columns = [
    { name: 'Worker' },
    { name: 'End' },
    { name: 'Limit', isNumber: true },
    { name: 'Demand in CPUs', isNumber: true },
    { name: 'Peak threads', isNumber: true },
    { name: 'CPU and wall time', isNumber: true },
    { name: 'Peak memory', isNumber: true },
    { name: 'Restarts', isNumber: true },
  ];
  return html`<section>
      <h2>Workers over time</h2>
      ${charts(report)}
    </section>
    <section>
      <h2>Workers</h2>
      ${table(columns, rows)}
    </section>
    ${restartsOf(report)}${processesOf(report)}`;
}
