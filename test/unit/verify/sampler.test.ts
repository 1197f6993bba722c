import { describe, test } from 'node:test';
import assert from 'node:assert/strict';
import { createSampler, type Sampler, type SamplerDeps } from '../../../src/verify/sampler.ts';
import { ASLEEP, BUSY, createFakeMachine, type FakeMachine } from './fake-machine.ts';
import { BLAS_MAP, PRESETS } from './presets.ts';

function sampleOn(machine: FakeMachine, more: Partial<SamplerDeps> = {}): Sampler {
  const sampler = createSampler({
    files: machine.files,
    clock: machine.clock,
    loadPresets: async () => PRESETS,
    ...more,
  });
  sampler.start();
  return sampler;
}

describe('what a run of a few seconds shows', () => {
  test('three busy threads with a share of two are found within two seconds, although each gets half a CPU', async () => {
    const machine = createFakeMachine();
    const sampler = sampleOn(machine);
    machine.add(200, 2, [BUSY, BUSY, BUSY], {
      maps: BLAS_MAP,
      environ: 'BLAS_NUM_THREADS=9\0SECRET=x\0',
      command: 'python\0job.py\0',
    });
    sampler.addWorker(0, 200, 2, ['BLAS_NUM_THREADS']);
    await machine.advance(2000);
    const { method, processes, workers } = sampler.stop();
    assert.equal(method, 'schedstat');
    assert.equal(processes.length, 1);
    const [found] = processes;
    assert.equal(found?.kind, 'demand');
    assert.equal(found.pid, 200);
    assert.equal(found.command, 'python job.py');
    assert.ok(Math.abs(found.demandCpus - 3) < 0.01, String(found.demandCpus));
    assert.ok(found.windowSeconds >= 0.99);
    assert.deepEqual(
      found.pools.map(({ presetId }) => presetId),
      ['blas'],
    );
    assert.deepEqual(found.variables, { BLAS_NUM_THREADS: '9' });
    assert.ok(Math.abs((workers.get(0)?.meanDemandCpus ?? 0) - 3) < 0.01);
  });

  test('two busy and thirty sleeping threads with a share of two are within it', async () => {
    const machine = createFakeMachine();
    const sampler = sampleOn(machine);
    machine.add(200, 2, [BUSY, BUSY, ...new Array<typeof ASLEEP>(30).fill(ASLEEP)]);
    sampler.addWorker(0, 200, 2);
    await machine.advance(10_000);
    const { processes, trees, windowCount, workers } = sampler.stop();
    assert.deepEqual([processes, trees], [[], []]);
    assert.ok(windowCount >= 5);
    assert.equal(workers.get(0)?.peakThreadCount, 32);
    assert.ok(Math.abs((workers.get(0)?.peakDemandCpus ?? 0) - 2) < 0.05);
  });

  test('a job that is over before a second has passed is not judged', async () => {
    const machine = createFakeMachine();
    const sampler = sampleOn(machine);
    machine.add(200, 2, [BUSY, BUSY]);
    sampler.addWorker(0, 200, 1);
    await machine.advance(700);
    machine.end(200);
    sampler.onWorkerExit(0);
    const { windowCount, workers } = sampler.stop();
    assert.equal(windowCount, 0);
    assert.equal(workers.get(0)?.meanDemandCpus, null);
    assert.ok(Math.abs((workers.get(0)?.cpuSeconds ?? 0) - 0.7) < 0.05);
  });

  test('processes that are within their share alone and above it together are a finding of the tree', async () => {
    const machine = createFakeMachine();
    const sampler = sampleOn(machine);
    machine.add(200, 2);
    sampler.addWorker(0, 200, 2);
    machine.add(210, 200, [BUSY, BUSY], { maps: BLAS_MAP });
    machine.add(220, 200, [BUSY, BUSY], { maps: BLAS_MAP });
    await machine.advance(3000);
    const { processes, trees } = sampler.stop();
    assert.deepEqual(
      processes.filter(({ kind }) => kind !== 'variables'),
      [],
    );
    assert.equal(trees.length, 1);
    assert.ok(Math.abs((trees[0]?.demandCpus ?? 0) - 4) < 0.05);
    assert.deepEqual(trees[0]?.processes.map(({ pid }) => pid).sort(), [210, 220]);
    assert.deepEqual(
      trees[0].processes[0]?.pools.map(({ presetId }) => presetId),
      ['blas'],
    );
  });

  test('workers are judged apart', async () => {
    const machine = createFakeMachine();
    const sampler = sampleOn(machine);
    machine.add(200, 2, [BUSY, BUSY]);
    sampler.addWorker(0, 200, 2);
    machine.add(300, 2, [BUSY, BUSY]);
    sampler.addWorker(1, 300, 1);
    await machine.advance(2500);
    const { processes } = sampler.stop();
    assert.deepEqual(
      processes.map(({ worker, pid, limitThreads }) => [worker, pid, limitThreads]),
      [[1, 300, 1]],
    );
  });

  test('a pool within its share that lost its variable is told', async () => {
    const machine = createFakeMachine();
    const sampler = sampleOn(machine);
    machine.add(200, 2, [BUSY], { maps: BLAS_MAP, environ: 'PATH=/bin\0' });
    sampler.addWorker(0, 200, 2, ['BLAS_NUM_THREADS']);
    await machine.advance(2500);
    const [found] = sampler.stop().processes;
    assert.equal(found?.kind, 'variables');
    assert.deepEqual(found.variables, { BLAS_NUM_THREADS: null });
  });
});

describe('what is easily missed', () => {
  test('threads that are made anew all the time', async () => {
    const machine = createFakeMachine();
    const sampler = sampleOn(machine);
    const job = machine.add(200, 2, [BUSY]);
    sampler.addWorker(0, 200, 1);
    for (let i = 0; i < 200; i++) {
      // Two threads worked for 5 ms each of the last 10 and are gone.
      job.endedNs += 2 * 5e6;
      await machine.advance(10);
    }
    const [found] = sampler.stop().processes;
    assert.equal(found?.kind, 'demand');
    assert.ok(found.demandCpus > 1.5, String(found.demandCpus));
  });

  test('bursts of four threads, 2 ms in every 20', async () => {
    const machine = createFakeMachine();
    const sampler = sampleOn(machine);
    const job = machine.add(200, 2, [ASLEEP, ASLEEP, ASLEEP, ASLEEP]);
    sampler.addWorker(0, 200, 1);
    for (let i = 0; i < 300; i++) {
      for (const thread of job.threads.values()) Object.assign(thread, { run: 1 });
      await machine.advance(2);
      for (const thread of job.threads.values()) Object.assign(thread, { run: 0 });
      await machine.advance(18);
    }
    const [found] = sampler.stop().processes;
    assert.equal(found?.kind, 'bursts');
    assert.equal(found.demandCpus, 4);
  });

  test('one helper that wakes up beside a busy thread is no burst', async () => {
    const machine = createFakeMachine();
    const sampler = sampleOn(machine);
    machine.add(200, 2, [BUSY, { run: 0.02 }, { run: 0.02 }, { run: 0.02 }]);
    sampler.addWorker(0, 200, 1);
    await machine.advance(10_000);
    assert.deepEqual(sampler.stop().processes, []);
  });

  test('a kernel without schedstat: the most frequent number of runnable threads decides', async () => {
    const machine = createFakeMachine();
    machine.hidden.push(/schedstat$/);
    const sampler = sampleOn(machine);
    machine.add(200, 2, [BUSY, BUSY, BUSY, ASLEEP]);
    sampler.addWorker(0, 200, 2);
    await machine.advance(10_000);
    const { method, processes, windowCount } = sampler.stop();
    assert.equal(method, 'states');
    assert.ok(windowCount >= 1);
    assert.equal(processes[0]?.demandCpus, 3);
  });

  test('no /proc at all: nothing is known and nothing breaks', async () => {
    const machine = createFakeMachine();
    machine.hidden.push(/^/);
    machine.processes.clear();
    const sampler = sampleOn(machine);
    sampler.addWorker(0, 200, 1);
    await machine.advance(3000);
    sampler.onWorkerExit(0);
    const { method, windowCount } = sampler.stop();
    assert.deepEqual([method, windowCount], ['none', 0]);
  });

  test('a failure to load the presets costs only the names', async () => {
    const machine = createFakeMachine();
    const sampler = sampleOn(machine, { loadPresets: () => Promise.reject(new Error('gone')) });
    machine.add(200, 2, [BUSY, BUSY], { maps: BLAS_MAP });
    sampler.addWorker(0, 200, 1);
    await machine.advance(3000);
    const [found] = sampler.stop().processes;
    assert.equal(found?.kind, 'demand');
    assert.deepEqual(found.pools, []);
  });
});

describe('what sampling costs', () => {
  test('a calm tree is looked at every two seconds, and not thread by thread', async () => {
    const machine = createFakeMachine();
    const sampler = sampleOn(machine);
    for (let at = 0; at < 5; at++) machine.add(200 + 10 * at, at === 0 ? 2 : 200, [ASLEEP, ASLEEP, ASLEEP, ASLEEP]);
    sampler.addWorker(0, 200, 1);
    await machine.advance(20_000);
    const before = machine.reads.length;
    await machine.advance(10_000);
    const reads = machine.reads.slice(before);
    sampler.stop();
    const passes = reads.filter((path) => path === '/proc/200/stat').length;
    assert.ok(passes >= 4 && passes <= 6, `${passes} passes in ten seconds`);
    assert.deepEqual(
      reads.filter((path) => path.endsWith('schedstat')),
      [],
    );
  });

  test('a large busy tree is not read whole at once', async () => {
    const machine = createFakeMachine();
    const sampler = sampleOn(machine);
    const threads = [{ run: 0.01 }, ...new Array<typeof ASLEEP>(31).fill(ASLEEP)];
    for (let at = 0; at < 100; at++) machine.add(1000 + 100 * at, at === 0 ? 2 : 1000, threads);
    sampler.addWorker(0, 1000, 2);
    await machine.advance(20_000);
    sampler.stop();
    const threadReads = machine.reads.filter((path) => path.endsWith('schedstat')).length;
    // 3200 threads in each of some 15 windows would be 48000.
    assert.ok(threadReads > 500 && threadReads < 12_000, String(threadReads));
  });

  test('a hundred large workers are read in turns, and each has its turn', async () => {
    const machine = createFakeMachine();
    const sampler = sampleOn(machine);
    const threads = [BUSY, BUSY, ...new Array<typeof ASLEEP>(30).fill(ASLEEP)];
    for (let worker = 0; worker < 100; worker++) {
      machine.add(1000 + 100 * worker, 2, threads);
      sampler.addWorker(worker, 1000 + 100 * worker, 1);
    }
    let longestPass = 0;
    for (let second = 0; second < 240; second++) {
      const before = machine.reads.length;
      await machine.advance(1000);
      longestPass = Math.max(longestPass, machine.reads.length - before);
    }
    assert.equal(sampler.stop().processes.length, 100);
    assert.ok(longestPass < 3000, String(longestPass));
  });
});
