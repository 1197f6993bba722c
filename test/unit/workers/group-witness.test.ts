import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { hasSignal } from '../../../src/workers/group-witness.ts';

/** The lines that count, as proc_pid_status(5) shows them. */
function statusOf(state: string, ownPending: number[], sharedPending: number[]): string {
  const mask = (signals: number[]): string =>
    signals
      .reduce((bits, signal) => bits | (1n << BigInt(signal - 1)), 0n)
      .toString(16)
      .padStart(16, '0');
  return `Name:\tcat\nState:\t${state}\nSigQ:\t1/63\nSigPnd:\t${mask(ownPending)}\nShdPnd:\t${mask(sharedPending)}\nSigBlk:\t${mask([15, 9])}\n`;
}

describe('hasSignal', () => {
  const cases: readonly [name: string, status: string, expected: boolean][] = [
    ['nothing is pending', statusOf('S (sleeping)', [], []), false],
    ['it is pending, blocked or not delivered yet', statusOf('S (sleeping)', [], [15]), true],
    ['another one is pending', statusOf('S (sleeping)', [], [1, 64]), false],
    ['the kernel has turned it into SIGKILL', statusOf('R (running)', [9], []), true],
    ['it is stopped, and will die when it goes on', statusOf('T (stopped)', [], [15]), true],
    ['it has died', statusOf('Z (zombie)', [], []), true],
    ['nothing can be read', '', false],
  ];
  for (const [name, status, expected] of cases) {
    test(name, () => {
      assert.equal(hasSignal(status, 15), expected);
    });
  }
});
