/**
 * What our terminal has ended: Ctrl-C the run, and the restarts too, as do Ctrl-\ and a hang-up. Uses the clock
 * and signals.
 */
import type { ClockPort, SignalPort, WorkerExit } from '../host/ports.ts';
import { isDeathBy } from './exit-status.ts';
import type { OwnTerminal } from './own-terminal.ts';
import { HANDLED_SIGNALS } from './signal-policy.ts';

/** The kernel sends the terminal's signal to one process after the other: a worker may be gone before we get ours. */
const LAG_MS = 20;
/** However short the grace period is: a worker needs a moment to end by itself. */
const LEAST_GRACE_MS = 1_000;

export type TerminalSignal = 'SIGINT' | 'SIGQUIT' | 'SIGHUP';

export interface Interruption {
  /** The terminal sent this signal to us and to the workers. */
  note(signal: TerminalSignal): void;
  /** Ctrl-C came when no worker was there that could have taken it. */
  noteRunEnded(): void;
  /**
   * The signal because of which a worker exited: the last one, when the worker died of it at any time, or exited
   * with whatever status within the grace period after it; `null` when there was none.
   */
  cause(exit: WorkerExit, endedNs: bigint): Promise<TerminalSignal | null>;
  /** Whether Ctrl-C ended the run: its first failure is the death by that SIGINT. */
  ended(failure: WorkerExit | undefined): Promise<boolean>;
}

export function createInterruption(input: {
  readonly clock: ClockPort;
  readonly terminal: OwnTerminal;
  readonly stopTimeoutMs: number;
  readonly successStatuses: readonly number[];
}): Interruption {
  const { clock, terminal } = input;
  const graceNs = BigInt(Math.ceil(Math.max(input.stopTimeoutMs, LEAST_GRACE_MS))) * 1_000_000n;
  let hasCtrlC = false;
  let hasRunEnded = false;
  let last: { readonly signal: TerminalSignal; readonly atNs: bigint } | null = null;
  const awaitSignal = async (): Promise<void> => {
    // One that has hung up meanwhile has sent a signal too.
    if (terminal.wasThere) await clock.sleep(LAG_MS);
  };
  return {
    note(signal) {
      hasCtrlC ||= signal === 'SIGINT';
      last = { signal, atNs: clock.nowNs() };
    },
    noteRunEnded() {
      hasRunEnded = true;
    },
    async cause(exit, endedNs) {
      await awaitSignal();
      if (last === null) return null;
      const isRecent = endedNs - last.atNs < graceNs;
      return isRecent || isDeathBy(exit, HANDLED_SIGNALS[last.signal]) ? last.signal : null;
    },
    async ended(failure) {
      if (input.successStatuses.includes(128 + HANDLED_SIGNALS.SIGINT)) return false;
      if (hasRunEnded) return true;
      if (failure?.kind !== 'signaled' || failure.signal !== 'SIGINT') return false;
      if (!hasCtrlC) await awaitSignal();
      return hasCtrlC;
    },
  };
}

/** Calls back when our terminal sent SIGQUIT (Ctrl-\) or has hung up. Returns the function that ends it. */
export function hearTerminal(
  signals: SignalPort,
  terminal: OwnTerminal,
  onSignal: (signal: TerminalSignal) => void,
): () => void {
  const unlisten = [
    signals.listen('SIGQUIT', () => {
      if (terminal.isInForeground()) onSignal('SIGQUIT');
    }),
    // As long as the terminal is there, somebody asks a server to read its configuration again.
    signals.listen('SIGHUP', () => {
      if (terminal.isGone()) onSignal('SIGHUP');
    }),
  ];
  return () => {
    for (const end of unlisten) end();
  };
}
