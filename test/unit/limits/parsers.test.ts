/** The text formats of the kernel, each as a table of text and meaning. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { parseCgroupMembership } from '../../../src/limits/cgroup-membership.ts';
import { directoriesUpToMount, relativeCgroupPath, searchDepth } from '../../../src/limits/cgroup-path.ts';
import { parseCfsQuota } from '../../../src/limits/cgroup-v1.ts';
import { parseCpuMax } from '../../../src/limits/cgroup-v2.ts';
import { formatCpuList, parseCpuList } from '../../../src/limits/cpu-list.ts';
import { isRealtime } from '../../../src/limits/cpu-quota.ts';
import { parseMemoryLimit } from '../../../src/limits/memory-limit.ts';
import { parseCgroupMounts } from '../../../src/limits/mountinfo.ts';

describe('a CPU list', () => {
  const cases: [text: string, cpus: number[] | null][] = [
    ['0-3,8\n', [0, 1, 2, 3, 8]],
    ['7', [7]],
    ['8,0-1,1', [0, 1, 8]],
    ['', []],
    [' \n', []],
    ['0-', null],
    ['-1', null],
    ['3-0', null],
    ['0,,2', null],
    ['0-3,', null],
    ['0x3', null],
    ['1.5', null],
    ['0 1', null],
    ['0-7:2/4', null],
    ['0-65535', Array.from({ length: 65_536 }, (_, cpu) => cpu)],
    ['0-65536', null],
    ['0-999999999', null],
    ['99999999999999999999', null],
  ];
  for (const [text, cpus] of cases) {
    test(`${JSON.stringify(text)} is ${cpus === null ? 'refused' : `${cpus.length} CPUs`}`, () => {
      assert.deepEqual(parseCpuList(text), cpus);
    });
  }

  test('is written in its shortest form', () => {
    assert.equal(formatCpuList([0, 1, 2, 3, 8, 10, 11]), '0-3,8,10-11');
    assert.equal(formatCpuList([]), '');
  });
});

describe('mountinfo', () => {
  test('a line gives version, root, mount point and options, with escapes undone', () => {
    const text =
      '31 23 0:26 /a\\040b /sys/fs/c\\011g\\134 rw shared:9 master:1 - cgroup my source rw,cpu,cpuacct\n' +
      '32 23 0:27 / /x rw - cgroup2 cgroup2 rw,nsdelegate\n';
    assert.deepEqual(parseCgroupMounts(text), [
      {
        version: 'v1',
        root: '/a b',
        mountPoint: '/sys/fs/c\tg\\',
        superOptions: ['my', 'source', 'rw', 'cpu', 'cpuacct'],
      },
      { version: 'v2', root: '/', mountPoint: '/x', superOptions: ['cgroup2', 'rw', 'nsdelegate'] },
    ]);
  });

  test('lines of other types, short lines and lines without a separator are passed over', () => {
    const text =
      '1 2 0:3 / / rw - ext4 /dev/x rw\n - cgroup cgroup rw\n31 23 0:26 / /x rw cgroup2 cgroup2 rw\n' +
      '31 23 0:26 / /x rw - cgroup2x y rw\n31 23 0:26 relative /x rw - cgroup2 y rw\n';
    assert.deepEqual(parseCgroupMounts(text), []);
  });

  test('an overlay line of 90 kB before it does not hide a cgroup line', () => {
    const overlay = `40 1 0:50 / / rw - overlay overlay rw,lowerdir=${'/layer:'.repeat(13_000)}\n`;
    assert.equal(parseCgroupMounts(`${overlay}32 23 0:27 / /x rw - cgroup2 cgroup2 rw\n`).length, 1);
  });
});

describe('/proc/self/cgroup', () => {
  test('controllers are whole names and paths keep colons, commas and spaces', () => {
    const membership = parseCgroupMembership('4:cpuset,cpuacct:/a\n3:cpu:/b:c,d e\n1:name=systemd:/s\n0::/z\n');
    assert.equal(membership.v1.get('cpu'), '/b:c,d e');
    assert.equal(membership.v1.get('cpuset'), '/a');
    assert.equal(membership.v2, '/z');
  });

  test('bad lines and controllers in hierarchy 0 are passed over, and the first of two counts', () => {
    const membership = parseCgroupMembership(
      'x\n0:cpu:/no\n3:cpu:relative\n3:cpu:/first\n4:cpu:/second\n0::/one\n0::/two',
    );
    assert.deepEqual([...membership.v1], [['cpu', '/first']]);
    assert.equal(membership.v2, '/one');
  });
});

describe('the way from a mount to our cgroup', () => {
  const cases: [root: string, path: string, components: string[] | null][] = [
    ['/', '/', []],
    ['/', '/a/b', ['a', 'b']],
    ['/docker/x', '/docker/x', []],
    ['/docker', '/docker/x/y', ['x', 'y']],
    ['/docker/x', '/docker/y', null],
    ['/docker/x', '/', null],
    ['/docker/x', '/docker', null],
    ['/doc', '/docker', null],
    ['/../..', '/', null],
    ['/..', '/../other', ['other']],
    ['/../..', '/../other', null],
    ['/', '/../other', null],
    ['/..', '/../../x', null],
    ['/a/', '//a//b', ['b']],
  ];
  for (const [root, path, components] of cases) {
    test(`root ${root}, path ${path}`, () => {
      assert.deepEqual(relativeCgroupPath(root, path), components);
    });
  }

  test('never leads above the mount point', () => {
    assert.deepEqual(directoriesUpToMount('/m', ['a', 'b']), ['/m/a/b', '/m/a', '/m']);
    assert.deepEqual(directoriesUpToMount('/', ['a']), ['/a', '']);
  });

  test('is searched as deep as names are unknown', () => {
    assert.equal(searchDepth('/../..', '/'), 2);
    assert.equal(searchDepth('/..', '/../a/b'), 3);
    assert.equal(searchDepth('/docker/x', '/'), 0);
  });
});

describe('quota texts', () => {
  const limit = (cpus: number) => ({ kind: 'limit', cpus });
  const v2: [text: string, expected: object][] = [
    ['150000 100000\n', limit(1.5)],
    ['max 100000\n', { kind: 'unlimited' }],
    ['max\n', { kind: 'unlimited' }],
    ['50000', limit(0.5)],
    ['  50000\t10000 junk\nmore', limit(5)],
    ['maximum 100000', { kind: 'malformed', text: 'maximum 100000' }],
    ['0 100000', { kind: 'malformed', text: '0 100000' }],
    ['100000 0', { kind: 'malformed', text: '100000 0' }],
    ['', { kind: 'malformed', text: '' }],
    ['1e5 100000', { kind: 'malformed', text: '1e5 100000' }],
    ['0x10 1', { kind: 'malformed', text: '0x10 1' }],
    ['Infinity 1', { kind: 'malformed', text: 'Infinity 1' }],
    ['999999999999999 1', { kind: 'unlimited' }],
  ];
  for (const [text, expected] of v2) {
    test(`cpu.max ${JSON.stringify(text)}`, () => {
      assert.deepEqual(parseCpuMax(text), expected);
    });
  }

  const v1: [quota: string, period: string, expected: object][] = [
    ['150000\n', '100000\n', limit(1.5)],
    ['-1\n', '100000\n', { kind: 'unlimited' }],
    ['-2\n', '', { kind: 'unlimited' }],
    ['0\n', '100000\n', { kind: 'malformed', text: '0 / 100000' }],
    ['150000', '', { kind: 'malformed', text: '150000 / ' }],
    ['-1x', '100000', { kind: 'malformed', text: '-1x / 100000' }],
  ];
  for (const [quota, period, expected] of v1) {
    test(`cpu.cfs_quota_us ${JSON.stringify(quota)} with period ${JSON.stringify(period)}`, () => {
      assert.deepEqual(parseCfsQuota(quota, period), expected);
    });
  }
});

describe('memory limits', () => {
  const cases: [text: string, bytes: number | null | undefined][] = [
    ['1073741824\n', 2 ** 30],
    ['max\n', null],
    ['-1\n', null],
    ['9223372036854771712\n', null],
    ['18446744073709551615\n', null],
    ['0\n', undefined],
    ['1G\n', undefined],
    ['', undefined],
    ['9'.repeat(400), undefined],
  ];
  for (const [text, bytes] of cases) {
    test(`${JSON.stringify(text.slice(0, 24))} is ${String(bytes)}`, () => {
      assert.equal(parseMemoryLimit(text), bytes);
    });
  }
});

describe('the scheduling policy', () => {
  /** /proc/self/stat with `policy` as field 41 and the given command name. */
  const stat = (policy: number, name: string) =>
    ['7', `(${name})`, 'R', ...Array.from({ length: 37 }, () => '1'), policy, '0', '0'].join(' ');

  test('is real-time for FIFO, RR and DEADLINE, and not for the others', () => {
    const realtime = [0, 1, 2, 3, 5, 6, 7].filter((policy) => isRealtime(stat(policy, 'sh')));
    assert.deepEqual(realtime, [1, 2, 6]);
  });

  test('is found behind a command name with spaces and parentheses', () => {
    assert.equal(isRealtime(stat(0, 'a) R 1 1 (b')), false);
    assert.equal(isRealtime(stat(2, ') ) 1')), true);
    assert.equal(isRealtime(''), false);
  });
});
