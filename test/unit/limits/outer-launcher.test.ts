/** What launchers around us say in the environment: one limits, the others are only mentioned. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { parseTasksPerNode, readOuterLimit } from '../../../src/limits/outer-launcher.ts';

const WIDE = { allowed: 8, online: 8 };
const codes = (env: Record<string, string>, cpus: { allowed: number | null; online: number | null } = WIDE) =>
  readOuterLimit(env, cpus).findings.map(({ code }) => code);

describe('ONEPROCPOOL_THREADS', () => {
  test('is the outer limit when it is a whole number of at least 1', () => {
    assert.deepEqual(readOuterLimit({ ONEPROCPOOL_THREADS: ' 3 ' }, WIDE).outer, {
      cpus: 3,
      source: 'ONEPROCPOOL_THREADS',
    });
    assert.deepEqual(codes({ ONEPROCPOOL_THREADS: '3' }), []);
  });

  test('empty means unset', () => {
    assert.deepEqual(readOuterLimit({ ONEPROCPOOL_THREADS: '' }, WIDE), { outer: null, findings: [] });
  });

  for (const text of ['0', '-1', '1.5', '4x', 'NaN', '٣', '1e3', '0x4', '65537', '9'.repeat(30), ' ']) {
    test(`${JSON.stringify(text)} is ignored and said`, () => {
      const { outer, findings } = readOuterLimit({ ONEPROCPOOL_THREADS: text }, WIDE);
      assert.equal(outer, null);
      assert.equal(findings[0]?.code, 'OUTER_LIMIT_INVALID');
      assert.ok(findings[0].message.includes(JSON.stringify(text)));
    });
  }
});

describe('siblings of an MPI, Slurm or torchrun launcher', () => {
  for (const variable of [
    'OMPI_COMM_WORLD_LOCAL_SIZE',
    'MPI_LOCALNRANKS',
    'MV2_COMM_WORLD_LOCAL_SIZE',
    'LOCAL_WORLD_SIZE',
    'SLURM_STEP_TASKS_PER_NODE',
  ]) {
    test(`${variable} is mentioned with a share, and does not limit`, () => {
      const { outer, findings } = readOuterLimit({ [variable]: '4' }, WIDE);
      assert.equal(outer, null);
      assert.equal(findings[0]?.code, 'LOCAL_SIBLINGS');
      assert.ok(findings[0].message.includes(variable) && findings[0].message.includes('4'));
      assert.match(findings[0].hint ?? '', /--cpus 2$/);
    });
  }

  test('are not mentioned when alone, bound, already limited, or when the number is none', () => {
    assert.deepEqual(codes({ LOCAL_WORLD_SIZE: '1' }), []);
    assert.deepEqual(codes({ LOCAL_WORLD_SIZE: '4' }, { allowed: 2, online: 8 }), []);
    assert.deepEqual(codes({ LOCAL_WORLD_SIZE: '4', ONEPROCPOOL_THREADS: '2' }), []);
    assert.deepEqual(codes({ LOCAL_WORLD_SIZE: 'many' }), []);
  });

  test('are mentioned when it is not known whether the mask is narrower', () => {
    assert.deepEqual(codes({ LOCAL_WORLD_SIZE: '4' }, { allowed: null, online: null }), ['LOCAL_SIBLINGS']);
    assert.deepEqual(codes({ LOCAL_WORLD_SIZE: '4' }, { allowed: 8, online: null }), ['LOCAL_SIBLINGS']);
  });

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
});
