/** `plan --pin` on machines with several NUMA nodes, made up below --root. */
import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { describe, test } from 'node:test';
import type { ThreadPlan } from '../../src/plan/plan.ts';
import { runProgram } from '../support/run-program.ts';

/** Two packages, a node each, whose CPUs are numbered in turns (even: 0, odd: 1), as on many servers. */
function writeMachine(root: string, cores: number, smt: number): void {
  const put = (path: string, text: string): void => {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), `${text}\n`);
  };
  const half = 2 * cores;
  const all = Array.from({ length: half * smt }, (_, cpu) => cpu);
  put('/proc/self/status', `Name:\tx\nPid:\t1\nCpus_allowed_list:\t0-${all.length - 1}`);
  put('/sys/devices/system/cpu/online', `0-${all.length - 1}`);
  put('/sys/devices/system/cpu/smt/active', smt > 1 ? '1' : '0');
  for (const cpu of all) {
    const topology = `/sys/devices/system/cpu/cpu${cpu}/topology`;
    put(`${topology}/core_cpus_list`, all.filter((other) => other % half === cpu % half).join(','));
    put(`${topology}/physical_package_id`, String(cpu % 2));
  }
  for (const node of [0, 1])
    put(`/sys/devices/system/node/node${node}/cpulist`, all.filter((cpu) => cpu % 2 === node).join(','));
}

async function withMachine(
  [cores, smt]: [number, number],
  work: (plan: (...words: string[]) => Promise<string>) => Promise<void>,
): Promise<void> {
  const root = mkdtempSync(join(tmpdir(), 'oneprocpool-'));
  try {
    writeMachine(root, cores, smt);
    await work(async (...words) => {
      const { status, stdout, stderr } = await runProgram(['plan', '--no-config', '--root', root, '--pin', ...words]);
      assert.equal(status, 0, stderr);
      return stdout;
    });
  } finally {
    rmSync(root, { recursive: true });
  }
}

describe('plan --pin', { concurrency: 2 }, () => {
  for (const smt of [1, 2]) {
    test(`keeps each of two workers on one node, ${smt} hardware threads a core`, () =>
      withMachine([4, smt], async (plan) => {
        const { workers, limits } = JSON.parse(await plan('-w', '2', '--json')) as ThreadPlan;
        const cpus = (node: number): number[] => Array.from({ length: 4 * smt }, (_, at) => 2 * at + node);
        assert.deepEqual(
          workers.map((worker) => [worker.cpus, worker.nodes]),
          [
            [cpus(0), [0]],
            [cpus(1), [1]],
          ],
        );
        assert.deepEqual(limits.numaNodes, [
          { node: 0, cpus: cpus(0) },
          { node: 1, cpus: cpus(1) },
        ]);
      }));
  }

  test('shows the nodes', () =>
    withMachine([4, 1], async (plan) => {
      const text = await plan('-w', '2', '-v');
      assert.match(text, /^ {2}NUMA nodes +2 nodes +0: CPU 0,2,4,6 \| 1: CPU 1,3,5,7$/m);
      assert.match(text, /on CPU 0,2,4,6 \(node 0\) \| 1,3,5,7 \(node 1\)$/m);
      assert.match(await plan(), /on CPU 0-7 \(nodes 0,1\)$/m);
    }));
});
