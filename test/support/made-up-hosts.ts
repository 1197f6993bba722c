/** Hosts that nobody has, in files below a directory: what kernels, containers and emulations print, mixed. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

type Random = () => number;

/** The same numbers from 0 to 1 for the same seed (mulberry32). */
export function createRandom(seed: number): Random {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}

export function pick<Value>(random: Random, values: readonly Value[]): Value {
  return values[Math.floor(random() * values.length)]!;
}

/** Paths and texts of a made-up host; its many files on physical cores only when asked for. */
export function makeUpHost(random: Random, withCores: boolean): Record<string, string> {
  const files: Record<string, string> = {};
  const cpus = makeUpAffinity(random);
  const pid = String(2 + Math.floor(random() * 60000));
  const list = random() < 0.04 ? pick(random, ['', '0-', 'x', '3-1', '0,,1']) : formatRanges(cpus);
  const affinity = random() < 0.03 ? '' : `Cpus_allowed_list:\t${list}\n`;
  files['/proc/self/status'] = `Name:\tsh\nPid:\t${pid}\nCpus_allowed:\tff\n${affinity}Mems_allowed_list:\t0\n`;
  const name = pick(random, ['sh', 'sh) (x', 'a\nb', ')\n) R 1']);
  files['/proc/self/stat'] =
    `${pid} (${name}) S ${Array.from({ length: 37 }, (_, at) => at).join(' ')} ${random() < 0.1 ? 1 : 0} 0 0\n`;
  if (random() < 0.5) files['/sys/devices/system/cpu/online'] = `0-${pick(random, [0, 3, 63])}\n`;
  if (withCores) makeUpTopology(random, files, cpus);
  makeUpCgroups(random, files, pid);
  return files;
}

export function writeHost(root: string, files: Readonly<Record<string, string>>): void {
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  }
}

function makeUpAffinity(random: Random): number[] {
  const count = pick(random, [1, 2, 2, 3, 4, 4, 6, 8, 8, 16]);
  const cpus = Array.from({ length: count }, (_, cpu) => cpu).filter(() => random() < 0.8);
  return cpus.length === 0 ? [pick(random, [0, 5])] : cpus;
}

function formatRanges(cpus: readonly number[]): string {
  const ranges: [number, number][] = [];
  for (const cpu of cpus) {
    const last = ranges.at(-1);
    if (last?.[1] === cpu - 1) last[1] = cpu;
    else ranges.push([cpu, cpu]);
  }
  return ranges.map(([first, last]) => (first === last ? `${first}` : `${first}-${last}`)).join(',');
}

/** Neighbours, or CPUs half of the machine apart, are threads of a core; some files are missing. */
function makeUpTopology(random: Random, files: Record<string, string>, cpus: readonly number[]): void {
  const directory = '/sys/devices/system/cpu';
  const smt = pick(random, ['0\n', '1\n', undefined]);
  if (smt !== undefined) files[`${directory}/smt/active`] = smt;
  const name = pick(random, ['core_cpus_list', 'thread_siblings_list', undefined]);
  const isNeighbour = random() < 0.5;
  const missing = random() < 0.1 ? 0.2 : 0;
  const unlisted = pick(random, [-1, -1, 0, 1]);
  const packageId = pick(random, [0, -1]);
  for (const cpu of cpus) {
    const sibling = isNeighbour ? cpu ^ 1 : (cpu + 8) % 16;
    const pair = formatRanges([Math.min(cpu, sibling), Math.max(cpu, sibling)]);
    const core = isNeighbour ? cpu >> 1 : cpu % 8;
    const topology = `${directory}/cpu${cpu}/topology`;
    if (name !== undefined && core !== unlisted) files[`${topology}/${name}`] = `${pair}\n`;
    if (random() < 0.5) files[`${topology}/thread_siblings_list`] ??= `${pick(random, ['', 'x', '99'])}\n`;
    if (random() < missing) continue;
    files[`${topology}/core_id`] = `${core}\n`;
    files[`${topology}/physical_package_id`] = `${packageId}\n`;
  }
}

const QUOTAS = [100000, 150000, 50000, 410000, 409600, 1000, 333333, 1200000, 17592186044415, 12345, 6553600000];
const PERIODS = [100000, 100000, 10000, 1000000, 1000, 33333];
const ODD_V2 = [
  '',
  'max',
  'max 100000',
  'asdf',
  '0 100000',
  '100000 0',
  '150000us 100000',
  '200000',
  '-1 100000',
  '1 2 3',
];
const ODD_V1 = ['-1', '0', '', 'text', '99999999999999999999'];

function makeUpQuota(random: Random, files: Record<string, string>, directory: string, version: 'v1' | 'v2'): void {
  if (random() < 0.2) return;
  const isOdd = random() < 0.3;
  const quota = pick(random, QUOTAS);
  const period = pick(random, PERIODS);
  const newline = random() < 0.9 ? '\n' : '';
  if (version === 'v2') {
    files[`${directory}/cpu.max`] = `${isOdd ? pick(random, ODD_V2) : `${quota} ${period}`}${newline}`;
    return;
  }
  files[`${directory}/cpu.cfs_quota_us`] = `${isOdd ? pick(random, ODD_V1) : quota}${newline}`;
  if (random() < 0.95)
    files[`${directory}/cpu.cfs_period_us`] = `${random() < 0.05 ? pick(random, ['0', 'x']) : period}${newline}`;
}

const NAMES = ['a', 'docker', 'kubepods.slice', 'x y', 'cri:b', 'init', 'tab\tbed', 'back\\slash', '*'];

function makeUpCgroups(random: Random, files: Record<string, string>, pid: string): void {
  const version = pick(random, ['v1', 'v2', 'v2'] as const);
  const names = Array.from({ length: Math.floor(random() * 4) }, () => pick(random, NAMES));
  const shown = Math.floor(random() * (names.length + 1));
  const mountPoint = pick(random, ['/sys/fs/cgroup', '/sys/fs/cgroup/cpu,cpuacct', '/mnt/c g', '/dev/cpuctl']);
  // How much of the tree our namespace and the mount show.
  const [root, path] = pick(random, [
    ['/', `/${names.join('/')}`],
    [`/${names.slice(0, shown).join('/')}`, `/${names.join('/')}`],
    ['/..'.repeat(names.length) || '/', '/'],
    [`/../${names[0] ?? 'other'}`, `/../${names.join('/')}`],
    ['/foreign', `/${names.join('/')}`],
  ] as const);
  const below = root === '/' || root.startsWith('/..') ? names : names.slice(shown);
  const directories = below.map((_, at) => [mountPoint, ...below.slice(0, at + 1)].join('/'));
  for (const directory of [mountPoint, ...directories]) {
    makeUpQuota(random, files, directory, version);
    files[`${directory}/cgroup.procs`] = '';
  }
  const own = [mountPoint, ...directories].at(-1)!;
  if (random() < 0.8) files[`${own}/cgroup.procs`] = `1\n${pid}\n`;
  files[`${mountPoint}/sibling/cgroup.procs`] = `${pid}1\n`;
  makeUpProc(random, files, { version, root, path: path === '/' ? '/' : path.replace(/\/$/, ''), mountPoint });
}

function makeUpProc(
  random: Random,
  files: Record<string, string>,
  at: { version: 'v1' | 'v2'; root: string; path: string; mountPoint: string },
): void {
  const controllers = pick(random, ['cpu', 'cpu,cpuacct', 'cpuacct,cpu', 'cpuset']);
  const v1Lines = random() < 0.5 ? ['5:memory:/m', 'bad line', '3:cpuset:/'] : [];
  if (at.version === 'v1') v1Lines.push(`4:${controllers}:${at.path}`);
  files['/proc/self/cgroup'] = `${[...v1Lines, `0::${at.version === 'v2' ? at.path : '/'}`].join('\n')}\n`;
  const escape = (text: string) =>
    text.replaceAll(/[ \t\n\\#]/g, (character) => `\\${character.charCodeAt(0).toString(8).padStart(3, '0')}`);
  const kind =
    at.version === 'v1'
      ? `cgroup cgroup rw,${controllers}`
      : `cgroup2 ${pick(random, ['cgroup2', 'a b', 'none'])} rw,nsdelegate`;
  const optional = pick(random, ['', 'shared:9 ', 'shared:9 master:1 ']);
  const line = `31 23 0:26 ${escape(at.root)} ${escape(at.mountPoint)} rw,nosuid ${optional}- ${kind}`;
  const noise = ['22 1 8:1 / / rw,relatime - ext4 /dev/sda rw', '30 23 0:9 / /proc rw - proc proc rw', '1 2 - cgroup2'];
  if (random() < 0.9)
    files['/proc/self/mountinfo'] = `${[...noise, line, ...(random() < 0.1 ? [line] : [])].join('\n')}\n`;
  if (at.mountPoint === '/sys/fs/cgroup' && random() < 0.5) files['/sys/fs/cgroup/cgroup.controllers'] = 'cpu\n';
}
