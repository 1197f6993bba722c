/** The CPUs of a real container, seen from inside it: quota and cpuset, both cgroup namespaces, two users. */
import assert from 'node:assert/strict';
import { availableParallelism } from 'node:os';
import { after, describe, test } from 'node:test';
import type { ThreadPlan } from '../../src/plan/plan.ts';
import { ENTRYPOINT, openPodman } from './podman.ts';

const podman = openPodman();
const isMissing = typeof podman === 'string' && podman;
const oneCpu = availableParallelism() < 2 && 'one CPU: it is tighter than the limit of the container';

async function planInside(...flags: string[]): Promise<ThreadPlan> {
  assert.ok(typeof podman !== 'string');
  const { result } = podman.start({ flags, entrypoint: [ENTRYPOINT, 'plan', '--json'], command: [] });
  const { status, stdout, stderr } = await result;
  assert.equal(status, 0, stderr);
  return JSON.parse(stdout) as ThreadPlan;
}

describe('limits of a container', { skip: isMissing || oneCpu, concurrency: 2 }, () => {
  after(() => {
    if (typeof podman !== 'string') podman.close();
  });

  for (const namespace of ['host', 'private']) {
    for (const user of ['0', '1000']) {
      test(`--cpus 1.5 with cgroup namespace ${namespace} as user ${user}`, async () => {
        const { limits, budget } = await planInside('--cpus', '1.5', '--cgroupns', namespace, '--user', user);
        assert.equal(limits.quotaCpus, 1.5);
        assert.match(limits.quotaSource ?? '', /^\/sys\/fs\/cgroup\/.*cpu\.(max|cfs_quota_us)$/);
        assert.deepEqual([budget.cpus, budget.exact, budget.decidedBy], [1, 1.5, 'cgroup-quota']);
      });
    }
  }

  test('--cpuset-cpus is the affinity, and tighter than a quota above it', async () => {
    for (const flags of [[], ['--cpus', '1.5']]) {
      const { limits, budget } = await planInside('--cpuset-cpus', '1', ...flags);
      assert.deepEqual([limits.allowedCpus, limits.physicalCores], [[1], 1]);
      assert.deepEqual([budget.cpus, budget.decidedBy], [1, 'affinity']);
    }
  });

  test('a quota below one CPU with a period of its own', async () => {
    const { limits, budget } = await planInside('--cpu-period', '50000', '--cpu-quota', '12500');
    assert.deepEqual([limits.quotaCpus, budget.cpus, budget.exact], [0.25, 1, 0.25]);
  });

  test('shares are no limit', async () => {
    const { limits, budget } = await planInside('--cpu-shares', '512');
    assert.equal(limits.quotaCpus, null);
    assert.equal(budget.cpus, limits.allowedCpus?.length);
  });

  test('a masked /sys/fs/cgroup hides the quota, and a number of ours replaces it', async () => {
    const hidden = ['--cpus', '1.5', '--mount', 'type=tmpfs,destination=/sys/fs/cgroup'];
    assert.equal((await planInside(...hidden)).limits.quotaCpus, null);
    const { budget } = await planInside(...hidden, '-e', 'ONEPROCPOOL_CPUS=1500m');
    assert.deepEqual([budget.exact, budget.decidedBy], [1.5, 'user']);
  });
});
