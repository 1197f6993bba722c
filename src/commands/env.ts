/**
 * `oneprocpool env`: prints the variables of a worker in the language of a shell, a container, a service
 * manager or a CI job. Output through ConsolePort.
 */
import { OneprocpoolError } from '../errors.ts';
import type { Host } from '../host/ports.ts';
import type { ThreadPlan, WorkerPlan } from '../plan/plan.ts';
import { FORMATS_THAT_REMOVE, renderEnvironment, type EnvFormat } from '../report/env-formats.ts';
import { renderFindings } from '../report/finding-text.ts';
import type { Style } from '../report/terminal-style.ts';
import type { Finding } from '../finding.ts';

export interface EnvCommandInput {
  readonly plan: ThreadPlan;
  readonly format: EnvFormat;
  /** Which worker's variables; `null`: all workers with `json`, otherwise the first. */
  readonly workerIndex: number | null;
}

function workerOf(plan: ThreadPlan, workerIndex: number): WorkerPlan {
  const worker = plan.workers.find(({ index }) => index === workerIndex);
  if (worker !== undefined) return worker;
  throw new OneprocpoolError('USAGE', `Expected a worker from 0 to ${plan.workers.length - 1}, got ${workerIndex}`);
}

/**
 * The text for stdout. `json` gives `{set, kept, unset}` of one worker, or with `workerIndex: null` and
 * several workers `{"workers": [{index, threads, set, kept, unset}]}`.
 */
export function renderEnvCommand({ plan, format, workerIndex }: EnvCommandInput): string {
  if (format === 'json' && workerIndex === null && plan.workers.length > 1) {
    const workers = plan.workers.map(({ index, threads, env }) => ({ index, threads, ...env }));
    return `${JSON.stringify({ workers }, null, 2)}\n`;
  }
  return renderEnvironment(workerOf(plan, workerIndex ?? 0).env, format);
}

/** What the printed text cannot say by itself. */
export function findingsOfFormat({ plan, format, workerIndex }: EnvCommandInput): Finding[] {
  const findings: Finding[] = [];
  const { env } = workerOf(plan, workerIndex ?? 0);
  if (env.unset.length > 0 && !FORMATS_THAT_REMOVE.includes(format)) {
    findings.push({
      code: 'ENV_REMOVAL_NOT_EXPRESSED',
      severity: 'info',
      message: `The format ${format} cannot remove variables: ${env.unset.join(', ')} must not be set in the target`,
    });
  }
  const broken = Object.entries({ ...env.kept, ...env.set }).filter(([, value]) => value.includes('\n'));
  if (format === 'csh' && broken.length > 0) {
    findings.push({
      code: 'ENV_LINE_BREAK',
      severity: 'warning',
      message: `csh loses line breaks in \`eval\`, and there are some in ${broken.map(([name]) => name).join(', ')}`,
      hint: 'write a file with --output FILE and `source FILE`',
    });
  }
  const differ = new Set(plan.workers.map(({ threads }) => threads)).size > 1;
  if (format !== 'json' && workerIndex === null && differ) {
    findings.push({
      code: 'ENV_FIRST_WORKER_ONLY',
      severity: 'warning',
      message: `These are the variables of worker 0; the ${plan.workers.length} workers of this plan do not all get the same`,
      hint: 'use --uniform to give all of them the same, or --format json to see all of them',
    });
  }
  return findings;
}

/** Prints the variables on stdout or into a file and what is to be said about them on stderr; the exit status. */
export async function envCommand(
  host: Pick<Host, 'console' | 'writer'>,
  input: EnvCommandInput & {
    /** Where to write instead of stdout. */
    readonly output?: string | null;
    readonly style: Style;
    readonly verbose: boolean;
    readonly quiet: boolean;
  },
): Promise<number> {
  const text = renderEnvCommand(input);
  if (input.output === undefined || input.output === null) host.console.writeOut(text);
  else host.writer.writeFileAtomically(input.output, text);
  const minimum = input.quiet ? 'error' : input.verbose ? 'info' : 'warning';
  const findings = [...input.plan.findings, ...findingsOfFormat(input)];
  host.console.writeErr(renderFindings(findings, input.style, { minimum, prefix: 'oneprocpool: ' }));
  return 0;
}
