/**
 * What a key at our terminal has ended: Ctrl-C the run, Ctrl-C and Ctrl-\ the restarts. Uses the clock, signals and
 * files (procfs).
 */
import type { ClockPort, FilePort, SignalPort, WorkerExit } from '../host/ports.ts';
import { isInForeground, parseProcessStat } from './process-stat.ts';

/** The kernel sends the terminal's signal to one process after the other: a worker may be gone before we get ours. */
const LAG_MS = 20;
/** However short the grace period is: a worker needs a moment to end by itself. */
const LEAST_GRACE_MS = 1_000;

export type KeySignal = 'SIGINT' | 'SIGQUIT';

export interface Interruption {
  /** The terminal sent this signal to us and to the workers. */
  noteKey(signal: KeySignal): void;
  /** Ctrl-C came when no worker was there that could have taken it. */
  noteRunEnded(): void;
  /** Whether a worker that ended then did so because of a key, with whatever status: within the grace period after it. */
  caused(endedNs: bigint): Promise<boolean>;
  /** Whether Ctrl-C ended the run: its first failure is the death by that SIGINT. */
  ended(failure: WorkerExit | undefined): Promise<boolean>;
}

export function createInterruption(clock: ClockPort, graceMs: number): Interruption {
  const graceNs = BigInt(Math.ceil(Math.max(graceMs, LEAST_GRACE_MS))) * 1_000_000n;
  let hasCtrlC = false;
  let hasRunEnded = false;
  let lastKeyNs: bigint | null = null;
  return {
    noteKey(signal) {
      hasCtrlC ||= signal === 'SIGINT';
      lastKeyNs = clock.nowNs();
    },
    noteRunEnded() {
      hasRunEnded = true;
    },
    async caused(endedNs) {
      await clock.sleep(LAG_MS);
      return lastKeyNs !== null && endedNs - lastKeyNs < graceNs;
    },
    async ended(failure) {
      if (hasRunEnded) return true;
      if (failure?.kind !== 'signaled' || failure.signal !== 'SIGINT') return false;
      if (!hasCtrlC) await clock.sleep(LAG_MS);
      return hasCtrlC;
    },
  };
}

/** Calls back when Ctrl-\ sent SIGQUIT to us and to the workers. Returns the function that ends it. */
export function hearCtrlBackslash(
  { signals, files }: { readonly signals: SignalPort; readonly files: FilePort },
  onKey: () => void,
): () => void {
  return signals.listen('SIGQUIT', () => {
    const own = parseProcessStat(files.readText('/proc/self/stat') ?? '');
    if (own !== undefined && isInForeground(own)) onKey();
  });
}
