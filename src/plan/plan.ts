/**
 * The plan: what each worker gets. Types only; serialised as `plan --json` (schemaVersion 1).
 */
import type { Finding } from '../finding.ts';
import type { CpuBudget, CpuLimits } from '../limits/limits.ts';

/**
 * Who uses the CPUs of a worker. `libraries`: the threads of numeric libraries; `app`: the application's own pool;
 * `auto`: the libraries, but a framework that knows the variables can give the CPUs to its own pool instead.
 */
export type Pool = 'libraries' | 'app' | 'auto';

/** What to do with a control that is already in the environment. */
export type InheritPolicy = 'cap' | 'keep' | 'replace';

export interface EnvironmentOverlay {
  /** Variables to write. */
  readonly set: Readonly<Record<string, string>>;
  /** Controls that stay as the user set them. */
  readonly kept: Readonly<Record<string, string>>;
  /** Variables to remove, sorted; only names that are known to be harmful, present or not. */
  readonly unset: readonly string[];
}

export interface WorkerPlan {
  /** 0-based. */
  readonly index: number;
  /** Threads of this worker, at least 1. */
  readonly threads: number;
  /** CPUs that are this worker's alone, ascending, as many as threads; absent without `--pin`. */
  readonly cpus?: readonly number[];
  /** NUMA nodes of those CPUs, ascending; absent where the machine has one only, or none is told. */
  readonly nodes?: readonly number[];
  readonly env: EnvironmentOverlay;
}

export type OptionOrigin = 'default' | 'flag' | 'environment' | 'file';

export interface ThreadPlan {
  readonly schemaVersion: 1;
  readonly limits: CpuLimits;
  readonly budget: CpuBudget;
  readonly pool: Pool;
  readonly workers: readonly WorkerPlan[];
  readonly options: Readonly<Record<string, { readonly value: unknown; readonly origin: string }>>;
  readonly findings: readonly Finding[];
}
