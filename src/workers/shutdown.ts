/**
 * The time from the first stop to SIGKILL. Uses `ClockPort`.
 *
 *   idle --begin--> own grace period ---------------------period over--> killing
 *     \--request--> waiting (the platform owns the time), or the grace period that the user gave
 *
 * A stop that oneprocpool begins by itself (fail-fast) has a time limit. A stop that somebody requests by a
 * signal has one only when the user gave it: Kubernetes, systemd and a CI runner each have a limit of their own,
 * and kill when it is over. However often a request is repeated, it never kills.
 */
import type { ClockPort } from '../host/ports.ts';
import type { HandledSignal } from './signal-policy.ts';

export interface Shutdown {
  /** Somebody wants the run to end, and the workers have been told. */
  request(signal: HandledSignal): void;
  /** oneprocpool ends the run by itself; nothing new when the run ends already. */
  begin(): void;
  /** Whether the end was requested or begun. */
  readonly isBegun: boolean;
  /** The signal of the first request; `null` without one. */
  readonly requestedBy: HandledSignal | null;
  /** What is left of the grace period in milliseconds, at least 0; `null` when none runs. */
  remainingMs(): number | null;
  /** Forgets the timer. */
  close(): void;
}

export function createShutdown(input: {
  readonly clock: ClockPort;
  /** For a stop by oneprocpool itself, in milliseconds; 0 = none. */
  readonly stopTimeoutMs: number;
  /** For a stop that was requested; `null`: as long as it takes. */
  readonly requestTimeoutMs: number | null;
  /** Called once, when the end was requested or begun. */
  readonly onBegin?: () => void;
  /** Called once, when the workers have to be killed, with the length of the grace period. */
  readonly onKill: (afterMs: number) => void;
}): Shutdown {
  const { clock } = input;
  let isBegun = false;
  let requestedBy: HandledSignal | null = null;
  let deadlineNs: bigint | null = null;
  let cancelTimer = (): void => undefined;

  function beginWith(graceMs: number | null): void {
    if (isBegun) return;
    isBegun = true;
    if (graceMs !== null) {
      deadlineNs = clock.nowNs() + BigInt(Math.round(graceMs * 1e6));
      cancelTimer = clock.after(graceMs, () => {
        input.onKill(graceMs);
      });
    }
    input.onBegin?.();
  }

  return {
    request(signal) {
      requestedBy ??= signal;
      beginWith(input.requestTimeoutMs);
    },
    begin() {
      beginWith(input.stopTimeoutMs);
    },
    get isBegun() {
      return isBegun;
    },
    get requestedBy() {
      return requestedBy;
    },
    remainingMs() {
      return deadlineNs === null ? null : Math.max(0, Number(deadlineNs - clock.nowNs()) / 1e6);
    },
    close: () => {
      cancelTimer();
    },
  };
}
