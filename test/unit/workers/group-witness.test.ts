import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { createGroupWitness, hasSignal, type WitnessInput } from '../../../src/workers/group-witness.ts';
import { createFakeClock } from './fake-clock.ts';

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
    ['it dies of it', statusOf('R (running)', [9], [15]), true],
    ['it dies of another one', statusOf('R (running)', [9], [2]), false],
    ['it dies of SIGKILL', statusOf('R (running)', [9], []), false],
    ['it is stopped, and will die when it goes on', statusOf('T (stopped)', [], [15]), true],
    ['it has died of it', statusOf('Z (zombie)', [], [15]), true],
    ['it has died of another one', statusOf('Z (zombie)', [], [2]), false],
    ['nothing can be read', '', false],
  ];
  for (const [name, status, expected] of cases) {
    test(name, () => {
      assert.equal(hasSignal(status, 15), expected);
    });
  }
});

describe('createGroupWitness', () => {
  /** One that blocks every signal and has got INT. */
  async function withPendingInt() {
    const clock = createFakeClock();
    const killed: number[] = [];
    const process = { pid: 7, exit: new Promise<never>(() => undefined), stdout: undefined, stderr: undefined };
    const input = {
      clock,
      spawner: { spawn: () => Promise.resolve(process) },
      processes: { signal: (pid: number) => killed.push(pid) > 0 },
      files: { exists: () => true, readText: () => statusOf('S (sleeping)', [], [2]) },
      adopterPid: null,
      watchdogFile: '/oneprocpool',
      path: undefined,
    } as unknown as WitnessInput;
    const witness = createGroupWitness(input);
    clock.advance(50);
    await Promise.resolve();
    return { clock, killed, witness };
  }

  test('sees a signal once, and is replaced', async () => {
    const { clock, killed, witness } = await withPendingInt();
    assert.deepEqual([witness.hasSeen(15, 0n), witness.hasSeen(2, 0n), witness.hasSeen(2, 0n)], [false, true, true]);
    assert.deepEqual(killed, [7]);
    clock.advance(60);
    assert.equal(witness.hasSeen(2, clock.nowNs()), false);
  });

  test('has seen nothing in the first moments of a clock that begins with the program', async () => {
    const { witness } = await withPendingInt();
    assert.equal(witness.hasSeen(15, -40_000_000n), false);
  });

  test('a signal that was disregarded says nothing about the next one', async () => {
    const { killed, witness } = await withPendingInt();
    witness.disregard(2);
    assert.equal(witness.hasSeen(2, 0n), false);
    assert.deepEqual(killed, [7]);
  });
});
