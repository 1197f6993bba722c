/**
 * Starts the planned workers, measures them while they run, and reports. Uses all ports.
 */
import type { OptionValues } from '../config/option-specs.ts';
import { EXIT_STATUS } from '../errors.ts';
import type { Finding } from '../finding.ts';
import type { Host, WorkerExit } from '../host/ports.ts';
import { loadPresets } from '../presets/load-presets.ts';
import type { LibraryPreset } from '../presets/preset.ts';
import { buildRunReport } from '../report/build-run-report.ts';
import { renderFindings } from '../report/finding-text.ts';
import type { RunReport } from '../report/run-report.ts';
import { OWN_PREFIX, renderVerdict } from '../report/verdict-text.ts';
import { createGuardedSampler } from '../verify/guarded-sampler.ts';
import type { GuardedSampler } from '../verify/guarded-sampler.ts';
import { readThrottling, throttlingBetween } from '../verify/throttling.ts';
import { judge } from '../verify/verdict.ts';
import type { SamplingResult, ThrottlingDelta, Verdict } from '../verify/measurement.ts';
import { adopterPidOf } from '../workers/adopter.ts';
import { NO_ATTEMPTS } from '../workers/group-result.ts';
import type { AttemptLog, GroupResult } from '../workers/group-result.ts';
import type { RestartPolicy } from '../workers/restart-policy.ts';
import { runWorkers } from '../workers/run-workers.ts';
import type { OutputFiles } from '../workers/worker-output.ts';
import type { CommandContext } from './command-context.ts';
import { endAsWorker } from './end-as-worker.ts';
import { createLivePlan } from './live-plan.ts';
import { openOutput } from './open-output.ts';
import { explainNotStarted } from './not-started.ts';
import { styleFor } from './output-style.ts';
import { mergePresets } from './prepare-plan.ts';
import type { PreparedPlan } from './prepare-plan.ts';
import { checkReportTarget, writeReport } from './write-report.ts';

/**
 * The exit status of the run. Throws before anything was started, or when a command that went well cannot be
 * reported; no worker is alive then.
 */
export async function supervise(context: CommandContext, prepared: PreparedPlan): Promise<number> {
  const { host, handover } = context;
  const { options, plan, reading } = prepared;
  checkReportTarget(host, options.report);
  const startedAt = host.clock.timestamp();
  const startedNs = host.clock.nowNs();
  const throttledBefore = readThrottling(host.files, reading.quotaSource);
  const presets = async (): Promise<LibraryPreset[]> => mergePresets(await loadPresets(), prepared.ownPresets);
  const { output, files } = await openOutput(host, options, plan.workers.length);
  const livePlan = createLivePlan(context, prepared);
  const sampler = isMeasured(prepared) && !host.procfs.isForeign() ? startSampler(host, prepared, presets) : undefined;

  const say = (text: string): void => {
    if (!options.quiet) output.say(`${OWN_PREFIX}${text}`);
  };

  const group = await runWorkers({
    workers: plan.workers.map(({ index }) => livePlan.specOf(index)),
    failFast: options.failFast,
    successStatuses: options.successStatus,
    stopSignal: options.stopSignal,
    stopTimeoutMs: options.stopTimeout,
    // The platform owns the time after its own signal, unless the user has given one.
    requestTimeoutMs: prepared.resolved.origins.stopTimeout.origin === 'default' ? null : options.stopTimeout,
    say,
    output,
    restarts: {
      policy: restartPolicy(options),
      planAgain: livePlan.planAgain,
      chance: Math.random,
    },
    ownPid: host.system.pid,
    adopterPid: adopterPidOf(host, handover),
    watchdogFile: context.installation.nodePath === null ? (context.installation.program[0] ?? null) : null,
    inherited: handover.inherited,
    spawner: host.spawner,
    processes: host.processes,
    signals: host.signals,
    files: host.procfs,
    clock: host.clock,
    onStarted: (index, pid) => {
      const { threads, env } = livePlan.workerOf(index);
      sampler?.addWorker(index, pid, threads, Object.keys({ ...env.set, ...env.kept }));
    },
    onEnded: (index) => sampler?.onWorkerExit(index),
    seenProcesses: () => sampler?.seenProcesses() ?? [],
  });

  const throttling = throttlingBetween(throttledBefore, readThrottling(host.files, reading.quotaSource));
  const sampling = sampler?.stop();
  const judged = sampling === undefined ? NOT_JUDGED : await judgeRun(sampling, prepared, presets, throttling);
  const failure = sampler?.failure();
  const verdict = failure === undefined ? judged : { ...NOT_JUDGED, findings: [failure] };
  const status = decideStatus(group.status, verdict, options.verify);
  const early =
    group.firstFailure === null
      ? []
      : (await import('./early-failure.ts')).earlyFailureFindings({
          host,
          words: context.words,
          group,
          workerOf: livePlan.workerOf,
          presets: await presets(),
        });
  const findings = [...livePlan.findings, ...group.findings, ...early];
  const report = buildRunReport({
    version: __ONEPROCPOOL_VERSION__,
    command: context.words,
    startedAt,
    wallSeconds: secondsBetween(startedNs, host.clock.nowNs()),
    exitStatus: status,
    plan,
    workers: group.exits.map((exit, index) => workerPart(exit, group.attempts[index] ?? NO_ATTEMPTS, files[index])),
    measurements: sampling?.workers ?? new Map(),
    throttling,
    verdict,
    findings,
  });
  await sayWhatHappened(context, prepared, group, findings, report);
  await writeReport(host, options, report, presets);
  endAsWorker(host, group);
  return status;
}

const NOT_JUDGED: Verdict = { outcome: 'unknown', findings: [] };

function isMeasured({ options }: PreparedPlan): boolean {
  return options.verify !== 'off' || options.report !== null;
}

function startSampler(
  host: Host,
  { options }: PreparedPlan,
  loadAllPresets: () => Promise<LibraryPreset[]>,
): GuardedSampler {
  const { files, clock, processes } = host;
  const sampler = createGuardedSampler({
    files,
    clock,
    processes,
    processTree: options.processTree,
    loadPresets: loadAllPresets,
  });
  sampler.start();
  return sampler;
}

async function judgeRun(
  sampling: SamplingResult,
  { plan, options }: PreparedPlan,
  loadAllPresets: () => Promise<LibraryPreset[]>,
  throttling: ThrottlingDelta | null,
): Promise<Verdict> {
  // Without evidence nothing has to be named, and the presets need not be loaded.
  const hasEvidence = sampling.processes.length > 0 || sampling.trees.length > 0;
  const verdict = judge({ sampling, plan, presets: hasEvidence ? await loadAllPresets() : [], throttling });
  if (options.verify !== 'fail') return verdict;
  // What makes the run fail is an error, and is said even with `--quiet`.
  const findings = verdict.findings.map((finding) =>
    EXCESS_CODES.includes(finding.code) ? { ...finding, severity: 'error' as const } : finding,
  );
  return { ...verdict, findings };
}

/** Of the findings that make a verdict `exceeded`. */
const EXCESS_CODES: readonly string[] = ['DEMAND_EXCEEDED', 'OVER_BUDGET'];

/** The command's own failure comes first: it is what its caller waits for. */
function decideStatus(status: number, verdict: Verdict, verify: 'off' | 'warn' | 'fail'): number {
  return status === 0 && verify === 'fail' && verdict.outcome === 'exceeded' ? EXIT_STATUS.VERIFY_FAILED : status;
}

function workerPart(exit: WorkerExit, { count, ranNs, latest }: AttemptLog, output: OutputFiles | undefined) {
  return {
    exit,
    wallSeconds: secondsBetween(0n, ranNs),
    restarts: Math.max(0, count - 1),
    attempts: latest.map(({ pid, exit: ended, startedNs, endedNs }) => ({
      pid,
      exit: ended,
      wallSeconds: secondsBetween(startedNs, endedNs),
    })),
    output: output ?? null,
  };
}

function restartPolicy({ restart, successStatus, maxRestarts }: OptionValues): RestartPolicy {
  return {
    when: restart,
    successStatuses: successStatus,
    maxRestarts: maxRestarts === 'unlimited' ? Infinity : maxRestarts,
  };
}

function secondsBetween(fromNs: bigint, toNs: bigint): number {
  return Number(toNs - fromNs) / 1e9;
}

async function sayWhatHappened(
  context: CommandContext,
  { options }: PreparedPlan,
  group: GroupResult,
  findings: readonly Finding[],
  report: RunReport,
): Promise<void> {
  const { host } = context;
  const style = styleFor(host, 'stderr', options.color);
  const minimum = options.quiet ? 'error' : options.verbose ? 'info' : 'warning';
  const first = group.firstFailure?.exit;
  const text =
    (first?.kind === 'not-started' ? `${OWN_PREFIX}${await explainNotStarted(first, context, options.env)}\n` : '') +
    renderFindings(findings, style, { minimum, prefix: OWN_PREFIX }) +
    (options.verify === 'off' ? '' : renderVerdict(report, { style, verbose: options.verbose, quiet: options.quiet }));
  if (text !== '') host.console.writeErr(group.isLineOpen ? `\n${text}` : text);
}
