/**
 * The run report: what `--report run.json` writes. Types only; schemaVersion 1.
 */
import type { Finding } from '../finding.ts';
import type { ThreadPlan } from '../plan/plan.ts';
import type { ThrottlingDelta, Verdict, WorkerMeasurement } from '../verify/measurement.ts';
import type { WorkerExit } from '../worker-exit.ts';

export interface AttemptReport {
  /** `null` when it could not be started. */
  readonly pid: number | null;
  readonly exit: WorkerExit;
  readonly wallSeconds: number;
}

/** Times and measurements are those of all attempts together. */
export interface WorkerReport extends WorkerMeasurement {
  readonly index: number;
  /** Of the last attempt. */
  readonly pid: number | null;
  readonly threads: number;
  /** How it ended for good. */
  readonly exit: WorkerExit;
  /** Without the waits between attempts. */
  readonly wallSeconds: number;
  readonly restarts: number;
  /** The latest 20. */
  readonly attempts: readonly AttemptReport[];
  /** Where its output was written to; `null` without `--output-dir`. */
  readonly output: { readonly stdout: string; readonly stderr: string } | null;
}

export interface RunReport {
  readonly schemaVersion: 1;
  readonly version: string;
  readonly command: readonly string[];
  /** ISO 8601, UTC. */
  readonly startedAt: string;
  readonly wallSeconds: number;
  readonly exitStatus: number;
  readonly plan: ThreadPlan;
  readonly workers: readonly WorkerReport[];
  /** At the cgroup that holds the quota; `null` without a quota. */
  readonly throttling: ThrottlingDelta | null;
  readonly verdict: Verdict;
  readonly findings: readonly Finding[];
}
