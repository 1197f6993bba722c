/**
 * Whether and when a worker that ended is started again. Pure: time and chance come from the caller.
 */
import type { WorkerExit } from '../host/ports.ts';
import { isFailure } from './exit-status.ts';

export type RestartWhen = 'never' | 'on-failure' | 'always';

export interface RestartPolicy {
  readonly when: RestartWhen;
  /** Exit statuses that count as success, beside 0. */
  readonly successStatuses: readonly number[];
  /** Restarts of one worker within `RESTART_WINDOW_MS`; `Infinity` for no bound. */
  readonly maxRestarts: number;
}

/** Restarts that are longer ago no longer count against `maxRestarts`. */
export const RESTART_WINDOW_MS = 600_000;
/** The longest wait before the first restart; it doubles with each further one, up to the cap. */
export const FIRST_DELAY_MS = 500;
export const LONGEST_DELAY_MS = 30_000;
/** A worker that ran so long was well: the next wait is the first one again. */
export const WELL_AFTER_MS = 60_000;

export interface RestartHistory {
  /** When the worker was restarted, in milliseconds, ascending. Older ones than the window may be left out. */
  readonly restartsMs: readonly number[];
  /** Restarts since it last ran for `WELL_AFTER_MS`. */
  readonly inARow: number;
}

export const NO_RESTARTS: RestartHistory = { restartsMs: [], inARow: 0 };

export type RestartDecision =
  | { readonly kind: 'restart'; readonly delayMs: number; readonly history: RestartHistory }
  | { readonly kind: 'not-wanted' }
  /** It would be restarted, had it not been too often. */
  | { readonly kind: 'exhausted' };

export interface EndedWorker {
  readonly exit: WorkerExit;
  readonly history: RestartHistory;
  /** How long it ran this time. */
  readonly ranMs: number;
  readonly nowMs: number;
}

/** @param chance from 0 to 1. */
export function decideRestart(policy: RestartPolicy, worker: EndedWorker, chance: number): RestartDecision {
  const { exit, history, ranMs, nowMs } = worker;
  if (!isWanted(policy, exit, history)) return { kind: 'not-wanted' };
  const recent = history.restartsMs.filter((atMs) => nowMs - atMs < RESTART_WINDOW_MS);
  if (recent.length >= policy.maxRestarts) return { kind: 'exhausted' };
  const inARow = ranMs >= WELL_AFTER_MS ? 0 : history.inARow;
  const delayMs = restartDelayMs(inARow, chance);
  return { kind: 'restart', delayMs, history: { restartsMs: [...recent, nowMs], inARow: inARow + 1 } };
}

/** A command that is not there at the first start is a mistake in the command line; later it may be under update. */
function isWanted({ when, successStatuses }: RestartPolicy, exit: WorkerExit, history: RestartHistory): boolean {
  if (when === 'never' || (exit.kind === 'not-started' && history.restartsMs.length === 0)) return false;
  return when === 'always' || isFailure(exit, successStatuses);
}

/**
 * From half of the nominal wait to all of it, so that workers that fail together do not start together. The
 * next nominal wait is twice this one: a later wait is never shorter until the cap.
 */
export function restartDelayMs(earlierRestarts: number, chance: number): number {
  const nominalMs = Math.min(LONGEST_DELAY_MS, FIRST_DELAY_MS * 2 ** Math.min(earlierRestarts, 30));
  return nominalMs * (0.5 + 0.5 * chance);
}
