/**
 * The run report as one page of HTML for people: whole without network, scripts or other files. Pure.
 */
import type { Finding } from '../../finding.ts';
import type { LibraryPreset } from '../../presets/preset.ts';
import type { RunReport } from '../run-report.ts';
import { html, Markup } from './markup.ts';
import { limitsSection, optionsSection, variablesSection } from './plan.ts';
import { STYLE } from './style.ts';
import { verdictSection } from './verdict.ts';
import { workersSection } from './workers.ts';

const LABEL = { error: 'Error', warning: 'Warning', info: 'Note' } as const;

function findingsSection(findings: readonly Finding[]): Markup {
  const sorted = (['error', 'warning', 'info'] as const).flatMap((severity) =>
    findings.filter((finding) => finding.severity === severity),
  );
  const items = sorted.map(
    ({ code, severity, message, hint }) =>
      html`<li>
        <strong class="${severity}">${LABEL[severity]}</strong> ${message}
        <code class="soft">${code}</code>
        ${hint === undefined ? '' : html`<p><span class="soft">Cure:</span> ${hint}</p>`}
      </li> `,
  );
  return html`<section>
    <h2>Findings</h2>
    ${
      items.length === 0
        ? html`<p class="soft">None.</p>`
        : html`<ul class="findings">
            ${items}
          </ul>`
    }
  </section>`;
}

/** @param presets name where a variable comes from; those not given are not named. */
export function renderReportPage(report: RunReport, presets: readonly LibraryPreset[]): string {
  const page = html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'" />
        <title>oneprocpool: ${report.command.join(' ')}</title>
        <style>
          ${new Markup(STYLE)}
        </style>
      </head>
      <body>
        ${verdictSection(report)}
        <main>
          ${findingsSection(report.findings)} ${workersSection(report)} ${limitsSection(report)}
          ${variablesSection(report, presets)} ${optionsSection(report)}
        </main>
        <footer>oneprocpool ${report.version}. The same figures for programs: --report FILE.json</footer>
      </body>
    </html> `;
  return page.toString();
}
