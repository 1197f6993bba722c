/**
 * `oneprocpool plan`: shows what would be done and why; starts nothing. Uses the console.
 */
import type { Finding } from '../finding.ts';
import { renderPlan } from '../report/plan-text.ts';
import { adopterPidOf } from '../workers/adopter.ts';
import { blindSpotFindings } from '../workers/blind-spot.ts';
import { unwatchedFindings } from '../workers/unwatched.ts';
import type { CommandContext } from './command-context.ts';
import { styleFor } from './output-style.ts';
import { preparePlan } from './prepare-plan.ts';
import type { PreparedPlan } from './prepare-plan.ts';

export async function planCommand(context: CommandContext): Promise<number> {
  printPlan(context, await preparePlan(context));
  return 0;
}

/** The plan on stdout, for people or as JSON. */
export function printPlan(context: CommandContext, prepared: PreparedPlan): void {
  const { host } = context;
  const { options, resolved } = prepared;
  const plan = { ...prepared.plan, findings: [...prepared.plan.findings, ...findingsOfRun(context, prepared)] };
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

/** What a run here would find out about itself. */
function findingsOfRun({ host, handover, installation }: CommandContext, { options, plan }: PreparedPlan): Finding[] {
  if (options.exec || options.root !== null) return [];
  const worker = plan.workers[0]?.env;
  const path = worker?.set['PATH'] ?? host.system.env['PATH'];
  return [
    ...unwatchedFindings({
      files: host.procfs,
      adopterPid: adopterPidOf(host, handover),
      watchdogFile: installation.nodePath === null ? (installation.program[0] ?? null) : null,
      path,
    }),
    ...blindSpotFindings(host.spawner),
  ];
}
