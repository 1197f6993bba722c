/** Real cgroups, real affinity: a child process inside reads the limits that the kernel holds it to. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import {
  accessSync,
  constants,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmdirSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { after, before, describe, test } from 'node:test';
import type { TestContext } from 'node:test';
import type { CpuLimitsReading } from '../../src/limits/limits.ts';
import { PROJECT_ROOT } from '../support/project.ts';

let directory = '';
let probe = '';
before(() => {
  directory = mkdtempSync(join(tmpdir(), 'oneprocpool-limits-'));
  probe = join(directory, 'probe.mjs');
  const library = pathToFileURL(join(PROJECT_ROOT, 'dist/index.js')).href;
  writeFileSync(
    probe,
    `import { readCpuLimits } from '${library}';\nprocess.stdout.write(JSON.stringify(readCpuLimits()));\n`,
  );
});
after(() => {
  rmSync(directory, { recursive: true, force: true });
});

/** Where this machine lets us make cgroups with a quota, v1 or v2; the reason when it does not. */
function findCgroupRoot(): { version: 'v1' | 'v2'; path: string } | { reason: string } {
  const isWritable = (path: string): boolean => {
    try {
      accessSync(path, constants.W_OK);
      return true;
    } catch {
      return false;
    }
  };
  for (const path of ['/sys/fs/cgroup/cpu', '/sys/fs/cgroup/cpu,cpuacct']) {
    if (existsSync(join(path, 'cpu.cfs_quota_us')) && isWritable(path)) return { version: 'v1', path };
  }
  const v2 = '/sys/fs/cgroup';
  const control = join(v2, 'cgroup.subtree_control');
  if (!existsSync(control) || !isWritable(control))
    return { reason: 'no cgroup directory with cpu quotas is writable here' };
  if (!readFileSync(control, 'utf8').split(/\s/).includes('cpu'))
    return { reason: 'cpu is not enabled below /sys/fs/cgroup' };
  return { version: 'v2', path: v2 };
}

/** Makes nested cgroups, outermost first, each with a quota in microseconds for 100 ms or without; gone after the test. */
function createCgroups(
  t: TestContext,
  quotasUs: readonly (number | null)[],
): { paths: string[]; version: 'v1' | 'v2' } | undefined {
  const root = findCgroupRoot();
  if ('reason' in root) {
    t.skip(root.reason);
    return undefined;
  }
  const paths: string[] = [];
  t.after(() => {
    for (const path of paths.toReversed()) rmdirSync(path);
  });
  let parent = root.path;
  for (const [level, quotaUs] of quotasUs.entries()) {
    if (level > 0 && root.version === 'v2') writeFileSync(join(parent, 'cgroup.subtree_control'), '+cpu');
    parent = join(parent, level === 0 ? `oneprocpool-limits-${process.pid}` : `level ${level}`);
    mkdirSync(parent);
    paths.push(parent);
    if (quotaUs === null) continue;
    if (root.version === 'v1') writeFileSync(join(parent, 'cpu.cfs_quota_us'), String(quotaUs));
    else writeFileSync(join(parent, 'cpu.max'), `${quotaUs} 100000`);
  }
  return { paths, version: root.version };
}

const JOIN = 'echo $$ > "$1/cgroup.procs" && shift && exec "$@"';

/** The reading of a fresh process that `prefix` starts: in a cgroup, with fewer CPUs, in a namespace. */
function readInside(cgroup: string | undefined, prefix: readonly string[] = []): CpuLimitsReading {
  const command = [...prefix, process.execPath, probe];
  const [file = '', ...args] = cgroup === undefined ? command : ['sh', '-c', JOIN, 'sh', cgroup, ...command];
  return JSON.parse(
    execFileSync(file, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] }),
  ) as CpuLimitsReading;
}

const quotaFile = (version: 'v1' | 'v2') => (version === 'v1' ? 'cpu.cfs_quota_us' : 'cpu.max');

describe('limits of a real process', () => {
  test('the own quota', (t) => {
    const cgroups = createCgroups(t, [150_000]);
    if (cgroups === undefined) return;
    const [own = ''] = cgroups.paths;
    const { quotaCpus, quotaSource, cgroupVersion, allowedCpus } = readInside(own);
    assert.equal(quotaCpus, 1.5);
    assert.equal(quotaSource, join(own, quotaFile(cgroups.version)));
    assert.ok(cgroups.version === 'v2' ? cgroupVersion === 'v2' : cgroupVersion !== 'v2' && cgroupVersion !== null);
    assert.ok((allowedCpus?.length ?? 0) >= 1);
  });

  test('the quota of an ancestor, through a level without one', (t) => {
    const cgroups = createCgroups(t, [75_000, null, null]);
    if (cgroups === undefined) return;
    const { quotaCpus, quotaSource } = readInside(cgroups.paths[2]);
    assert.equal(quotaCpus, 0.75);
    assert.equal(quotaSource, join(cgroups.paths[0] ?? '', quotaFile(cgroups.version)));
  });

  test('the tightest of a nested pair', (t) => {
    const cgroups = createCgroups(t, [180_000, 120_000]);
    if (cgroups === undefined) return;
    assert.equal(readInside(cgroups.paths[1]).quotaCpus, 1.2);
    assert.equal(readInside(cgroups.paths[0]).quotaCpus, 1.8);
  });

  test('a quota that changes is seen by the next reading', (t) => {
    const cgroups = createCgroups(t, [150_000]);
    if (cgroups === undefined) return;
    const [own = ''] = cgroups.paths;
    assert.equal(readInside(own).quotaCpus, 1.5);
    writeFileSync(join(own, quotaFile(cgroups.version)), cgroups.version === 'v1' ? '50000' : '50000 100000');
    assert.equal(readInside(own).quotaCpus, 0.5);
  });

  test('a private cgroup namespace over the same mount', (t) => {
    const cgroups = createCgroups(t, [150_000, null]);
    if (cgroups === undefined) return;
    try {
      execFileSync('unshare', ['-C', 'true'], { stdio: 'ignore' });
    } catch {
      t.skip('unshare -C is not permitted here');
      return;
    }
    const { quotaCpus, quotaSource } = readInside(cgroups.paths[1], ['unshare', '-C']);
    assert.equal(quotaCpus, 1.5);
    assert.equal(quotaSource, join(cgroups.paths[0] ?? '', quotaFile(cgroups.version)));
  });

  test('the affinity mask of taskset', (t) => {
    const { allowedCpus } = readInside(undefined);
    const last = allowedCpus?.at(-1);
    if (last === undefined || !existsSync('/usr/bin/taskset')) {
      t.skip('no taskset here');
      return;
    }
    const reading = readInside(undefined, ['taskset', '-c', String(last)]);
    assert.deepEqual(reading.allowedCpus, [last]);
    assert.equal(reading.physicalCores, 1);
    assert.deepEqual(reading.coreGroups, [[last]]);
  });

  test('the capture script gives the same limits as the machine itself', async (t) => {
    const cgroups = createCgroups(t, [150_000, null]);
    if (cgroups === undefined) return;
    const [, own = ''] = cgroups.paths;
    const copy = join(directory, 'copy');
    const script = join(PROJECT_ROOT, 'scripts/capture-host.sh');
    execFileSync('sh', ['-c', JOIN, 'sh', own, 'sh', script, copy], { stdio: ['ignore', 'ignore', 'inherit'] });
    const { readCpuLimits } = await import('../../src/index.ts');
    const { outer: _outer, findings: _findings, memoryBytes: _memory, ...fromCopy } = readCpuLimits({ root: copy });
    const { outer: _o, findings: _f, memoryBytes: _m, ...live } = readInside(own);
    assert.deepEqual(fromCopy, live);
  });
});
