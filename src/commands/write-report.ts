/** `--report FILE`: JSON for programs or a page for people, by the ending of the name. Uses the writer. */
import type { OptionValues } from '../config/option-specs.ts';
import { isOneprocpoolError, OneprocpoolError } from '../errors.ts';
import type { Host } from '../host/ports.ts';
import type { LibraryPreset } from '../presets/preset.ts';
import type { RunReport } from '../report/run-report.ts';
import { styleFor } from './output-style.ts';

/** Throws USAGE for another ending, REPORT_UNWRITABLE where nothing can be written. */
export function checkReportTarget(host: Host, report: string | null): void {
  if (report === null) return;
  if (report.endsWith('.json') || isPage(report)) {
    host.writer.checkWritable(report);
    return;
  }
  throw new OneprocpoolError(
    'USAGE',
    `Expected \`--report\` to name a file that ends in .json or .html, got \`${report}\``,
    { hint: 'for example `--report run.json` or `--report run.html`' },
  );
}

function isPage(path: string): boolean {
  return path.endsWith('.html');
}

/**
 * Values of the user's own variables are masked without `--report-env`. A status of the command's own is worth more
 * than that of oneprocpool: then the error is said and goes no further.
 */
export async function writeReport(
  host: Host,
  { report: path, reportEnv, env }: Pick<OptionValues, 'report' | 'reportEnv' | 'env'>,
  report: RunReport,
  loadPresets: () => Promise<readonly LibraryPreset[]>,
): Promise<void> {
  if (path === null) return;
  try {
    const { maskEnvironment } = await import('../report/mask-environment.ts');
    const shown = reportEnv ? report : maskEnvironment(report, env);
    host.writer.writeFileAtomically(path, await render(path, shown, loadPresets));
  } catch (error) {
    if (report.exitStatus === 0 || !isOneprocpoolError(error)) throw error;
    const { renderError } = await import('../report/error-text.ts');
    host.console.writeErr(renderError(error, styleFor(host, 'stderr', 'auto')));
  }
}

async function render(
  path: string,
  report: RunReport,
  loadPresets: () => Promise<readonly LibraryPreset[]>,
): Promise<string> {
  if (!isPage(path)) return `${JSON.stringify(report, null, 2)}\n`;
  const { renderReportPage } = await import('../report/html/page.ts');
  return renderReportPage(report, await loadPresets());
}
