/**
 * The run report: what `--report run.json` writes. Types only; schemaVersion 1.
 */
import type { Finding } from '../finding.ts';
import type { WorkerExit } from '../host/ports.ts';
import type { ThreadPlan } from '../plan/plan.ts';
import type { ThrottlingDelta, Verdict, WorkerMeasurement } from '../verify/measurement.ts';

export interface WorkerReport extends WorkerMeasurement {
  readonly index: number;
  readonly pid: number | null;
  readonly threads: number;
  readonly exit: WorkerExit;
  readonly wallSeconds: number;
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
