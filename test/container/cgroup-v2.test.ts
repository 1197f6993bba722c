/** Limits in a guest whose kernel has cgroup v2 alone: one boot, all scenarios, each a line of JSON. */
import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { before, describe, test } from 'node:test';
import type { ThreadPlan } from '../../src/plan/plan.ts';
import type { RunReport } from '../../src/report/run-report.ts';
import { IS_EXECUTABLE, PROGRAM, PROJECT_ROOT } from '../support/project.ts';

const QEMU = join(PROJECT_ROOT, 'tools/qemu');
const SCENARIOS = join(PROJECT_ROOT, 'test/container/guest/scenarios.sh');

interface Scenario {
  readonly scenario: string;
  readonly plan?: ThreadPlan;
  readonly report?: RunReport;
  readonly threads?: readonly number[];
  readonly throttled?: { readonly parent: number; readonly periods: number; readonly leaf: number };
}

function missing(): string | false {
  if (process.arch !== 'x64') return `no guest for ${process.arch}`;
  const tools = ['qemu-system-x86_64', 'busybox', 'cpio', 'unshare'];
  const absent = tools.filter((name) => spawnSync('which', [name]).status !== 0);
  if (absent.length > 0) return `not installed: ${absent.join(', ')}`;
  const { status } = spawnSync(join(QEMU, 'fetch-kernel.sh'), ['--cached']);
  return status === 0 ? false : 'no kernel for the guest; tools/qemu/fetch-kernel.sh fetches it';
}

/** What an image would hold: the program without its tests. */
function copyProgram(to: string): void {
  mkdirSync(join(to, 'dist'));
  for (const name of ['bin', 'package.json', 'presets', 'dist/main.cjs', 'dist/main.cjs.cache', 'dist/lazy']) {
    cpSync(join(PROJECT_ROOT, name), join(to, name), { recursive: true });
  }
  if (IS_EXECUTABLE) cpSync(PROGRAM, join(to, 'bin/oneprocpool'));
  cpSync(SCENARIOS, join(to, 'scenarios.sh'));
}

async function runGuest(): Promise<Map<string, Scenario>> {
  const directory = mkdtempSync(join(tmpdir(), 'oneprocpool-guest-'));
  try {
    copyProgram(directory);
    const env = { ...process.env, NODE: process.execPath };
    const guest = spawn(join(QEMU, 'run-guest.sh'), [directory, 'scenarios.sh'], {
      env,
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const chunks: Buffer[] = [];
    guest.stdout.on('data', (chunk: Buffer) => chunks.push(chunk));
    const [status] = (await once(guest, 'close')) as [number | null];
    const text = Buffer.concat(chunks).toString('utf8');
    assert.equal(status, 0, text);
    const lines = text.split('\n').filter((line) => line.startsWith('{'));
    return new Map(lines.map((line) => JSON.parse(line) as Scenario).map((found) => [found.scenario, found]));
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

/** Quota, the file that holds it, allowed CPUs, physical cores, CPUs of the budget, and what decided it. */
type Expected = [number | null, string | null, number[], number, number, string];
const ALL = [0, 1, 2, 3];
const TABLE: Readonly<Record<string, Expected>> = {
  'no limit': [null, null, ALL, 2, 4, 'affinity'],
  'leaf without a limit under a limited parent': [1.5, 'parent/cpu.max', ALL, 2, 1, 'cgroup-quota'],
  'leaf above its parent': [1.5, 'parent/cpu.max', ALL, 2, 1, 'cgroup-quota'],
  'leaf below its parent': [0.5, 'parent/below/cpu.max', ALL, 2, 1, 'cgroup-quota'],
  'another period': [2.5, 'short/cpu.max', ALL, 2, 2, 'cgroup-quota'],
  'cgroup namespace with the limit at its root': [1.5, 'cpu.max', ALL, 2, 1, 'cgroup-quota'],
  'cgroup namespace, process below its root': [1.5, 'cpu.max', ALL, 2, 1, 'cgroup-quota'],
  'cgroup namespace in a cgroup namespace': [1.5, 'cpu.max', ALL, 2, 1, 'cgroup-quota'],
  'cgroup namespace over the mount of the machine': [1.5, 'parent/cpu.max', ALL, 2, 1, 'cgroup-quota'],
  // Nobody inside can see it.
  'cgroup namespace below the limit': [null, null, ALL, 2, 4, 'affinity'],
  'cpuset of two cores': [null, null, [1, 2], 2, 2, 'affinity'],
  'cpuset of one core': [null, null, [2, 3], 1, 2, 'affinity'],
  'cpuset and quota': [1.5, 'cores/cpu.max', [2, 3], 1, 1, 'cgroup-quota'],
  'CPU 3 offline': [null, null, [0, 1, 2], 2, 3, 'affinity'],
  'memory limit': [null, null, ALL, 2, 4, 'affinity'],
};

describe('cgroup v2 in a guest', { skip: missing() }, () => {
  let seen = new Map<string, Scenario>();
  before(async () => {
    seen = await runGuest();
  });

  for (const [name, expected] of Object.entries(TABLE)) {
    test(name, () => {
      const { limits, budget } = seen.get(name)?.plan ?? assert.fail(`no plan in ${JSON.stringify(seen.get(name))}`);
      assert.equal(limits.cgroupVersion, 'v2');
      const source = limits.quotaSource?.replace('/sys/fs/cgroup/', '') ?? null;
      assert.deepEqual(
        [limits.quotaCpus, source, limits.allowedCpus, limits.physicalCores, budget.cpus, budget.decidedBy],
        expected,
      );
      assert.equal(limits.memoryBytes, name === 'memory limit' ? 256 * 1024 ** 2 : null);
    });
  }

  test('a quota that changes while a command runs counts for the next start', () => {
    assert.deepEqual(seen.get('quota that changes')?.threads, [2, 2, 1]);
  });

  test('throttling is read at the parent that holds the quota, not at the leaf that feels it', () => {
    const kernel = seen.get('counts of the kernel')?.throttled ?? assert.fail('no counts');
    const { throttling, plan } = seen.get('throttled by the parent')?.report ?? assert.fail('no report');
    assert.equal(plan.limits.quotaSource, '/sys/fs/cgroup/slow/cpu.max');
    assert.equal(kernel.leaf, 0);
    assert.ok(throttling !== null && throttling.throttledPeriods > 5, JSON.stringify(throttling));
    assert.ok(
      throttling.throttledPeriods <= kernel.parent && throttling.periods <= kernel.periods,
      JSON.stringify(kernel),
    );
    assert.ok(throttling.throttledSeconds > 0.5, `${throttling.throttledSeconds} s`);
  });
});
