/** One worker of a group: what to start and how far it has come. Types only. */
import type { WorkerExit } from '../host/ports.ts';

export interface WorkerSpec {
  /** 0-based. */
  readonly index: number;
  readonly file: string;
  readonly args: readonly string[];
  /** CPUs it is bound to, before it starts; absent: those it inherits. */
  readonly cpus?: readonly number[];
  /** The complete environment of the worker. */
  readonly env: Readonly<Record<string, string>>;
}

/** waiting -> running -> ended; a worker that is not started goes from waiting to ended. */
export type WorkerState =
  | { readonly phase: 'waiting' }
  | { readonly phase: 'running'; readonly pid: number; readonly startedNs: bigint }
  | {
      readonly phase: 'ended';
      readonly exit: WorkerExit;
      /** `null` when it was never started. */
      readonly run: { readonly pid: number; readonly startedNs: bigint; readonly endedNs: bigint } | null;
    };
