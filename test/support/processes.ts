/** Looks at live processes through procfs, independent of the code under test. */
import { readdirSync, readFileSync } from 'node:fs';

/** State letter of a process as in `/proc/PID/stat`; `undefined` when it is gone. */
export function stateOf(pid: number): string | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return stat.slice(stat.lastIndexOf(')') + 2)[0];
  } catch {
    return undefined;
  }
}

/** Those of `pids` that are neither gone nor zombies. */
export function living(pids: readonly number[]): number[] {
  return pids.filter((pid) => !['Z', 'X', undefined].includes(stateOf(pid)));
}

/** PIDs of all living processes whose environment contains `mark`. */
export function processesMarked(mark: string): number[] {
  return living(
    readdirSync('/proc')
      .filter((name) => /^[0-9]+$/.test(name))
      .map(Number)
      .filter((pid) => {
        try {
          return readFileSync(`/proc/${pid}/environ`, 'utf8').includes(mark);
        } catch {
          return false;
        }
      }),
  );
}

let markCount = 0;

/** A variable to start a tree with, so that `processesMarked(value)` finds all of it. */
export function createMark(): { env: { ONEPROCPOOL_TEST_MARK: string }; value: string } {
  markCount += 1;
  const value = `test-${process.pid}-${markCount}-${Date.now().toString(36)}`;
  return { env: { ONEPROCPOOL_TEST_MARK: value }, value };
}
