/**
 * The way from the first request to end to SIGKILL. Uses `ClockPort`.
 *
 *   idle --request--> grace period --period over, or a second request--> killing
 */
import type { ClockPort } from '../host/ports.ts';
import type { HandledSignal } from './signal-policy.ts';

export interface Shutdown {
  /** Somebody wants the run to end: the first request starts the grace period, the second one ends it. */
  request(signal: HandledSignal): void;
  /** We want the run to end by ourselves: starts the grace period unless it runs already. */
  begin(): void;
  /** Whether the end was requested or begun. */
  readonly isBegun: boolean;
  /** The signal of the first request; `null` without one. */
  readonly requestedBy: HandledSignal | null;
  /** What is left of the grace period in milliseconds, at least 0; the whole of it when it has not begun. */
  remainingMs(): number;
  /** Forgets the timer. */
  close(): void;
}

/**
 * The same signal twice within this time is one request: `timeout` sends it to the process and to its group.
 * Source: https://git.savannah.gnu.org/cgit/coreutils.git/tree/src/timeout.c?h=v9.1 (`cleanup`).
 */
const SAME_REQUEST_NS = 50_000_000n;

export function createShutdown(input: {
  readonly clock: ClockPort;
  /** Time the workers have to end by themselves, in milliseconds; 0 = none. */
  readonly graceMs: number;
  /** Called once, when the end was requested or begun. */
  readonly onBegin?: () => void;
  /** Called once, when the workers have to be killed. */
  readonly onKill: () => void;
}): Shutdown {
  const { clock, graceMs } = input;
  let begunNs: bigint | null = null;
  let first: { signal: HandledSignal; atNs: bigint } | null = null;
  let killed = false;
  let cancelTimer = (): void => undefined;

  function kill(): void {
    if (killed) return;
    killed = true;
    cancelTimer();
    input.onKill();
  }

  function begin(): void {
    if (begunNs !== null) return;
    begunNs = clock.nowNs();
    cancelTimer = clock.after(graceMs, kill);
    input.onBegin?.();
  }

  return {
    request(signal) {
      const atNs = clock.nowNs();
      if (first === null) first = { signal, atNs };
      else if (first.signal !== signal || atNs - first.atNs >= SAME_REQUEST_NS) kill();
      begin();
    },
    begin,
    get isBegun() {
      return begunNs !== null;
    },
    get requestedBy() {
      return first?.signal ?? null;
    },
    remainingMs() {
      if (killed) return 0;
      if (begunNs === null) return graceMs;
      return Math.max(0, graceMs - Number(clock.nowNs() - begunNs) / 1e6);
    },
    close: () => {
      cancelTimer();
    },
  };
}
