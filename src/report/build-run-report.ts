/**
 * Puts the run report together from what planning, running and measuring gave. Pure.
 */
import type { Finding } from '../finding.ts';
import type { WorkerExit } from '../host/ports.ts';
import type { ThreadPlan } from '../plan/plan.ts';
import type { ThrottlingDelta, Verdict, WorkerMeasurement } from '../verify/measurement.ts';
import type { AttemptReport, RunReport, WorkerReport } from './run-report.ts';

export interface RunReportParts {
  readonly version: string;
  readonly command: readonly string[];
  /** ISO 8601, UTC. */
  readonly startedAt: string;
  readonly wallSeconds: number;
  readonly exitStatus: number;
  readonly plan: ThreadPlan;
  /** One entry for each worker of the plan, by index; a missing one was never started. */
  readonly workers: readonly {
    readonly exit: WorkerExit;
    readonly wallSeconds: number;
    readonly restarts: number;
    readonly attempts: readonly AttemptReport[];
    readonly output: WorkerReport['output'];
  }[];
  /** By worker index; a worker that was not measured (`--verify off`, never started) is absent. */
  readonly measurements: ReadonlyMap<number, WorkerMeasurement>;
  readonly throttling: ThrottlingDelta | null;
  readonly verdict: Verdict;
  /** What was noticed while running, beside the findings of the plan and of the verdict. */
  readonly findings?: readonly Finding[];
}

const NOT_MEASURED: WorkerMeasurement = {
  cpuSeconds: 0,
  peakRssBytes: 0,
  meanDemandCpus: null,
  peakDemandCpus: null,
  peakThreadCount: 0,
  timeline: [],
  processes: [],
};

const NEVER_STARTED: WorkerExit = {
  kind: 'not-started',
  reason: 'failed',
  message: 'another worker had failed before',
};

/** Milliseconds are as fine as anybody reads these figures. */
function rounded(value: number): number {
  return Number(value.toFixed(3));
}

function roundedOrNull(value: number | null): number | null {
  return value === null ? null : rounded(value);
}

function roundMeasurement(measurement: WorkerMeasurement): WorkerMeasurement {
  return {
    ...measurement,
    cpuSeconds: rounded(measurement.cpuSeconds),
    meanDemandCpus: roundedOrNull(measurement.meanDemandCpus),
    peakDemandCpus: roundedOrNull(measurement.peakDemandCpus),
    timeline: measurement.timeline.map((point) => ({
      fromSeconds: rounded(point.fromSeconds),
      toSeconds: rounded(point.toSeconds),
      demandCpus: rounded(point.demandCpus),
      peakDemandCpus: rounded(point.peakDemandCpus),
    })),
    processes: measurement.processes.map((process) => ({
      ...process,
      peakDemandCpus: rounded(process.peakDemandCpus),
    })),
  };
}

/** The same finding from two sides is one finding. */
function withoutRepeats(findings: readonly Finding[]): Finding[] {
  const seen = new Set<string>();
  return findings.filter(({ code, message }) => {
    const key = `${code} ${message}`;
    return seen.has(key) ? false : seen.add(key);
  });
}

/** All numbers are rounded to thousandths; the findings are those of the plan, the run and the verdict, each once. */
export function buildRunReport(parts: RunReportParts): RunReport {
  const workers = parts.plan.workers.map(({ index, threads }): WorkerReport => {
    const run = parts.workers[index];
    return {
      index,
      pid: run?.attempts.at(-1)?.pid ?? null,
      threads,
      exit: run?.exit ?? NEVER_STARTED,
      wallSeconds: rounded(run?.wallSeconds ?? 0),
      restarts: run?.restarts ?? 0,
      attempts: (run?.attempts ?? []).map((attempt) => ({ ...attempt, wallSeconds: rounded(attempt.wallSeconds) })),
      output: run?.output ?? null,
      ...roundMeasurement(parts.measurements.get(index) ?? NOT_MEASURED),
    };
  });
  return {
    schemaVersion: 1,
    version: parts.version,
    command: parts.command,
    startedAt: parts.startedAt,
    wallSeconds: rounded(parts.wallSeconds),
    exitStatus: parts.exitStatus,
    plan: parts.plan,
    workers,
    throttling: parts.throttling,
    verdict: parts.verdict,
    findings: withoutRepeats([...parts.plan.findings, ...(parts.findings ?? []), ...parts.verdict.findings]),
  };
}
