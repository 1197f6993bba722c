/**
 * `oneprocpool plan`: shows what would be done and why; starts nothing. Uses the console.
 */
import type { Host } from '../host/ports.ts';
import { renderPlan } from '../report/plan-text.ts';
import type { CommandContext } from './command-context.ts';
import { styleFor } from './output-style.ts';
import { preparePlan } from './prepare-plan.ts';
import type { PreparedPlan } from './prepare-plan.ts';

export async function planCommand(context: CommandContext): Promise<number> {
  printPlan(context.host, await preparePlan(context));
  return 0;
}

/** The plan on stdout, for people or as JSON. */
export function printPlan(host: Host, { plan, options, resolved }: PreparedPlan): void {
  if (options.json) {
    host.console.writeOut(`${JSON.stringify(plan, null, 2)}\n`);
    return;
  }
  const details = Object.entries(resolved.origins).flatMap(([name, { detail }]) =>
    detail === undefined ? [] : [[name, detail] as const],
  );
  host.console.writeOut(
    renderPlan(plan, {
      style: styleFor(host, 'stdout', options.color),
      verbose: options.verbose,
      quiet: options.quiet,
      optionDetails: Object.fromEntries(details),
    }),
  );
}
