/** What those around a process say in the environment: outer oneprocpool, batch schedulers, parallel launchers. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { evenShare } from '../../../src/limits/even-share.ts';
import { parseTasksPerNode } from '../../../src/limits/job-variables.ts';
import { readOuterLimits, type OuterContext } from '../../../src/limits/outer-launcher.ts';
import { createFakeFiles } from './fake-files.ts';

type Host = Partial<Omit<OuterContext, 'env' | 'files' | 'readCpuset'>> & {
  readonly cpuset?: number;
  readonly texts?: Readonly<Record<string, string>>;
};

function read(env: Record<string, string>, { cpuset, texts, ...host }: Host = {}) {
  const files = createFakeFiles(texts ?? {});
  return readOuterLimits({
    files,
    env,
    quotaCpus: null,
    allowed: 64,
    online: 64,
    readCpuset: () => cpuset ?? null,
    ...host,
  });
}
const codes = (env: Record<string, string>, host: Host = {}) => read(env, host).findings.map(({ code }) => code);
/** The smallest share that was told; `undefined` without one. */
function share(env: Record<string, string>, host: Host = {}): number | undefined {
  const { scheduler, launcher } = read(env, host);
  const all = [scheduler?.cpus, launcher?.cpus].filter((cpus) => cpus !== undefined);
  return all.length === 0 ? undefined : Math.min(...all);
}

describe('ONEPROCPOOL_THREADS', () => {
  test('is the outer limit when it is a whole number of at least 1', () => {
    assert.deepEqual(read({ ONEPROCPOOL_THREADS: ' 3 ' }), {
      outer: { cpus: 3, source: 'ONEPROCPOOL_THREADS' },
      findings: [],
    });
  });

  test('empty means unset', () => {
    assert.deepEqual(read({ ONEPROCPOOL_THREADS: '' }), { outer: null, findings: [] });
  });

  test('leaves nothing to schedulers and launchers', () => {
    const env = { ONEPROCPOOL_THREADS: '3', SLURM_JOB_ID: '1', SLURM_CPUS_PER_TASK: 'x', LOCAL_WORLD_SIZE: '2' };
    assert.deepEqual(read(env), { outer: { cpus: 3, source: 'ONEPROCPOOL_THREADS' }, findings: [] });
  });

  for (const text of ['0', '-1', '1.5', '4x', 'NaN', '٣', '1e3', '0x4', '65537', '9'.repeat(30), ' ']) {
    test(`${JSON.stringify(text)} is ignored and said`, () => {
      const { outer, findings } = read({ ONEPROCPOOL_THREADS: text });
      assert.equal(outer, null);
      assert.equal(findings[0]?.code, 'OUTER_LIMIT_INVALID');
      assert.ok(findings[0].message.includes(JSON.stringify(text)));
    });
  }
});

describe('local ranks of MPI and torchrun', () => {
  for (const [size, rank] of [
    ['OMPI_COMM_WORLD_LOCAL_SIZE', 'OMPI_COMM_WORLD_LOCAL_RANK'],
    ['MPI_LOCALNRANKS', 'MPI_LOCALRANKID'],
    ['MV2_COMM_WORLD_LOCAL_SIZE', 'MV2_COMM_WORLD_LOCAL_RANK'],
    ['PALS_LOCAL_SIZE', 'PALS_LOCAL_RANKID'],
    ['LOCAL_WORLD_SIZE', 'LOCAL_RANK'],
    ['SLURM_STEP_TASKS_PER_NODE', 'SLURM_LOCALID'],
  ] as const) {
    test(`${size} divides, and ${rank} tells who gets the remainder`, () => {
      const of = (index: number) => share({ [size]: '3', [rank]: String(index) }, { allowed: 8, online: 8 });
      assert.deepEqual([0, 1, 2].map(of), [3, 3, 2]);
      assert.equal(share({ [size]: '3' }, { allowed: 8, online: 8 }), 2, 'without a rank nobody gets it');
      assert.deepEqual(codes({ [size]: '3', [rank]: '1' }), []);
    });
  }

  const hosts: [name: string, host: Host, share: number | undefined][] = [
    ['an unbound mask is divided', { allowed: 8, online: 8 }, 2],
    ['so is one as wide as the cpuset of the job', { allowed: 8, cpuset: 8 }, 2],
    ['a mask whose width nothing can be compared with', { allowed: 8, online: null }, 2],
    ['a list of online CPUs shorter than the mask (lxcfs)', { allowed: 8, online: 2 }, 2],
    ['more ranks than CPUs get one each', { allowed: 2, online: 2 }, 1],
    ['a quota is shared', { quotaCpus: 8.9 }, 2],
    ['a quota alone', { allowed: null, online: null, quotaCpus: 4 }, 1],
    ['nothing known', { allowed: null, online: null }, undefined],
  ];
  for (const [name, host, expected] of hosts) {
    test(name, () => assert.equal(share({ LOCAL_WORLD_SIZE: '4' }, host), expected));
  }

  test('a bound mask is not divided again', () => {
    const { launcher } = read({ LOCAL_WORLD_SIZE: '4' }, { allowed: 2, online: 8 });
    assert.ok(launcher !== undefined && launcher.cpus >= 2, 'the mask of 2 CPUs stays the tightest');
  });

  test('one process alone, and text that is no number, divide nothing', () => {
    assert.equal(share({ LOCAL_WORLD_SIZE: '1' }), undefined);
    assert.equal(share({ LOCAL_WORLD_SIZE: 'many' }), undefined);
    assert.deepEqual(codes({ LOCAL_WORLD_SIZE: 'many' }), ['OUTER_VARIABLE_INVALID']);
    assert.deepEqual(codes({ LOCAL_WORLD_SIZE: '4' }, { allowed: null, online: null }), ['LOCAL_SIBLINGS']);
  });

  test('a rank that cannot be is said, and gets no remainder', () => {
    for (const rank of ['3', '-1', 'x']) {
      const env = { LOCAL_WORLD_SIZE: '3', LOCAL_RANK: rank };
      assert.deepEqual(codes(env), ['OUTER_VARIABLE_INVALID']);
      assert.equal(share(env, { allowed: 8, online: 8 }), 2);
    }
  });

  test('two launchers with the same size are one; with different sizes the larger counts and is said', () => {
    const same = { OMPI_COMM_WORLD_LOCAL_SIZE: '4', LOCAL_WORLD_SIZE: '4' };
    assert.deepEqual([share(same), codes(same)], [16, []]);
    const differ = { OMPI_COMM_WORLD_LOCAL_SIZE: '2', LOCAL_WORLD_SIZE: '4' };
    assert.deepEqual([share(differ), codes(differ)], [16, ['OUTER_VARIABLES_DIFFER']]);
  });
});

describe('batch schedulers', () => {
  const jobs: [name: string, env: Record<string, string>, share: number | undefined, codes?: string[]][] = [
    ['Slurm, CPUs of the task', { SLURM_JOB_ID: '1', SLURM_CPUS_PER_TASK: '4' }, 4],
    ['Slurm, CPUs of the node', { SLURM_JOB_ID: '1', SLURM_CPUS_ON_NODE: '6' }, 6],
    [
      'Slurm, a task without --cpus-per-task',
      { SLURM_JOB_ID: '1', SLURM_STEP_ID: '0', SLURM_CPUS_ON_NODE: '6', SLURM_TASKS_PER_NODE: '3', SLURM_LOCALID: '2' },
      2,
    ],
    [
      'Slurm, ranks of mpirun in a batch script are its tasks',
      {
        SLURM_JOB_ID: '1',
        SLURM_CPUS_PER_TASK: '2',
        SLURM_CPUS_ON_NODE: '8',
        SLURM_TASKS_PER_NODE: '4',
        OMPI_COMM_WORLD_LOCAL_SIZE: '4',
      },
      2,
    ],
    [
      'Slurm, ranks below the daemon of mpirun',
      {
        SLURM_JOB_ID: '1',
        SLURM_CPUS_PER_TASK: '2',
        SLURM_CPUS_ON_NODE: '8',
        SLURM_STEP_TASKS_PER_NODE: '1(x2)',
        OMPI_COMM_WORLD_LOCAL_SIZE: '4',
      },
      2,
    ],
    [
      'Slurm, several tasks that each run torchrun',
      {
        SLURM_JOB_ID: '1',
        SLURM_CPUS_PER_TASK: '8',
        SLURM_CPUS_ON_NODE: '32',
        SLURM_STEP_TASKS_PER_NODE: '4',
        LOCAL_WORLD_SIZE: '2',
      },
      4,
    ],
    [
      'Slurm, tasks whose script copied the variables for torch',
      {
        SLURM_JOB_ID: '1',
        SLURM_CPUS_PER_TASK: '4',
        SLURM_CPUS_ON_NODE: '32',
        SLURM_STEP_TASKS_PER_NODE: '8',
        SLURM_LOCALID: '3',
        LOCAL_WORLD_SIZE: '8',
        LOCAL_RANK: '3',
      },
      4,
    ],
    [
      'Slurm, a contradiction',
      { SLURM_JOB_ID: '1', SLURM_CPUS_PER_TASK: '8', SLURM_CPUS_ON_NODE: '4' },
      4,
      ['OUTER_VARIABLES_DIFFER'],
    ],
    [
      'Slurm, malformed',
      { SLURM_JOB_ID: '1', SLURM_CPUS_PER_TASK: '4x', SLURM_CPUS_ON_NODE: '6', SLURM_TASKS_PER_NODE: '2(x' },
      6,
      ['OUTER_VARIABLE_INVALID', 'OUTER_VARIABLE_INVALID'],
    ],
    ['Grid Engine', { JOB_ID: '1', NSLOTS: '4' }, 4],
    [
      'Grid Engine on hosts that are not known',
      { JOB_ID: '1', NSLOTS: '4', NHOSTS: '2' },
      undefined,
      ['SCHEDULER_SHARE_UNKNOWN'],
    ],
    ['Grid Engine, malformed', { JOB_ID: '1', NSLOTS: '0' }, undefined, ['OUTER_VARIABLE_INVALID']],
    ['LSF on one host', { LSB_JOBID: '1', LSB_DJOB_NUMPROC: '4', LSB_MCPU_HOSTS: 'a 4' }, 4],
    [
      'LSF on another host',
      { LSB_JOBID: '1', LSB_DJOB_NUMPROC: '4', LSB_MCPU_HOSTS: 'a 2 b 2' },
      undefined,
      ['SCHEDULER_SHARE_UNKNOWN'],
    ],
    ['LSF, hosts without numbers', { LSB_JOBID: '1', LSB_DJOB_NUMPROC: '3', LSB_HOSTS: 'me me b' }, 2],
    ['LSF that binds cores', { LSB_JOBID: '1', LSB_DJOB_NUMPROC: '2', LSB_BIND_CPU_LIST: '0-7' }, undefined],
    ['PBS, a chunk', { PBS_JOBID: '1', NCPUS: '4' }, 4],
    ['TORQUE', { PBS_JOBID: '1', PBS_NUM_PPN: '4' }, 4],
    ['PBS, the number of a hook', { PBS_JOBID: '1', OMPTHREADS: '4' }, 4],
    ['PBS, a contradiction', { PBS_JOBID: '1', NCPUS: '8', PBS_NUM_PPN: '4' }, 4, ['OUTER_VARIABLES_DIFFER']],
    ['PBS, NCPUS of ompthreads', { PBS_JOBID: '1', NCPUS: '16', OMPI_COMM_WORLD_LOCAL_SIZE: '4' }, 16],
    ['PBS, NCPUS of all ranks', { PBS_JOBID: '1', NCPUS: '64', OMPI_COMM_WORLD_LOCAL_SIZE: '64' }, 1],
    ['PBS, NCPUS of whom?', { PBS_JOBID: '1', NCPUS: '8', OMPI_COMM_WORLD_LOCAL_SIZE: '4' }, 8, ['SHARE_PER_RANK']],
    ['PJM', { PJM_JOBID: '1', PJM_VNODE_CORE: '10' }, 10],
    ['HTCondor', { _CONDOR_SLOT: 'slot1', OMP_NUM_THREADS: '4' }, 4],
    [
      'HTCondor, a job that lowers one of them',
      { _CONDOR_SLOT: 'slot1', OMP_NUM_THREADS: '1', ROOT_MAX_THREADS: '4' },
      4,
    ],
    [
      'two schedulers: the smaller share',
      { SLURM_JOB_ID: '1', SLURM_CPUS_PER_TASK: '16', _CONDOR_SLOT: 's', CUBACORES: '4' },
      4,
    ],
    ['ranks share the slots of a host', { JOB_ID: '1', NSLOTS: '8', MPI_LOCALNRANKS: '4', MPI_LOCALRANKID: '0' }, 2],
  ];
  for (const [name, env, expected, found = []] of jobs) {
    test(name, () => {
      const host = { texts: { '/proc/sys/kernel/hostname': 'me\n' } };
      assert.deepEqual([share(env, host), codes(env, host)], [expected, found]);
    });
  }

  test('no variable counts without the mark of its job', () => {
    const marks = new Set(['SLURM_JOB_ID', 'JOB_ID', 'PBS_JOBID', 'LSB_JOBID', 'PJM_JOBID', '_CONDOR_SLOT']);
    for (const [name, env] of jobs) {
      const launched = Object.keys(env).some((variable) => /LOCAL|STEP/.test(variable));
      const unmarked = Object.fromEntries(Object.entries(env).filter(([variable]) => !marks.has(variable)));
      assert.equal(read(unmarked).scheduler, undefined, name);
      if (!launched) assert.deepEqual(codes(unmarked), [], name);
    }
  });

  test('the list of hosts may hold any text', () => {
    for (const text of ['', 'me\n', 'me x q\n', ' \n\n', 'me 4 q\nother -1 q\n', '\u0000'.repeat(100)]) {
      const env = { JOB_ID: '1', NSLOTS: '4', NHOSTS: '2', PE_HOSTFILE: '/pe' };
      assert.deepEqual(codes(env, { texts: { '/pe': text } }), ['SCHEDULER_SHARE_UNKNOWN'], JSON.stringify(text));
    }
  });
});

describe('lists and shares', () => {
  const lists: [text: string, node: number, tasks: number | undefined][] = [
    ['2', 0, 2],
    ['2', 1, undefined],
    ['2(x3),1', 0, 2],
    ['2(x3),1', 2, 2],
    ['2(x3),1', 3, 1],
    ['2(x3),1', 4, undefined],
    ['4,2(x3)', 1, 2],
    ['2(x0)', 0, undefined],
    ['0', 0, undefined],
    ['2(3)', 0, undefined],
    ['', 0, undefined],
  ];
  for (const [text, node, tasks] of lists) {
    test(`Slurm's list ${JSON.stringify(text)} at node ${node}`, () => {
      assert.equal(parseTasksPerNode(text, node), tasks);
    });
  }

  test('the shares of all ranks are the whole CPUs, or one each', () => {
    for (let size = 1; size <= 9; size += 1) {
      for (const cpus of [0.5, 1, 2.5, 4.1 - 0.1, 7, 8, 64]) {
        const shares = Array.from({ length: size }, (_, rank) => evenShare(cpus, size, rank));
        const sum = shares.reduce((total, own) => total + own, 0);
        assert.equal(sum, Math.max(size, Math.floor(cpus + 1e-9)), `${cpus} CPUs, ${size} ranks: ${shares.join()}`);
        assert.ok(Math.max(...shares) - Math.min(...shares) <= 1);
      }
    }
  });
});
