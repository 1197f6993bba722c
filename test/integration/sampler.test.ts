import { describe, test } from 'node:test';
import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { judge } from '../../src/verify/verdict.ts';
import { compileProgram, missingCompiler } from '../support/c-programs.ts';
import { loadMachine, sampleRun } from './live-sampling.ts';

/** How long the busy threads work. */
const SECONDS = 3.3;

describe('demand of real threads', () => {
  const near = (actual: number | null | undefined, expected: number): void =>
    assert.ok(Math.abs((actual ?? NaN) - expected) <= 0.25, `${actual} is not ${expected}`);

  for (const threads of [1, 3]) {
    test(`${threads} busy threads are a demand of ${threads}, also when they get a part of the CPUs only`, async (t) => {
      const missing = missingCompiler();
      if (missing !== undefined) return t.skip(missing);
      const program = compileProgram('threads');
      const unload = loadMachine(program, 3);
      const { processes, workers } = await sampleRun({
        file: program,
        args: [String(threads), String(SECONDS), 'busy'],
        limitThreads: 2,
      }).finally(unload);
      near(workers.get(0)?.peakDemandCpus, threads);
      // On a busy machine the last window may end late: the threads that have ended by then are not counted.
      const windows = (workers.get(0)?.timeline ?? []).filter(({ toSeconds }) => toSeconds < SECONDS);
      assert.ok(windows.length >= 2, `only ${windows.length} windows`);
      for (const { demandCpus } of windows) near(demandCpus, threads);
      assert.equal(workers.get(0)?.peakThreadCount, threads);
      assert.equal(processes.length, threads > 2 ? 1 : 0);
      assert.ok((workers.get(0)?.peakRssBytes ?? 0) > 100_000);
    });
  }

  test('eight sleeping threads are no demand', async (t) => {
    const missing = missingCompiler();
    if (missing !== undefined) return t.skip(missing);
    const { processes, workers, windowCount } = await sampleRun({
      file: compileProgram('threads'),
      args: ['8', '2.3', 'sleep'],
      limitThreads: 1,
    });
    near(workers.get(0)?.peakDemandCpus, 0);
    assert.equal(workers.get(0)?.peakThreadCount, 8);
    assert.ok(windowCount > 0);
    assert.deepEqual(processes, []);
  });

  test('threads that live for 5 ms and are made again are seen', async (t) => {
    const missing = missingCompiler();
    if (missing !== undefined) return t.skip(missing);
    const { processes } = await sampleRun({ file: compileProgram('respawn'), args: ['4', '5', '5'], limitThreads: 1 });
    // Where the machine is crowded their CPU time alone is not above the share, but there are many at once.
    assert.ok(processes[0]?.kind === 'demand' || processes[0]?.kind === 'bursts');
  });

  test('six threads that work together for 2 ms in every 20 are seen', async (t) => {
    const missing = missingCompiler();
    if (missing !== undefined) return t.skip(missing);
    const { processes, trees } = await sampleRun({
      file: compileProgram('bursts'),
      args: ['6', '8', '2', '20'],
      limitThreads: 1,
    });
    // On a crowded machine the bursts last longer and become plain demand.
    assert.ok(processes.length === 1 || trees.length === 1);
  });

  test('CPU time is exact, also that of a command too short to be sampled', async (t) => {
    const missing = missingCompiler();
    if (missing !== undefined) return t.skip(missing);
    const { workers } = await sampleRun({ file: compileProgram('respawn'), args: ['1', '0', '0'], limitThreads: 1 });
    assert.ok((workers.get(0)?.cpuSeconds ?? 1) < 0.1);
    const busy = await sampleRun({
      file: '/bin/sh',
      args: ['-c', `${compileProgram('respawn')} 1 0.08 60; exit 0`],
      limitThreads: 1,
    });
    const { cpuSeconds } = busy.workers.get(0) ?? { cpuSeconds: 0 };
    assert.ok(cpuSeconds >= 0.05 && cpuSeconds <= 0.3, String(cpuSeconds));
  });

  test('CPU time of a child that its parent waited for at the end is counted once', async (t) => {
    const missing = missingCompiler();
    if (missing !== undefined) return t.skip(missing);
    const directory = mkdtempSync(join(tmpdir(), 'oneprocpool-'));
    const told = join(directory, 'times');
    const command = `${compileProgram('threads')} 1 1.5 busy; times >${told}`;
    const { workers } = await sampleRun({ file: '/bin/sh', args: ['-c', command], limitThreads: 1 });
    // Minutes and seconds of sh and of its children, user and system. Source: POSIX.1-2017, times.
    const used = [...readFileSync(told, 'utf8').matchAll(/(\d+)m([\d.]+)s/g)];
    rmSync(directory, { recursive: true });
    const seconds = used.reduce((sum, [, minutes, rest]) => sum + Number(minutes) * 60 + Number(rest), 0);
    const { cpuSeconds } = workers.get(0) ?? { cpuSeconds: 0 };
    assert.ok(seconds > 0.1 && Math.abs(cpuSeconds - seconds) < 0.1, `${cpuSeconds} of ${seconds}`);
  });

  test('two processes of two busy threads in a worker with a share of two are a finding of the worker', async (t) => {
    const missing = missingCompiler();
    if (missing !== undefined) return t.skip(missing);
    const program = compileProgram('threads');
    const command = `${program} 2 3.3 busy & ${program} 2 3.3 busy; wait`;
    const sampling = await sampleRun({ file: '/bin/sh', args: ['-c', command], limitThreads: 2 });
    const plan = { pool: 'libraries' as const, workers: [] };
    const verdict = judge({ sampling, plan, presets: [], throttling: null });
    assert.equal(verdict.outcome, 'exceeded');
    assert.deepEqual(
      verdict.findings.map(({ code }) => code),
      ['OVER_BUDGET'],
    );
    near(sampling.workers.get(0)?.peakDemandCpus, 4);
  });
});
