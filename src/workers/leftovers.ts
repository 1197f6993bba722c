/**
 * What the workers leave behind when all of them have exited: it is asked, waited for, and killed when the time
 * is over. Uses the ports of `TreeEnder`.
 */
import type { Finding } from '../finding.ts';
import type { SweepResult, TreeEnder } from './end-tree.ts';
import { awaitedLine, killedFinding, LEFTOVERS_OF_SUCCESS_MS, leftoverFindings } from './stop-findings.ts';

export interface LeftoverWait {
  /** Ends everything that is left. */
  end(input: {
    readonly hasSucceeded: boolean;
    /** Of a grace period that runs already, in milliseconds; `null` when none does. */
    readonly remainingMs: number | null;
  }): Promise<readonly Finding[]>;
  /** The user pressed Ctrl-C. */
  interrupt(): void;
  /** PIDs of what is awaited; empty before `end` and when nothing is left. */
  pids(): number[];
}

export function createLeftoverWait(input: {
  readonly treeEnder: TreeEnder;
  readonly stopSignal: NodeJS.Signals;
  readonly stopTimeoutMs: number;
  /** One line for the user. */
  readonly say: (text: string) => void;
}): LeftoverWait {
  const { treeEnder, stopSignal, stopTimeoutMs } = input;
  let isWaiting = false;
  let interruptions = 0;
  let hasSaid = false;
  let isKilledByUser = false;

  function findingsOf({ askedCount, killed, left }: SweepResult, afterMs: number): Finding[] {
    const reason = isKilledByUser
      ? ({ kind: 'ctrl-c' } as const)
      : ({ kind: 'timeout', afterMs, signal: stopSignal } as const);
    return [...killedFinding(killed, reason, () => undefined), ...leftoverFindings(askedCount, killed.length, left)];
  }

  return {
    async end({ hasSucceeded, remainingMs }) {
      const allowedMs = hasSucceeded ? Math.min(LEFTOVERS_OF_SUCCESS_MS, stopTimeoutMs) : stopTimeoutMs;
      const graceMs = Math.min(allowedMs, remainingMs ?? allowedMs);
      isWaiting = true;
      const result = await treeEnder.end(stopSignal, graceMs);
      isWaiting = false;
      return findingsOf(result, graceMs);
    },
    interrupt() {
      interruptions += 1;
      // While workers run Ctrl-C is theirs, however often it comes.
      if (!isWaiting || interruptions < 2) return;
      if (hasSaid) {
        isKilledByUser = true;
        treeEnder.hurry();
        return;
      }
      const awaited = treeEnder.awaited();
      if (awaited.length === 0) return;
      hasSaid = true;
      input.say(awaitedLine(awaited));
    },
    pids: () => (isWaiting ? treeEnder.awaited().map(({ pid }) => pid) : []),
  };
}
