/**
 * The style for one of our streams. Uses the console and the environment.
 */
import type { Host } from '../host/ports.ts';
import { createStyle, resolveColor } from '../report/terminal-style.ts';
import type { ColorWhen, Style } from '../report/terminal-style.ts';

export function styleFor(host: Pick<Host, 'console' | 'system'>, stream: 'stdout' | 'stderr', when: ColorWhen): Style {
  const isTerminal = host.console.isTerminal(stream);
  return createStyle({
    color: resolveColor({ when, isTerminal, env: host.system.env }),
    columns: host.console.columns(stream),
  });
}
