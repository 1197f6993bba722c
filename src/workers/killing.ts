/** SIGKILL for the workers and all they started, when the grace period is over. Uses the ports of `TreeEnder`. */
import type { Finding } from '../finding.ts';
import type { TreeEnder } from './end-tree.ts';
import { killedFinding, stuckLine } from './stop-findings.ts';

export interface Killing {
  /**
   * @param workers indices of the workers that run, by PID.
   * @param afterMs since `signal` asked them.
   */
  kill(workers: ReadonlyMap<number, number>, afterMs: number, signal: NodeJS.Signals): void;
  /** Resolves when it is done, or nothing was killed. A worker may live on. */
  done(): Promise<readonly Finding[]>;
}

export function createKilling(treeEnder: TreeEnder, say: (text: string) => void): Killing {
  let killing: Promise<readonly Finding[]> = Promise.resolve([]);
  return {
    kill(workers, afterMs, signal) {
      treeEnder.hurry();
      killing = treeEnder.end('SIGKILL', 0).then(({ killed, left }) => {
        const stuck = left.flatMap((process) => {
          const index = workers.get(process.pid);
          return index === undefined ? [] : [{ index, process }];
        });
        if (stuck.length > 0) say(stuckLine(stuck));
        return killedFinding(killed, { kind: 'timeout', afterMs, signal }, (pid) => workers.get(pid));
      });
    },
    done: () => killing,
  };
}
