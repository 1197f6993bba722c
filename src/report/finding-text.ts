/**
 * Findings as the user reads them: one line of fact with its severity, the hint below it. Pure.
 */
import type { Finding, Severity } from '../finding.ts';
import type { Style } from './terminal-style.ts';
import { hangingIndent, printable, wrapWords } from './text-layout.ts';

const LABEL: Readonly<Record<Severity, string>> = { info: 'note', warning: 'warning', error: 'error' };
const ORDER: readonly Severity[] = ['error', 'warning', 'info'];

/** Before what does not fit into the first line of a message. */
const FOLLOWING = '    ';

/** One finding: `warning: MESSAGE` and an indented hint, wrapped to the terminal; `prefix` stands before it. */
export function renderFinding(finding: Finding, style: Style, prefix = ''): string {
  const paint = { info: style.bold, warning: style.warn, error: style.bad }[finding.severity];
  const label = `${prefix}${paint(`${LABEL[finding.severity]}:`)} `;
  const head = wrapWords(label + visible(finding.message), style.columns - FOLLOWING.length).join(`\n${FOLLOWING}`);
  if (finding.hint === undefined) return `${head}\n`;
  return `${head}\n${hangingIndent(`  ${style.dim('hint:')} `, visible(finding.hint), style.columns)}\n`;
}

/**
 * All findings, the gravest first, in their order otherwise. Empty text when there is nothing to say.
 * `minimum` leaves out what is less grave; `prefix` goes before each, for example `oneprocpool: `.
 */
export function renderFindings(
  findings: readonly Finding[],
  style: Style,
  options: { minimum?: Severity; prefix?: string } = {},
): string {
  const wanted = ORDER.slice(0, ORDER.indexOf(options.minimum ?? 'info') + 1);
  return wanted
    .flatMap((severity) => findings.filter((finding) => finding.severity === severity))
    .map((finding) => renderFinding(finding, style, options.prefix))
    .join('');
}

function visible(text: string): string {
  return text.split('\n').map(printable).join('\n');
}
