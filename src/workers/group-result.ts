/** How a run of workers ended. Types, its status, and the log of the attempts of one worker. Pure. */
import { EXIT_STATUS } from '../errors.ts';
import type { Finding } from '../finding.ts';
import type { WorkerExit } from '../host/ports.ts';
import { exitStatusOf, groupStatus } from './exit-status.ts';
import { HANDLED_SIGNALS, type HandledSignal } from './signal-policy.ts';
import type { OutputEnd } from './worker-output.ts';
import type { WorkerAttempt } from './worker.ts';

/** All attempts of a worker; of a service that is restarted for months only the latest are kept. */
export interface AttemptLog {
  readonly count: number;
  /** Sum over all attempts, without the waits between them. */
  readonly ranNs: bigint;
  /** In order, at most `LATEST_ATTEMPTS`. */
  readonly latest: readonly WorkerAttempt[];
}

export const NO_ATTEMPTS: AttemptLog = { count: 0, ranNs: 0n, latest: [] };

const LATEST_ATTEMPTS = 20;

export function withAttempt({ count, ranNs, latest }: AttemptLog, attempt: WorkerAttempt): AttemptLog {
  return {
    count: count + 1,
    ranNs: ranNs + (attempt.pid === null ? 0n : attempt.endedNs - attempt.startedNs),
    latest: [...latest, attempt].slice(-LATEST_ATTEMPTS),
  };
}

export interface GroupResult {
  /** By worker index, as `attempts`: how each ended for good. */
  readonly exits: readonly WorkerExit[];
  readonly attempts: readonly AttemptLog[];
  readonly firstFailure: { readonly index: number; readonly exit: WorkerExit } | null;
  /** Exit status of the run, 0 to 255. */
  readonly status: number;
  readonly findings: readonly Finding[];
  /**
   * Ctrl-C at our terminal ended the run. After `release` we should die of SIGINT ourselves: only then does a
   * shell end its loop too. Source: https://www.cons.org/cracauer/sigint.html
   */
  readonly interrupted: boolean;
  /** The workers have left a line unfinished where our own words go. */
  readonly isLineOpen: boolean;
  /**
   * Gives the signals back to their default action. Until then one that comes too late to matter has no
   * effect; afterwards it would replace the exit status of a run that is over.
   */
  readonly release: () => void;
}

/** Of a worker that would have been started when the run was being stopped; `requestedBy`: by whose signal. */
export function exitWithoutStart(requestedBy: HandledSignal | null): WorkerExit {
  return requestedBy === null
    ? { kind: 'not-started', reason: 'failed', message: 'another worker had failed before' }
    : { kind: 'signaled', signal: requestedBy, signalNumber: HANDLED_SIGNALS[requestedBy] };
}

/** @param withoutStart the exit of a worker that would have been started only now. */
export function statusOfRun(
  { firstFailure, interrupted }: Pick<GroupResult, 'firstFailure' | 'interrupted'>,
  output: OutputEnd,
  withoutStart: WorkerExit,
): number {
  if (interrupted) return exitStatusOf({ kind: 'signaled', signal: 'SIGINT', signalNumber: HANDLED_SIGNALS.SIGINT });
  if (firstFailure !== null || !(output.isCut || output.isLost)) return groupStatus(firstFailure);
  return output.isCut ? exitStatusOf(withoutStart) : EXIT_STATUS.OUTPUT_UNWRITABLE;
}
