/** The demo's programs under the real launcher, with little work: what the figures say is not tested here. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import type { DemoContext } from '../../src/demo/demo-context.ts';
import { runExperiment } from '../../src/demo/experiment.ts';
import { findNodeWorkload } from '../../src/demo/node-workload.ts';
import { findNumpyWorkload } from '../../src/demo/numpy-workload.ts';
import type { Workload } from '../../src/demo/setups.ts';
import { createClock } from '../../src/host/clock.ts';
import { createFiles } from '../../src/host/files.ts';
import type { Host } from '../../src/host/ports.ts';
import { createProcesses } from '../../src/host/processes.ts';
import { createSpawner } from '../../src/host/spawn.ts';
import { createSystem } from '../../src/host/system.ts';
import { createWriter } from '../../src/host/writer.ts';
import { createSampler } from '../../src/verify/sampler.ts';
import { PROGRAM, PROJECT_ROOT } from '../support/project.ts';

/** Two, so that each order within a pair is run. */
const ROUNDS = 2;

const directory = mkdtempSync(join(tmpdir(), 'oneprocpool-demo-'));
after(() => rmSync(directory, { recursive: true }));

const host = {
  files: createFiles(),
  writer: createWriter(),
  system: createSystem(),
  clock: createClock(),
  spawner: createSpawner('/no/addon'),
  processes: createProcesses(),
} as unknown as Host;

function contextWith(changes: Partial<DemoContext>): DemoContext {
  const env = { ...host.system.env, ONEPROCPOOL_DEMO_OFFLINE: '1' };
  return {
    host,
    directory,
    env,
    nodePath: process.execPath,
    packageRoots: [PROJECT_ROOT],
    announce: () => {},
    ...changes,
  };
}

/** Runs the whole experiment with `units` of work and checks what every run must have. */
async function tryOut(workload: Workload, units: number): Promise<void> {
  const seen: string[] = [];
  const { pairs, rounds } = await runExperiment({
    host,
    workload: { ...workload, units },
    rounds: ROUNDS,
    program: [PROGRAM],
    launcherOptions: ['--cpus', '2'],
    env: host.system.env,
    startSampling: (pid) => {
      const sampler = createSampler({ files: host.files, clock: host.clock, loadPresets: async () => [] });
      sampler.addWorker(0, pid, 1000);
      sampler.start();
      return { stop: () => sampler.stop().workers.get(0) };
    },
    onProgress: (done, total, setup, variant) => seen.push(`${done}/${total} ${setup.id} ${variant}`),
    signal: new AbortController().signal,
  });
  assert.deepEqual([...pairs.keys()], workload.setups);
  assert.equal(seen.length, rounds * workload.setups.length * 2);
  assert.deepEqual(
    seen.slice(0, 2).map((text) => text.replace(/^\S+ /, '')),
    ['one bare', 'one launched'],
  );
  for (const [setup, measured] of pairs) {
    assert.equal(measured.length, rounds, setup);
    for (const trial of measured.flatMap(({ bare, launched }) => [bare, launched])) {
      assert.ok(trial.wallSeconds > 0 && trial.cpuSeconds > 0, JSON.stringify(trial));
    }
  }
  const most = Math.max(...[...pairs.values()].flat().map(({ bare }) => bare.peakThreads ?? 0));
  assert.ok(most >= 2, 'no run was seen by the sampler');
}

describe('the demo', () => {
  test('with the NumPy that is there', async (t) => {
    const workload = await findNumpyWorkload(contextWith({}));
    if (workload === undefined) return t.skip('python3 has no NumPy with a thread pool');
    assert.match(workload.library, /^NumPy \d+\.\d+.* on Python 3\./);
    await tryOut(workload, 600);
  });
  test('without Python it takes esbuild and says so', async () => {
    const env = { ...host.system.env, PATH: directory };
    assert.equal(await findNumpyWorkload(contextWith({ env })), undefined);
    const workload = await findNodeWorkload(contextWith({}));
    assert.equal(workload.kind, 'esbuild');
    assert.match(workload.standsIn ?? '', /NumPy/);
    await tryOut(workload, 2);
  });
  test("without esbuild it takes Node's own crypto and says so", async () => {
    const workload = await findNodeWorkload(contextWith({ packageRoots: [directory] }));
    assert.equal(workload.kind, 'libuv');
    assert.match(workload.standsIn ?? '', /esbuild is not here either/);
    await tryOut(workload, 32);
  });
  test('with nothing to run it says what to install', async () => {
    await assert.rejects(findNodeWorkload(contextWith({ nodePath: null })), /Expected something to run the demo with/);
  });
});
