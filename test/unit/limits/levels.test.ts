/** The smallest quota on the way up decides: compared with a model over random trees; and what reading costs. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { findOwnCgroup } from '../../../src/limits/cgroup-search.ts';
import { readCpuLimits } from '../../../src/limits/cpu-limits.ts';
import { createFakeFiles } from './fake-files.ts';

const NO_CONTEXT = { env: {}, fallbackCpuCount: null };
const MOUNT = '/sys/fs/cgroup';

const anyName = fc.constantFrom('a', 'b c', 'x.slice', 'pod:1', 'cpu', '..x', 'ü');
const anyQuotaUs = fc.option(fc.integer({ min: 1000, max: 5_000_000 }), { freq: 2 });
/** From the root of the hierarchy down: name and quota of each level, and a period for all. */
const anyChain = fc.record({
  levels: fc.array(fc.record({ name: anyName, quotaUs: anyQuotaUs, hasFile: fc.boolean() }), { maxLength: 6 }),
  rootQuotaUs: anyQuotaUs,
  periodUs: fc.constantFrom(10_000, 50_000, 100_000, 1_000_000),
  hiddenLevels: fc.nat({ max: 6 }),
});

describe('the quota of a random tree', () => {
  for (const version of ['v1', 'v2'] as const) {
    test(`is the smallest one from our ${version} cgroup up to the mount point`, () => {
      fc.assert(
        fc.property(anyChain, ({ levels, rootQuotaUs, periodUs, hiddenLevels }) => {
          const hidden = Math.min(hiddenLevels, levels.length);
          const names = levels.map(({ name }) => name);
          const visible = levels.slice(hidden);
          const texts: Record<string, string> = {
            '/proc/self/cgroup': version === 'v1' ? `3:cpu:/${names.join('/')}\n` : `0::/${names.join('/')}\n`,
            '/proc/self/mountinfo':
              `31 23 0:26 ${`/${names.slice(0, hidden).join('/')}`.replaceAll(' ', '\\040')} ${MOUNT} rw - ` +
              (version === 'v1' ? 'cgroup cgroup rw,cpu\n' : 'cgroup2 cgroup2 rw\n'),
            '/proc/self/status': 'Pid:\t5\n',
          };
          const write = (directory: string, quotaUs: number | null) => {
            if (version === 'v2') texts[`${directory}/cpu.max`] = `${quotaUs ?? 'max'} ${periodUs}\n`;
            else {
              texts[`${directory}/cpu.cfs_quota_us`] = `${quotaUs ?? -1}\n`;
              texts[`${directory}/cpu.cfs_period_us`] = `${periodUs}\n`;
            }
          };
          const expected: number[] = [];
          write(MOUNT, rootQuotaUs);
          if (rootQuotaUs !== null) expected.push(rootQuotaUs / periodUs);
          let directory = MOUNT;
          for (const { name, quotaUs, hasFile } of visible) {
            directory = `${directory}/${name}`;
            texts[`${directory}/cgroup.procs`] = '';
            if (!hasFile) continue;
            write(directory, quotaUs);
            if (quotaUs !== null) expected.push(quotaUs / periodUs);
          }
          const { quotaCpus, quotaSource, cgroupVersion, findings } = readCpuLimits(createFakeFiles(texts), NO_CONTEXT);
          assert.equal(quotaCpus, expected.length === 0 ? null : Math.min(...expected));
          assert.equal(quotaSource === null, expected.length === 0);
          assert.equal(cgroupVersion, version);
          assert.ok(
            findings.every(({ code }) => code === 'AFFINITY_UNKNOWN'),
            JSON.stringify(findings),
          );
        }),
        { numRuns: 500 },
      );
    });
  }
});

describe('the search for our own cgroup', () => {
  const tree = {
    [`${MOUNT}/cgroup.procs`]: '1\n',
    [`${MOUNT}/cpu.max`]: 'max 100000\n',
    [`${MOUNT}/memory.slice/cgroup.procs`]: '',
    [`${MOUNT}/memory.slice/job.scope/cgroup.procs`]: '17\n4242\n',
    [`${MOUNT}/memory.slice/other/cgroup.procs`]: '42421\n',
  };

  test('finds the directory that lists our process id, also with the name of a controller', () => {
    assert.deepEqual(findOwnCgroup(createFakeFiles(tree), MOUNT, '4242', 2), ['memory.slice', 'job.scope']);
    assert.deepEqual(findOwnCgroup(createFakeFiles(tree), MOUNT, '1', 0), []);
  });

  test('gives up below the depth, and when no cgroup lists us', () => {
    assert.equal(findOwnCgroup(createFakeFiles(tree), MOUNT, '4242', 1), null);
    assert.equal(findOwnCgroup(createFakeFiles(tree), MOUNT, '424', 5), null);
  });

  test('ends after 4000 directories', () => {
    const wide = Object.fromEntries(
      Array.from({ length: 9000 }, (_, index) => [`${MOUNT}/c${index}/cgroup.procs`, '1\n']),
    );
    const files = createFakeFiles(wide);
    assert.equal(findOwnCgroup(files, MOUNT, '4242', 3), null);
    assert.ok(files.reads.length <= 4001, `${files.reads.length} reads`);
  });

  test('ends in a tree that goes on for ever', () => {
    const endless = { readText: () => '1\n', listDirectory: () => ['down'], exists: () => true, linkCount: () => 3 };
    assert.equal(findOwnCgroup(endless, MOUNT, '4242', 1000), null);
  });
});

describe('what reading costs', () => {
  const machine = (cpus: number, threadsPerCore: number): Record<string, string> => {
    const texts: Record<string, string> = {
      '/proc/self/status': `Pid:\t5\nCpus_allowed_list:\t0-${cpus - 1}\n`,
      '/proc/self/cgroup': '0::/a/b\n',
      '/proc/self/mountinfo': `31 23 0:26 / ${MOUNT} rw - cgroup2 cgroup2 rw\n`,
      [`${MOUNT}/a/b/cpu.max`]: 'max 100000\n',
      [`${MOUNT}/a/cpu.max`]: 'max 100000\n',
      '/sys/devices/system/cpu/smt/active': threadsPerCore === 1 ? '0\n' : '1\n',
    };
    const cores = cpus / threadsPerCore;
    for (let cpu = 0; cpu < cpus; cpu += 1) {
      const siblings = Array.from({ length: threadsPerCore }, (_, thread) => (cpu % cores) + thread * cores);
      texts[`/sys/devices/system/cpu/cpu${cpu}/topology/core_cpus_list`] = `${siblings.join(',')}\n`;
    }
    return texts;
  };
  const countReads = (texts: Record<string, string>, pattern: RegExp) => {
    const files = createFakeFiles(texts);
    const { physicalCores } = readCpuLimits(files, NO_CONTEXT);
    return { physicalCores, count: files.reads.filter((path) => pattern.test(path)).length };
  };

  test('three files in /proc, and one of each kind for each level', () => {
    assert.equal(countReads(machine(2, 1), /^\/proc\//).count, 3);
    assert.equal(countReads(machine(2, 1), /cpu\.max$/).count, 3);
  });

  test('one topology file for each core, none when hardware threads are off', () => {
    assert.deepEqual(countReads(machine(256, 2), /topology/), { physicalCores: 128, count: 128 });
    assert.deepEqual(countReads(machine(256, 1), /topology/), { physicalCores: 256, count: 0 });
  });

  test('no topology file at all when cores are not asked for', () => {
    const files = createFakeFiles(machine(256, 2));
    const { physicalCores, coreGroups, allowedCpus } = readCpuLimits(files, { ...NO_CONTEXT, readTopology: false });
    assert.deepEqual([physicalCores, coreGroups, allowedCpus?.length], [null, [], 256]);
    assert.ok(files.reads.every((path) => !/topology|smt/.test(path)));
  });
});
