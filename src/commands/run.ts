/**
 * `oneprocpool run`: plan, then either hand over to the command (`--exec`) or start the workers and stay
 * with them. Uses all ports.
 */
import type { OptionValues } from '../config/option-specs.ts';
import { OneprocpoolError } from '../errors.ts';
import { exitScript, renderExecScript, SUPERVISE_SCRIPT } from '../export/exec-script.ts';
import type { WorkerExit } from '../host/ports.ts';
import type { WorkerPlan } from '../plan/plan.ts';
import { renderFindings } from '../report/finding-text.ts';
import { OWN_PREFIX } from '../report/verdict-text.ts';
import { exitStatusOf } from '../workers/exit-status.ts';
import { parseEnvironment } from '../workers/shim-handover.ts';
import type { CommandContext } from './command-context.ts';
import { styleFor } from './output-style.ts';
import { preparePlan } from './prepare-plan.ts';
import type { PreparedPlan } from './prepare-plan.ts';

type NotStarted = Extract<WorkerExit, { kind: 'not-started' }>;

/** The exit status of the run. Throws before anything is started; afterwards failures are part of the status. */
export async function runCommand(context: CommandContext): Promise<number> {
  const prepared = await preparePlan(context);
  const { options } = prepared;
  if (options.dryRun) {
    // The plan is no sh text: the shim is to come again and let us write it to stdout.
    if (context.handover.mode === 'exec') {
      context.host.console.writeOut(SUPERVISE_SCRIPT);
      return 0;
    }
    (await import('./plan.ts')).printPlan(context, prepared);
    return 0;
  }
  if (options.pin || options.processTree === 'pidtree')
    (await import('./check-programs.ts')).checkPrograms(context.host, options);
  if (options.exec) {
    const worker = onlyWorker(prepared);
    if (context.host.exec !== undefined) {
      sayFindings(context, prepared);
      await (await import('./become-command.ts')).becomeCommand(context, worker);
    }
    const script = renderHandover(context, worker);
    sayFindings(context, prepared);
    const obstacle = findObstacle(context, worker);
    if (obstacle !== undefined) return giveUp(context, worker, obstacle);
    context.host.console.writeOut(script);
    return 0;
  }
  sayFindings(context, prepared);
  return (await import('./supervise.ts')).supervise(context, prepared);
}

/** The worker of a plan that is fit for `--exec`. Throws USAGE for others. */
function onlyWorker({ options, plan }: PreparedPlan): WorkerPlan {
  const [worker, ...others] = plan.workers;
  if (worker === undefined || others.length > 0) {
    throw new OneprocpoolError('USAGE', `Expected one worker with \`--exec\`, got ${plan.workers.length}`, {
      hint: 'nothing stays behind to look after several; leave out `--exec`',
    });
  }
  refuseWhatNeedsUs(options);
  if (options.template) {
    throw new OneprocpoolError(
      'USAGE',
      'Expected no `--template` with `--exec`: there is one worker, its numbers are known',
      {
        hint: 'write the numbers into the arguments, or leave out `--exec`',
      },
    );
  }
  return worker;
}

/** Text for the shim, which evaluates it and becomes the command. */
function renderHandover(context: CommandContext, { env, cpus }: WorkerPlan): string {
  if (context.handover.mode !== 'exec') {
    throw new OneprocpoolError('UNSUPPORTED', 'Expected the `oneprocpool` shell script to start us for `--exec`', {
      hint: 'run `bin/oneprocpool` of the package; main.js alone cannot become another program',
    });
  }
  const { procfs, system } = context.host;
  const original = parseEnvironment(procfs.readText(`/proc/${system.parentPid}/environ`));
  const { set, unset } = env;
  const skipArgs = context.ownWordCount;
  return renderExecScript({ set, unset, skipArgs, ...(cpus && { cpus }), ...(original && { original }) });
}

/** Why the shell could not start the command. */
function findObstacle({ host, words }: CommandContext, { env }: WorkerPlan): NotStarted | undefined {
  const [file = ''] = words;
  const path = env.set['PATH'] ?? host.system.env['PATH'];
  // Where the shell looks without PATH is its own affair.
  if (path === undefined && !file.includes('/')) return undefined;
  return host.spawner.whyNotStartable?.(file, path ?? '');
}

/** The shell would say it too, but in its own words, and not which names are near. */
async function giveUp(context: CommandContext, { env }: WorkerPlan, obstacle: NotStarted): Promise<number> {
  const { explainNotStarted } = await import('./not-started.ts');
  const text = await explainNotStarted(obstacle, context, env.set);
  context.host.console.writeErr(`${OWN_PREFIX}${text}\n`);
  context.host.console.writeOut(exitScript(exitStatusOf(obstacle)));
  return 0;
}

function refuseWhatNeedsUs({ verify, report, prefix, outputDir, restart, successStatus }: OptionValues): void {
  const needs: readonly (readonly [isGiven: boolean, option: string, purpose: string])[] = [
    [report !== null, '--report', 'to measure the run'],
    [verify === 'fail', '--verify fail', 'to measure the run'],
    [prefix, '--prefix', 'to carry its output'],
    [outputDir !== null, '--output-dir', 'to carry its output'],
    [restart !== 'never', '--restart', 'to start it again'],
    [successStatus.length > 0, '--success-status', 'to change its exit status'],
  ];
  for (const [isGiven, option, purpose] of needs) {
    if (!isGiven) continue;
    throw new OneprocpoolError('USAGE', `Expected no \`${option}\` with \`--exec\``, {
      hint: `nothing stays behind ${purpose}; leave out one of them`,
    });
  }
}

/** On success we are silent: notes are for `plan` and `-v`. */
function sayFindings({ host }: CommandContext, { options, plan }: PreparedPlan): void {
  const minimum = options.quiet ? 'error' : options.verbose ? 'info' : 'warning';
  const style = styleFor(host, 'stderr', options.color);
  const text = renderFindings(plan.findings, style, { minimum, prefix: OWN_PREFIX });
  if (text !== '') host.console.writeErr(text);
}
