/** What was planned: the limits, the variables and where each came from, the options. Pure. */
import type { LibraryPreset } from '../../presets/preset.ts';
import { budgetText, limitRows } from '../limits-text.ts';
import { valueText } from '../plan-text.ts';
import type { RunReport } from '../run-report.ts';
import { groupWorkers } from '../worker-groups.ts';
import { html, type Markup, type Part } from './markup.ts';
import { table, type Row } from './table.ts';

export function limitsSection({ plan }: RunReport): Markup {
  const rows = limitRows(plan).map(({ name, label, value, source }): Row => {
    const decides = name === plan.budget.decidedBy;
    return { decides, cells: [label, value, decides ? `${source} (decides)` : source] };
  });
  return html`<section>
    <h2>Limits</h2>
    ${table([{ name: 'Limit' }, { name: 'Value' }, { name: 'Source' }], rows)}
    <p>Budget: <strong>${budgetText(plan)}</strong></p>
  </section>`;
}

/** Presets that write or remove the variable; else who did. */
function originOf(name: string, report: RunReport, presets: readonly LibraryPreset[]): string {
  const own = report.plan.options['env']?.value;
  if (typeof own === 'object' && own !== null && name in own) return 'your --env';
  const ids = presets
    .filter(({ set, unset }) => [...set, ...unset].some(({ variable }) => variable === name))
    .map(({ id }) => id);
  if (ids.length > 0) return `preset ${ids.join(', ')}`;
  return name.startsWith('ONEPROCPOOL_') ? 'oneprocpool, for the worker' : 'your configuration';
}

export function variablesSection(report: RunReport, presets: readonly LibraryPreset[]): Markup {
  const groups = groupWorkers(report.plan.workers);
  const sections = groups.map(({ workers: [{ env }], indexes }) => {
    const row = (name: string, value: Part, origin: string): Row => ({
      cells: [html`<code>${name}</code>`, value, origin],
    });
    const rows = [
      ...Object.entries(env.set).map(([name, value]) =>
        row(name, html`<code>${value}</code>`, originOf(name, report, presets)),
      ),
      ...Object.entries(env.kept).map(([name, value]) => row(name, html`<code>${value}</code>`, 'yours, kept')),
      ...env.unset.map((name) => row(name, html`<span class="soft">removed</span>`, originOf(name, report, presets))),
    ];
    const title = groups.length === 1 ? '' : html`<h3>Workers ${indexes}</h3>`;
    return html`${title}${table([{ name: 'Variable' }, { name: 'Value' }, { name: 'From' }], rows)}`;
  });
  return html`<section>
    <h2>Variables</h2>
    ${sections}
  </section>`;
}

export function optionsSection({ plan }: RunReport): Markup | '' {
  const given = Object.entries(plan.options).filter(([, { origin }]) => origin !== 'default');
  if (given.length === 0) return '';
  const rows = given.map(([name, option]): Row => {
    const detail = 'detail' in option ? ` (${String(option.detail)})` : '';
    return { cells: [html`<code>${name}</code>`, valueText(option.value), option.origin + detail] };
  });
  return html`<section>
    <h2>Options</h2>
    ${table([{ name: 'Option' }, { name: 'Value' }, { name: 'From' }], rows)}
  </section>`;
}
