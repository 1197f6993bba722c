/** The exported sh file gives every fixture host the numbers and variables of the plan. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { loadControls } from '../../../src/presets/load-presets.ts';
import { createRandom, makeUpHost, pick, writeHost } from '../../support/made-up-hosts.ts';
import { PROJECT_ROOT } from '../../support/project.ts';
import {
  exportedEnvironments,
  plannedEnvironment,
  type GoldenCase,
  type GoldenOptions,
} from '../../support/sh-golden.ts';

const HOSTS = join(PROJECT_ROOT, 'test/fixtures/hosts');
const SHELLS: readonly (readonly string[])[] = [['dash'], ['busybox', 'sh'], ['bash'], ['ksh93']];

/** Options in which the file differs, each for all hosts. */
const OPTIONS: readonly GoldenOptions[] = [
  {},
  { physical: true, rounding: 'nearest', workers: 3 },
  { rounding: 'ceil', pool: 'app', workers: 'auto', reserve: { kind: 'percent', percent: 12.5 } },
  { cpus: 2.5, reserve: { kind: 'cpus', cpus: 0.5 }, workers: 2, uniform: true, inherit: 'replace' },
  { pool: 'auto' },
  { threads: 3, workers: 2, inherit: 'keep', with: ['rayon', 'julia', 'jvm', 'node-libuv'] },
];

function casesOfHosts(): GoldenCase[] {
  return readdirSync(HOSTS).flatMap((host) => {
    const { env = {} } = JSON.parse(readFileSync(join(HOSTS, host, 'expected.json'), 'utf8')) as {
      env?: Record<string, string>;
    };
    return OPTIONS.map((options, at) => ({ name: `${host}, options ${at}`, root: join(HOSTS, host), env, options }));
  });
}

function isInstalled([file = '', ...words]: readonly string[]): boolean {
  return spawnSync(file, [...words, '-c', ':']).status === 0;
}

function assertSame(cases: readonly GoldenCase[], shell: readonly string[]): void {
  const found = exportedEnvironments(cases, shell);
  assert.equal(found.length, cases.length);
  for (const [at, golden] of cases.entries())
    assert.deepEqual(found[at], plannedEnvironment(golden), describeCase(golden));
}

function describeCase({ name, env, options }: GoldenCase): string {
  return `${name} ${JSON.stringify(env)} ${JSON.stringify(options)}`;
}

const MADE_UP_HOSTS = 2000;
const SEED = 20260401;

function withMadeUpHosts(work: (cases: readonly GoldenCase[]) => void): void {
  // In memory where there is such a place: it is tens of thousands of files.
  const directory = mkdtempSync(join(existsSync('/dev/shm') ? '/dev/shm' : tmpdir(), 'oneprocpool-hosts-'));
  try {
    const random = createRandom(SEED);
    const cases = Array.from({ length: MADE_UP_HOSTS }, (_, at) => {
      const root = join(directory, String(at));
      const options = pick(random, [...OPTIONS, { outer: 'ignore' as const }]);
      writeHost(root, makeUpHost(random, options.physical === true));
      if (random() < 0.7) writeHostname(root, pick(random, ['me', 'me.site', 'other']));
      return { name: `made-up host ${at}, seed ${SEED}`, root, env: makeUpEnvironment(random), options };
    });
    work(cases);
  } finally {
    rmSync(directory, { recursive: true });
  }
}

function writeHostname(root: string, name: string): void {
  mkdirSync(join(root, 'proc/sys/kernel'), { recursive: true });
  writeFileSync(join(root, 'proc/sys/kernel/hostname'), `${name}\n`);
}

function makeUpEnvironment(random: () => number): Record<string, string> {
  const env: Record<string, string> = {};
  if (random() < 0.2)
    env['ONEPROCPOOL_CPUS'] = pick(random, ['2', '1.5', '0.25', '.5', '2.6666666666666665', '1.9999999999', '64']);
  if (random() < 0.1) env['ONEPROCPOOL_THREADS'] = pick(random, ['1', '3', '0', 'x', '99999999']);
  if (random() < 0.4) env['ONEPROCPOOL_WORKER_INDEX'] = pick(random, ['0', '1', '2']);
  return random() < 0.5 ? env : { ...env, ...makeUpJob(random) };
}

/** Variables of schedulers (the mark of a job first) and launchers, with values that they hold or nobody writes. */
const JOBS: readonly Readonly<Record<string, readonly string[]>>[] = [
  {
    SLURM_JOB_ID: ['7', '7', '7', ''],
    SLURM_STEP_ID: ['0', ''],
    SLURM_CPUS_PER_TASK: ['1', '2', '3', '4', '16', '0', 'x'],
    SLURM_CPUS_ON_NODE: ['1', '4', '8', '64', '08', ''],
    SLURM_TASKS_PER_NODE: ['1', '3', '2(x2),1', '4(x', '2(3)', ','],
    SLURM_STEP_TASKS_PER_NODE: ['1', '2', '3', '2(x2),5', '3(x0)', '2(x1)(x2)'],
    SLURM_NODEID: ['0', '2', 'x'],
    SLURM_LOCALID: ['0', '1', '2', '-1'],
  },
  { JOB_ID: ['7'], NSLOTS: ['1', '3', '12', '1.5'], NHOSTS: ['1', '2', '*'] },
  {
    LSB_JOBID: ['7'],
    LSB_DJOB_NUMPROC: ['2', '6', '99999'],
    LSB_MCPU_HOSTS: ['a 2', 'me 2 b 4', 'me.site 2 b 4 me.site 1', 'me', '* 2 b', ' '],
    LSB_HOSTS: ['me me b', 'b c', 'me'],
  },
  { LSB_JOBID: ['7'], LSB_DJOB_NUMPROC: ['2'], LSB_BIND_CPU_LIST: ['0-1', ''] },
  { PBS_JOBID: ['7'], NCPUS: ['1', '2', '4', '32', '-4'], PBS_NUM_PPN: ['2', '4'], OMPTHREADS: ['3', 'all'] },
  { PJM_JOBID: ['7'], PJM_VNODE_CORE: ['5', '05'] },
  { _CONDOR_SLOT: ['slot1'], CUBACORES: ['3', 'x'], OMP_NUM_THREADS: ['2', '65537'] },
  {
    OMPI_COMM_WORLD_LOCAL_SIZE: ['1', '2', '4', '$(exit 9)'],
    OMPI_COMM_WORLD_LOCAL_RANK: ['0', '1', '3', '9'],
    LOCAL_WORLD_SIZE: ['2', '3', '4', '65536'],
    LOCAL_RANK: ['0', '2', '+1'],
  },
  { MPI_LOCALNRANKS: ['2', '5'], MPI_LOCALRANKID: ['0', '1', '5'] },
];

function makeUpJob(random: () => number): Record<string, string> {
  const jobs = JOBS.filter(() => random() < 0.3).flatMap((job) =>
    Object.entries(job).filter((_, at) => random() < (at === 0 ? 0.9 : 0.6)),
  );
  return Object.fromEntries(jobs.map(([name, values]) => [name, pick(random, values)]));
}

/** Values in front of which libraries, shells and parsers differ. */
const VALUES = [
  '',
  ' ',
  '1',
  '2',
  '3',
  '4',
  '64',
  '0',
  '-1',
  '+2',
  '02',
  ' 3 ',
  '2\r',
  '	1',
  '4 2',
  '1.5',
  '2147483648',
  '9'.repeat(30),
  'auto',
  'AUTO',
  'auto,auto',
  '4,2',
  '4,auto',
  'auto,4',
  '4x,2',
  '4,2,1',
  '4,',
  'default',
  'ALL_CPUS',
  'all_cpus',
  '#',
  'passive',
  'PASSIVE',
  'active',
  'false',
  'No',
  'n',
  'true',
  '20',
  '-Xmx1g',
  '"2"',
  "'3'",
  '" 8 "',
  '1.0',
  '3.',
  '.0',
  '8 # x',
  '"8,1" # x',
  '1,1',
  '8, 1',
  '8,1 1',
  '8,0',
  ',2',
  '8\n# x',
  '$(exit 9)',
  '`exit 9`',
  "a'b",
  'a"b',
  '*',
  'x\ny',
];

function casesOfValues(count: number): GoldenCase[] {
  const random = createRandom(SEED);
  // As often as presets set it: OMP_NUM_THREADS above all. Its ceiling is only worth a test beside it.
  const known = loadControls().flatMap(({ set, unset }) => [...set, ...unset].map(({ variable }) => variable));
  const names = [...known, ...new Array<string>(10).fill('OMP_THREAD_LIMIT')];
  const added = [
    ['rayon', 'julia', 'jvm', 'node-libuv', 'gdal', 'tokio'],
    [],
    ['openmp-thread-limit', 'web-concurrency'],
  ];
  return Array.from({ length: count }, (_, at) => ({
    name: `environment ${at}`,
    root: join(HOSTS, pick(random, ['v2-quota-4096m', 'v2-taskset', 'quota-fraction'])),
    env: Object.fromEntries(Array.from({ length: 8 }, () => [pick(random, names), pick(random, VALUES)])),
    options: {
      inherit: pick(random, ['cap', 'keep', 'replace'] as const),
      pool: pick(random, ['libraries', 'app', 'auto'] as const),
      workers: pick(random, [1, 2, 'auto'] as const),
      with: pick(random, added),
      without: pick(random, [[], ['openblas-pthreads', 'polars']]),
      userEnv: pick(random, [
        {},
        { NUMEXPR_MAX_THREADS: '2', MY_VAR: "it's $HOME" },
        { OMP_NUM_THREADS: '4,1', OMP_THREAD_LIMIT: '1' },
      ]),
      extraControls: pick(random, [{}, { MYLIB: '{threads}', MYLIB_MODE: 'on "{threads}" of $X' }]),
    },
  }));
}

describe('export sh equals the plan', () => {
  for (const shell of SHELLS) {
    test(`on every fixture host, in ${shell.join(' ')}`, (t) => {
      if (!isInstalled(shell)) return t.skip(`no ${shell[0]}`);
      return assertSame(casesOfHosts(), shell);
    });
  }

  for (const shell of SHELLS) {
    test(`whatever the variables hold already, in ${shell.join(' ')}`, (t) => {
      if (!isInstalled(shell)) return t.skip(`no ${shell[0]}`);
      return assertSame(casesOfValues(400), shell);
    });
  }

  test(`on ${MADE_UP_HOSTS} made-up hosts`, () => {
    withMadeUpHosts((cases) => assertSame(cases, ['dash']));
  });
});
