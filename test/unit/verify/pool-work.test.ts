/** When processes with one busy thread each are a pool at work, and not one that starts. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { TreeEvidence } from '../../../src/verify/measurement.ts';
import { createSampler } from '../../../src/verify/sampler.ts';
import { createFakeMachine, type FakeMachine, type FakeThread } from './fake-machine.ts';

const COUNT = 6;
const FIRST_PID = 210;
const poolPids = Array.from({ length: COUNT }, (_, at) => FIRST_PID + at);
/** Under a quota of 0.1: each gets a sixtieth of a CPU. */
const THROTTLED = { run: 1 / 60, wait: 59 / 60 };

/** Six processes below a shell; `step` is called every 10 ms. */
async function measurePool(input: {
  readonly thread: Partial<FakeThread>;
  readonly limitThreads?: number;
  readonly forMs: number;
  readonly step?: (machine: FakeMachine, nowMs: number) => void;
}): Promise<readonly TreeEvidence[]> {
  const machine = createFakeMachine();
  const sampler = createSampler({ files: machine.files, clock: machine.clock, loadPresets: async () => [] });
  sampler.start();
  machine.add(200, 2);
  for (const pid of poolPids) machine.add(pid, 200, [{ ...input.thread }]);
  sampler.addWorker(0, 200, input.limitThreads ?? 1);
  for (let ms = 0; ms < input.forMs; ms += 10) {
    input.step?.(machine, ms);
    await machine.advance(10);
  }
  return sampler.stop().trees;
}

function eachThread(machine: FakeMachine, change: (thread: FakeThread, pid: number) => void): void {
  for (const pid of poolPids)
    for (const thread of machine.processes.get(pid)?.threads.values() ?? []) change(thread, pid);
}

describe('a pool of processes with one busy thread each', () => {
  test('is seen within three seconds of work under a quota of 0.1', async () => {
    const [tree] = await measurePool({ thread: THROTTLED, forMs: 3200 });
    assert.ok(tree !== undefined && Math.abs(tree.demandCpus - COUNT) < 0.1, JSON.stringify(tree));
  });

  test('is seen with a share that it uses up only after many CPU seconds', async () => {
    const trees = await measurePool({ thread: { run: 0.3, wait: 0.7 }, limitThreads: 4, forMs: 3200 });
    assert.equal(trees.length, 1);
  });

  test('is seen although it rests between its tasks', async () => {
    const trees = await measurePool({
      thread: {},
      forMs: 8000,
      step: (machine, ms) => {
        const isAtWork = ms % 2600 < 1400;
        eachThread(machine, (thread) => {
          Object.assign(thread, isAtWork ? { run: 0.16, wait: 0.84 } : { run: 0, wait: 0 });
          if (!isAtWork) thread.sleeps = ms;
        });
      },
    });
    assert.equal(trees.length, 1);
  });

  test('that still loads its libraries is not told: its memory grows', async () => {
    const trees = await measurePool({
      thread: THROTTLED,
      forMs: 6000,
      step: (machine) => {
        for (const pid of poolPids) {
          const process = machine.processes.get(pid);
          if (process !== undefined) process.rssPages += 2;
        }
      },
    });
    assert.deepEqual(trees, []);
  });

  test('is not told from processes that sleep in between, whatever a quota makes of them', async () => {
    const trees = await measurePool({
      thread: THROTTLED,
      forMs: 6000,
      step: (machine, ms) => {
        eachThread(machine, (thread, pid) => {
          if (ms % 600 === (pid - FIRST_PID) * 100) thread.sleeps = (thread.sleeps ?? 0) + 1;
        });
      },
    });
    assert.deepEqual(trees, []);
  });
});
