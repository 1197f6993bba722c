/** An application with a pool of processes, as joblib has it: a parent, helpers, and workers with a library each. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { createSampler, type Sampler } from '../../../src/verify/sampler.ts';
import { ASLEEP, BUSY, createFakeMachine, type FakeMachine, type FakeThread } from './fake-machine.ts';
import { PRESETS } from './presets.ts';

/** `readMs`: what a read takes on the clock; `readCpuMs`: of the CPU. Where others have the CPU the two differ. */
function sampleOn(machine: FakeMachine, readMs = 0, readCpuMs = readMs): Sampler {
  const waitedNs = (): bigint => BigInt(Math.round(machine.reads.length * readMs * 1e6));
  const sampler = createSampler({
    files: machine.files,
    clock: {
      ...machine.clock,
      nowNs: () => machine.clock.nowNs() + waitedNs(),
      cpuMs: () => machine.reads.length * readCpuMs,
    },
    loadPresets: async () => PRESETS,
  });
  sampler.start();
  return sampler;
}

describe('an application with a pool of processes', () => {
  test('is seen to pool twice even where every read is dear', async () => {
    const machine = createFakeMachine();
    const sampler = sampleOn(machine, 0.06);
    const handsOut = { run: 0.05, wait: 0 };
    machine.add(200, 2, [handsOut, handsOut, ASLEEP, ASLEEP]);
    for (let pid = 201; pid < 209; pid++) machine.add(pid, 200, [handsOut, ASLEEP]);
    sampler.addWorker(0, 200, 2);
    // The advance of the first seconds is spent before the work begins.
    const workers = [210, 220].map((pid) => machine.add(pid, 200, [handsOut, handsOut]));
    await machine.advance(5000);
    for (const { threads } of workers) for (const thread of threads.values()) Object.assign(thread, BUSY);
    await machine.advance(13_000);
    const { trees } = sampler.stop();
    assert.ok((trees[0]?.demandCpus ?? 0) > 4, String(trees[0]?.demandCpus));
    assert.deepEqual(
      trees[0]?.processes
        .map(({ pid }) => pid)
        .slice(0, 2)
        .sort(),
      [210, 220],
    );
  });

  test('with hundreds of threads is measured whole where a read has to wait for a CPU', async () => {
    const machine = createFakeMachine();
    const sampler = sampleOn(machine, 0.08, 0.008);
    const helpers = (count: number): Partial<FakeThread>[] =>
      Array.from({ length: count }, () => ({ run: 0.0008, wait: 0 }));
    machine.add(200, 2, helpers(40));
    for (let pid = 201; pid < 205; pid++) machine.add(pid, 200, helpers(30));
    for (const pid of [210, 220]) machine.add(pid, 200, [BUSY, BUSY, ...helpers(28)]);
    sampler.addWorker(0, 200, 2);
    await machine.advance(20_000);
    const { workers } = sampler.stop();
    const late =
      workers
        .get(0)
        ?.timeline.slice(-5)
        .map(({ demandCpus }) => demandCpus) ?? [];
    assert.ok(Math.min(...late) > 3.5, JSON.stringify(late));
  });

  for (const [what, startMs, found] of [
    ['may be above its share while all of it imports its libraries', 1500, 0],
    ['may not be so for longer', 6000, 1],
  ] as const)
    test(what, async () => {
      const machine = createFakeMachine();
      const sampler = sampleOn(machine);
      const parent = machine.add(200, 2, [BUSY]);
      const helper = machine.add(201, 200, [BUSY]);
      sampler.addWorker(0, 200, 2);
      for (const pid of [210, 220]) machine.add(pid, 200, [BUSY]);
      await machine.advance(startMs);
      for (const { threads } of [parent, helper])
        for (const thread of threads.values()) Object.assign(thread, { run: 0, wait: 0 });
      await machine.advance(6000);
      assert.equal(sampler.stop().trees.length, found);
    });
});
