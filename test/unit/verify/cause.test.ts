/** Why a process is above its share: told by the threads that were busy, not by what is mapped. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { loadPresets } from '../../../src/presets/load-presets.ts';
import { causeOf } from '../../../src/verify/cause.ts';
import type { ProcessEvidence } from '../../../src/verify/measurement.ts';

const PRESETS = await loadPresets();
const GIVEN = { OMP_NUM_THREADS: '2', OPENBLAS_NUM_THREADS: '2', POLARS_MAX_THREADS: '2' };
const OPENBLAS = { presetId: 'openblas-pthreads', name: 'OpenBLAS', evidence: 'libopenblas.so.0' };
const LIBGOMP = { presetId: 'libgomp', name: 'libgomp', evidence: 'libgomp.so.1' };
const TORCH = { presetId: 'torch', name: 'PyTorch', evidence: 'libtorch_cpu.so' };
const JVM = { presetId: 'jvm', name: 'JVM', evidence: 'libjvm.so' };
const TOKIO_NAMED = ['datafusion', 'lance', 'tokio'].map((presetId) => ({
  presetId,
  name: presetId,
  evidence: 'tokio-rt-worker',
}));

function cause(command: string, more: Partial<ProcessEvidence>, pool: 'libraries' | 'app' | 'auto' = 'auto') {
  const processName = command.split(' ')[0]?.slice(0, 15) ?? '';
  const evidence: ProcessEvidence = {
    worker: 0,
    pid: 1,
    command,
    kind: 'demand',
    demandCpus: 8,
    windowSeconds: 1,
    limitThreads: 2,
    threadCount: 9,
    pools: [],
    busyThreads: { processName, byName: { [processName]: 8 } },
    variables: GIVEN,
    ...more,
  };
  return causeOf(evidence, { pool, presets: PRESETS, given: GIVEN });
}

describe('causeOf', () => {
  test('an OpenBLAS that is mapped but bounded is not blamed', () => {
    assert.deepEqual(cause('ffmpeg -i in out.mp4', { pools: [OPENBLAS, LIBGOMP] }), {
      kind: 'program-option',
      program: 'ffmpeg',
      option: '-threads 2',
    });
    for (const limitThreads of [1, 2]) {
      assert.deepEqual(cause('python sat.py', { pools: [OPENBLAS], limitThreads }), { kind: 'own-threads' });
      assert.deepEqual(cause('python hnsw.py', { pools: [OPENBLAS, LIBGOMP], limitThreads }), { kind: 'own-threads' });
    }
  });
  test('an OpenMP program whose variable is in place sets its count in code', () => {
    assert.deepEqual(cause('./team 4', { pools: [LIBGOMP] }), { kind: 'openmp' });
    assert.deepEqual(cause('tesseract page.png out', { pools: [LIBGOMP], limitThreads: 1 }), { kind: 'openmp' });
    assert.deepEqual(cause('python t.py', { pools: [LIBGOMP, TORCH], limitThreads: 1 }), { kind: 'openmp' });
  });
  test('a few threads beside a bounded library: both sides pool, unless --pool app says so already', () => {
    const byName = { python: 3 };
    const some = { pools: [OPENBLAS], busyThreads: { processName: 'python', byName } };
    assert.deepEqual(cause('python job.py', some), { kind: 'two-pools' });
    assert.deepEqual(cause('python job.py', some, 'app'), { kind: 'own-threads' });
  });
  test('a runtime that is bounded only on request leads to its preset', () => {
    const java = { processName: 'java', byName: { 'Thread-0': 4, 'GC Thread#0': 1 } };
    const found = cause('java Par', { pools: [JVM], busyThreads: java });
    assert.deepEqual(found.kind === 'preset' && found.option, ['--with', 'jvm']);
    const go = { presetId: 'go', name: 'Go', evidence: 'go-heap' };
    const goFound = cause('./server', { pools: [go] });
    assert.deepEqual(goFound.kind === 'preset' && goFound.option, ['--with', 'go']);
  });
  test('busy Tokio threads lead to Tokio, and to its variable where the preset writes none', () => {
    const busyThreads = { processName: 'server', byName: { 'tokio-rt-worker': 8 } };
    const optionOf = (limitThreads: number) => {
      const found = cause('server', { pools: TOKIO_NAMED, busyThreads, limitThreads });
      return found.kind === 'preset' ? found.option : found;
    };
    assert.deepEqual(optionOf(2), ['--with', 'tokio']);
    assert.deepEqual(optionOf(1), ['--env', 'TOKIO_WORKER_THREADS=1']);
  });
  test('idle Tokio threads beside busy ones of another name are not blamed', () => {
    const busyThreads = { processName: 'python', byName: { 'polars-0': 1, python: 8 } };
    const found = cause('python q.py', { pools: TOKIO_NAMED, busyThreads });
    assert.deepEqual(found, { kind: 'own-threads' });
  });
  test('a variable that was removed or changed comes first', () => {
    const removed = cause('./team 4', { pools: [LIBGOMP], variables: { OMP_NUM_THREADS: null } });
    assert.deepEqual(removed, { kind: 'removed', variables: ['OMP_NUM_THREADS'] });
    const changed = cause('./team 4', { pools: [LIBGOMP], variables: { OMP_NUM_THREADS: '8' } });
    assert.deepEqual(changed, { kind: 'changed', variable: 'OMP_NUM_THREADS', given: '2', found: '8' });
  });
});
