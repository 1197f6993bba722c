/** No text in any file may throw or lead to a number that is not one. */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import type { FilePort } from '../../../src/host/ports.ts';
import { parseCgroupMembership } from '../../../src/limits/cgroup-membership.ts';
import { directoriesUpToMount, relativeCgroupPath } from '../../../src/limits/cgroup-path.ts';
import { parseCfsQuota } from '../../../src/limits/cgroup-v1.ts';
import { parseCpuMax } from '../../../src/limits/cgroup-v2.ts';
import { chooseBudget } from '../../../src/limits/cpu-budget.ts';
import { readCpuLimits } from '../../../src/limits/cpu-limits.ts';
import { formatCpuList, MAX_CPUS, parseCpuList } from '../../../src/limits/cpu-list.ts';
import { isRealtime } from '../../../src/limits/cpu-quota.ts';
import { parseMemoryLimit } from '../../../src/limits/memory-limit.ts';
import { parseCgroupMounts } from '../../../src/limits/mountinfo.ts';
import { parseTasksPerNode } from '../../../src/limits/job-variables.ts';
import { readOuterLimits } from '../../../src/limits/outer-launcher.ts';
import type { QuotaValue } from '../../../src/limits/quota-value.ts';
import { PROJECT_ROOT } from '../../support/project.ts';
import { createFakeFiles } from './fake-files.ts';

/** Words that the files are made of, so that arbitrary text comes near to valid text. */
const WORDS = [
  '0',
  '1',
  '-1',
  '100000',
  '150000',
  'max',
  'NaN',
  'Infinity',
  '1e9',
  '9'.repeat(400),
  '-',
  ',',
  ':',
  '/',
  '..',
  ' ',
  '\n',
  '\t',
  '\0',
  '0-3',
  'cgroup',
  'cgroup2',
  'cpu',
  'memory',
  '0::/',
  '\\040',
  '\\000',
  ' - cgroup2 x rw\n',
  '\u202e',
  '٣',
];
const anyText = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.string({ unit: 'grapheme' }),
  fc.array(fc.constantFrom(...WORDS), { maxLength: 30 }).map((words) => words.join('')),
);

function assertQuota(quota: QuotaValue): void {
  if (quota.kind === 'limit')
    assert.ok(Number.isFinite(quota.cpus) && quota.cpus > 0 && quota.cpus <= MAX_CPUS, String(quota.cpus));
}

/** What must hold for every reading, whatever was in the files. */
function assertSane(files: FilePort, env: Record<string, string> = {}, fallbackCpuCount: number | null = null): void {
  const reading = readCpuLimits(files, { env, fallbackCpuCount });
  const { quotaCpus, allowedCpus, physicalCores, memoryBytes, onlineCpus, outer } = reading;
  for (const number of [quotaCpus, physicalCores, memoryBytes, onlineCpus, outer?.cpus ?? null]) {
    assert.ok(number === null || (Number.isFinite(number) && number > 0), JSON.stringify(reading));
  }
  assert.ok(allowedCpus === null || (allowedCpus.length >= 1 && allowedCpus.every(Number.isSafeInteger)));
  assert.equal(quotaCpus === null, reading.quotaSource === null);
  assert.ok(physicalCores === null || (allowedCpus !== null && physicalCores <= allowedCpus.length));
  assert.deepEqual(JSON.parse(JSON.stringify(reading)), reading, 'nothing is lost in JSON');
  for (const rounding of ['floor', 'nearest', 'ceil'] as const) {
    for (const physical of [false, true]) {
      const { budget } = chooseBudget(reading, { userCpus: null, reserve: null, rounding, physical });
      assert.ok(
        Number.isSafeInteger(budget.cpus) && budget.cpus >= 1 && budget.cpus <= MAX_CPUS,
        `budget ${budget.cpus}`,
      );
    }
  }
  for (const finding of reading.findings) {
    // eslint-disable-next-line no-control-regex
    assert.doesNotMatch(
      finding.message + (finding.hint ?? ''),
      /[\u0000-\u001f\u007f-\u009f\u202a-\u202e]/,
      'safe for a terminal',
    );
  }
}

describe('every parser takes any text', () => {
  const check = (name: string, parse: (text: string) => void) => {
    test(name, () => {
      fc.assert(fc.property(anyText, parse), { numRuns: 1000 });
    });
  };
  check('parseCpuList', (text) => {
    const cpus = parseCpuList(text);
    assert.ok(
      cpus === null ||
        cpus.every((cpu, index) => Number.isSafeInteger(cpu) && cpu >= 0 && (index === 0 || cpu > cpus[index - 1]!)),
    );
  });
  check('parseCpuMax', (text) => assertQuota(parseCpuMax(text)));
  check('parseCfsQuota', (text) => {
    assertQuota(parseCfsQuota(text, text));
    assertQuota(parseCfsQuota(text, '100000\n'));
    assertQuota(parseCfsQuota('100000', text));
  });
  check('parseMemoryLimit', (text) => {
    const bytes = parseMemoryLimit(text);
    assert.ok(bytes === null || bytes === undefined || (Number.isSafeInteger(bytes) && bytes > 0));
  });
  check('parseCgroupMembership', (text) => {
    const { v1, v2 } = parseCgroupMembership(text);
    assert.ok([...v1.values(), ...(v2 === undefined ? [] : [v2])].every((path) => path.startsWith('/')));
  });
  check('parseCgroupMounts', (text) => {
    for (const prefix of ['', '1 2 0:3 ', '1 2 0:3 / / rw - cgroup2 ', '1 2 0:3 / / rw - cgroup ']) {
      for (const mount of parseCgroupMounts(prefix + text))
        assert.ok(mount.mountPoint.startsWith('/') && mount.root.startsWith('/'));
    }
  });
  check('isRealtime', (text) => assert.equal(typeof isRealtime(text), 'boolean'));
  check('parseTasksPerNode', (text) => {
    const tasks = parseTasksPerNode(text, 3);
    assert.ok(tasks === undefined || (Number.isSafeInteger(tasks) && tasks >= 1));
  });
  check('readOuterLimits', (text) => {
    const marks = ['SLURM_JOB_ID', 'JOB_ID', 'PBS_JOBID', 'LSB_JOBID', 'PJM_JOBID', '_CONDOR_SLOT'];
    const told = [
      'ONEPROCPOOL_THREADS',
      'SLURM_CPUS_PER_TASK',
      'SLURM_CPUS_ON_NODE',
      'SLURM_STEP_TASKS_PER_NODE',
      'SLURM_NODEID',
      'SLURM_LOCALID',
      'LOCAL_WORLD_SIZE',
      'LOCAL_RANK',
      'NSLOTS',
      'NHOSTS',
      'LSB_DJOB_NUMPROC',
      'LSB_MCPU_HOSTS',
      'NCPUS',
      'PBS_NUM_PPN',
      'PJM_VNODE_CORE',
      'OMP_NUM_THREADS',
    ];
    const files = createFakeFiles({ '/list': text, '/proc/sys/kernel/hostname': text });
    const env = {
      ...Object.fromEntries([...told.map((name) => [name, text]), ...marks.map((name) => [name, '1'])]),
      PE_HOSTFILE: '/list',
      _CONDOR_MACHINE_AD: '/list',
    } as Record<string, string>;
    const common = { files, env, quotaCpus: null, allowed: 4, online: 4, readCpuset: () => null };
    const { outer, scheduler, launcher } = readOuterLimits(common);
    for (const limit of [outer, scheduler, launcher])
      assert.ok(limit === null || limit === undefined || (Number.isSafeInteger(limit.cpus) && limit.cpus >= 1));
  });

  test('relativeCgroupPath never gives a way out of the mount', () => {
    const anyPath = fc.array(fc.constantFrom('..', 'a', 'b', '', '.', 'c d')).map((names) => `/${names.join('/')}`);
    fc.assert(
      fc.property(anyPath, anyPath, (root, path) => {
        const components = relativeCgroupPath(root, path);
        if (components === null) return;
        assert.ok(!components.includes('..'));
        assert.ok(directoriesUpToMount('/mnt', components).every((directory) => `${directory}/`.startsWith('/mnt/')));
      }),
    );
  });
});

describe('CPU lists', () => {
  test('come back from their text', () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.nat({ max: 5000 })), (cpus) => {
        const sorted = [...cpus].sort((a, b) => a - b);
        assert.deepEqual(parseCpuList(formatCpuList(sorted)), sorted);
      }),
    );
  });

  test('mean the same in every order and with doubles', () => {
    fc.assert(
      fc.property(fc.array(fc.nat({ max: 200 }), { minLength: 1 }), (cpus) => {
        assert.deepEqual(
          parseCpuList(cpus.join(',')),
          [...new Set(cpus)].sort((a, b) => a - b),
        );
      }),
    );
  });
});

describe('readCpuLimits takes any machine', () => {
  test('with the same arbitrary text in every file', () => {
    fc.assert(
      fc.property(anyText, fc.option(fc.integer({ min: 1, max: 512 })), (text, fallback) => {
        const files: FilePort = {
          readText: () => text,
          listDirectory: () => ['a', 'b'],
          exists: () => true,
          linkCount: () => 2,
        };
        assertSane(files, { ONEPROCPOOL_THREADS: text }, fallback);
      }),
      { numRuns: 1000 },
    );
  });

  test('with different arbitrary texts in the files that count', () => {
    const base = '/sys/fs/cgroup';
    const paths = [
      '/proc/self/status',
      '/proc/self/cgroup',
      '/proc/self/mountinfo',
      '/proc/self/stat',
      `${base}/cpu.max`,
      `${base}/a/cpu.max`,
      `${base}/memory.max`,
      `${base}/cpu.cfs_quota_us`,
      `${base}/cpu.cfs_period_us`,
      `${base}/cgroup.procs`,
      `${base}/cgroup.controllers`,
      '/sys/devices/system/cpu/online',
      '/sys/devices/system/cpu/cpu0/topology/core_id',
    ];
    const valid: Record<string, string> = {
      '/proc/self/status': 'Pid:\t7\nCpus_allowed_list:\t0-3\n',
      '/proc/self/cgroup': '0::/a\n',
      '/proc/self/mountinfo': `31 23 0:26 / ${base} rw - cgroup2 cgroup2 rw\n`,
    };
    const texts = fc.tuple(...paths.map((path) => fc.oneof(anyText, fc.constant(valid[path] ?? '150000 100000\n'))));
    fc.assert(
      fc.property(texts, (all) => {
        assertSane(createFakeFiles(Object.fromEntries(paths.map((path, index) => [path, all[index]!]))));
      }),
      { numRuns: 2000 },
    );
  });

  test('with a fixture host in which lines were changed', () => {
    const hosts = join(PROJECT_ROOT, 'test/fixtures/hosts');
    const machines = readdirSync(hosts).map((name) => {
      const files: Record<string, string> = {};
      for (const entry of readdirSync(join(hosts, name), { recursive: true, withFileTypes: true })) {
        if (!entry.isFile() || entry.name === 'expected.json') continue;
        const path = join(entry.parentPath, entry.name);
        files[path.slice(join(hosts, name).length)] = readFileSync(path, 'utf8');
      }
      return files;
    });
    const anyChange = fc.record({
      file: fc.nat(),
      line: fc.nat(),
      kind: fc.nat({ max: 5 }),
      text: anyText,
      at: fc.nat(),
    });
    fc.assert(
      fc.property(
        fc.constantFrom(...machines),
        fc.array(anyChange, { minLength: 1, maxLength: 6 }),
        (machine, changes) => {
          const changed = { ...machine };
          for (const { file, line, kind, text, at } of changes) {
            const paths = Object.keys(changed);
            const path = paths[file % paths.length];
            if (path === undefined) return;
            const lines = changed[path]!.split('\n');
            const index = line % lines.length;
            const old = lines[index]!;
            const middle = at % (old.length + 1);
            if (kind === 0) lines.splice(index, 1);
            if (kind === 1) lines.splice(index, 0, text);
            if (kind === 2) lines[index] = old.slice(0, middle) + text + old.slice(middle);
            if (kind === 3) lines[index] = old.slice(0, middle) + old.slice(middle + 1);
            if (kind === 4) lines.push(...lines);
            if (kind === 5) delete changed[path];
            else changed[path] = lines.join('\n');
          }
          assertSane(createFakeFiles(changed));
        },
      ),
      { numRuns: 1500 },
    );
  });
});
