/**
 * The style for one of our streams. Uses the console and the environment.
 */
import type { Host } from '../host/ports.ts';
import { createStyle, resolveColor } from '../report/terminal-style.ts';
import type { ColorWhen, Style } from '../report/terminal-style.ts';

/** In a log one message is one line: it is searched and collected by lines. */
const LOG_COLUMNS = 1_000_000;

export function styleFor(host: Pick<Host, 'console' | 'system'>, stream: 'stdout' | 'stderr', when: ColorWhen): Style {
  const isTerminal = host.console.isTerminal(stream);
  return createStyle({
    color: resolveColor({ when, isTerminal, env: host.system.env }),
    columns: stream === 'stderr' && !isTerminal ? LOG_COLUMNS : host.console.columns(stream),
  });
}
