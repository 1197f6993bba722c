/**
 * Hides the values of the user's own variables in a run report: they may be secrets, and a report is kept and passed
 * on. What oneprocpool itself sets is shown. Pure.
 */
import type { Finding } from '../finding.ts';
import type { ThreadPlan, WorkerPlan } from '../plan/plan.ts';
import type { WorkerExit } from '../worker-exit.ts';
import { MASK, valueMasker } from './mask-values.ts';
import type { RunReport, WorkerReport } from './run-report.ts';

/** A value of `--env` in the command line of a process, whose words are no longer known: up to the next option. */
const ENV_IN_COMMAND_LINE = /(--env[= ][A-Za-z_]\w*=)(?:(?! -).)*/gs;
const ENV_IN_MESSAGE = /(--env[= ][A-Za-z_]\w*=)[^\s`]*/g;
const ASSIGNMENT = /^([A-Za-z_]\w*=).*$/s;

/** Masks `NAME=value` in a text for each of the names, with the value quoted or not. */
function assignmentsOf(names: readonly string[]): RegExp | undefined {
  const variables = names.filter((name) => /^\w+$/.test(name));
  if (variables.length === 0) return undefined;
  const value = '(?:"(?:[^"\\\\]|\\\\.)*"|[^\\s`)]*?(?=[,;]?(?:[\\s`)]|$)))';
  return new RegExp(`(?<!\\w)((?:${variables.join('|')})=)${value}`, 'g');
}

/** @param env the variables of `--env`, of `ONEPROCPOOL_ENV` or of `env` in the config file. */
export function maskEnvironment(report: RunReport, env: Readonly<Record<string, string>>): RunReport {
  const names = Object.keys(env);
  const maskValues = valueMasker(Object.values(env));
  const assignments = assignmentsOf(names);
  const maskText = (text: string): string => {
    const masked = text.replace(ENV_IN_MESSAGE, `$1${MASK}`);
    return maskValues(assignments === undefined ? masked : masked.replace(assignments, `$1${MASK}`));
  };
  const maskFindings = (findings: readonly Finding[]): Finding[] =>
    findings.map((finding) => ({
      ...finding,
      message: maskText(finding.message),
      ...(finding.hint !== undefined && { hint: maskText(finding.hint) }),
    }));
  return {
    ...report,
    command: maskCommand(report.command).map(maskValues),
    plan: { ...maskPlan(report.plan, new Set(names)), findings: maskFindings(report.plan.findings) },
    workers: report.workers.map((worker) => maskWorker(worker, maskValues)),
    verdict: { ...report.verdict, findings: maskFindings(report.verdict.findings) },
    findings: maskFindings(report.findings),
  };
}

/** The command may be another launcher with `--env` of its own. */
function maskCommand(words: readonly string[]): string[] {
  return words.map((word, index) => {
    if (words[index - 1] === '--env') return word.replace(ASSIGNMENT, `$1${MASK}`);
    return word.startsWith('--env=') ? `--env=${word.slice('--env='.length).replace(ASSIGNMENT, `$1${MASK}`)}` : word;
  });
}

type Mask = (text: string) => string;

function maskWorker(worker: WorkerReport, maskValues: Mask): WorkerReport {
  return {
    ...worker,
    exit: maskExit(worker.exit, maskValues),
    attempts: worker.attempts.map((attempt) => ({ ...attempt, exit: maskExit(attempt.exit, maskValues) })),
    processes: worker.processes.map((process) => ({
      ...process,
      command: maskValues(process.command.replace(ENV_IN_COMMAND_LINE, `$1${MASK}`)),
    })),
  };
}

/** The message names the command. */
function maskExit(exit: WorkerExit, maskValues: Mask): WorkerExit {
  return exit.kind === 'not-started' ? { ...exit, message: maskValues(exit.message) } : exit;
}

function maskPlan(plan: ThreadPlan, names: ReadonlySet<string>): ThreadPlan {
  const maskValues = (values: Readonly<Record<string, string>>): Record<string, string> =>
    Object.fromEntries(Object.entries(values).map(([name, value]) => [name, names.has(name) ? MASK : value]));
  const maskWorker = (worker: WorkerPlan): WorkerPlan => ({
    ...worker,
    env: { ...worker.env, set: maskValues(worker.env.set), kept: maskValues(worker.env.kept) },
  });
  const { env, ...others } = plan.options;
  const own = env?.value;
  const isMap = typeof own === 'object' && own !== null;
  return {
    ...plan,
    workers: plan.workers.map(maskWorker),
    options:
      env === undefined || !isMap
        ? plan.options
        : { ...others, env: { ...env, value: maskValues(own as Record<string, string>) } },
  };
}
