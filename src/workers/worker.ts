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

/** One process of a worker; a worker that is started again has several, one after the other. */
export interface WorkerAttempt {
  /** `null` when it could not be started. */
  readonly pid: number | null;
  readonly exit: WorkerExit;
  /** Times of `ClockPort.nowNs`. */
  readonly startedNs: bigint;
  readonly endedNs: bigint;
}

/** waiting -> running -> ended; between two attempts it is waiting again. */
export type WorkerState =
  | { readonly phase: 'waiting' }
  | { readonly phase: 'running'; readonly pid: number }
  | { readonly phase: 'ended'; readonly exit: WorkerExit };
