import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { earlyFailureFindings, type EarlyFailureInput } from '../../../src/commands/early-failure.ts';
import { loadPresets } from '../../../src/presets/load-presets.ts';
import type { WorkerExit } from '../../../src/worker-exit.ts';
import { createFakeFiles } from '../limits/fake-files.ts';

const ONE = { PYTHON_CPU_COUNT: '1', LOKY_MAX_CPU_COUNT: '1', NUMBA_NUM_THREADS: '1', OMP_NUM_THREADS: '1' };
const TWO = { PYTHON_CPU_COUNT: '2', LOKY_MAX_CPU_COUNT: '2', NUMBA_NUM_THREADS: '2', OMP_NUM_THREADS: '2' };

interface Case {
  readonly words?: readonly string[];
  readonly exit?: WorkerExit | null;
  readonly seconds?: number;
  readonly set?: Readonly<Record<string, string>>;
  readonly interrupted?: boolean;
}

async function messages({ words = ['python3', 'x.py'], exit = failed(1), seconds = 1, set = ONE, interrupted }: Case) {
  const attempt = { pid: 7, exit: exit ?? failed(0), startedNs: 0n, endedNs: BigInt(seconds * 1e9) };
  const input: EarlyFailureInput = {
    host: {
      files: createFakeFiles({ '/bin/tool': '#!/usr/bin/python3', '/bin/run': '#!/bin/sh\nexec python3 x' }),
      system: { env: { PATH: '/bin' } } as unknown as EarlyFailureInput['host']['system'],
    },
    words,
    group: {
      firstFailure: exit === null ? null : { index: 0, exit },
      attempts: [{ count: 1, ranNs: attempt.endedNs, latest: [attempt] }],
      interrupted: interrupted ?? false,
    },
    workerOf: () => ({ index: 0, threads: 1, env: { set, kept: {}, unset: [] } }),
    presets: await loadPresets(),
  };
  return earlyFailureFindings(input).map(({ message }) => message);
}

function failed(status: number): WorkerExit {
  return { kind: 'exited', status };
}

describe('a worker that fails right after its start', () => {
  test('is told which variables may be the cause, on one line', async () => {
    const [message = '', ...others] = await messages({});
    assert.deepEqual(others, []);
    assert.match(message, /^worker 0 failed with status 1 after 1\.0 s; .*PYTHON_CPU_COUNT=1: /);
    assert.match(message, /LOKY_MAX_CPU_COUNT=1: /);
    assert.match(message, /numba \(NUMBA_NUM_THREADS=1: /);
    assert.doesNotMatch(message, /OMP_NUM_THREADS|\n/);
  });
  test('with more than one thread hears of upper bounds only', async () => {
    const [message = ''] = await messages({ set: TWO });
    assert.match(message, /NUMBA_NUM_THREADS=2/);
    assert.doesNotMatch(message, /CPU_COUNT/);
  });
  for (const words of [['tool'], ['run'], ['sh', '-c', 'cd x && python3 y'], ['/venv/bin/pytest'], ['./job.py']]) {
    test(`runs Python: ${words.join(' ')}`, async () => assert.equal((await messages({ words })).length, 1));
  }
  const silent: [string, Case][] = [
    ['that is no Python', { words: ['grep', '-q', 'x', 'file'] }],
    ['after half a minute', { seconds: 31 }],
    ['without such variables', { set: { OMP_NUM_THREADS: '1' } }],
    ['by a signal', { exit: { kind: 'signaled', signal: 'SIGSEGV', signalNumber: 11 } }],
    ['after a handled signal', { exit: failed(143) }],
    ['not at all', { exit: null }],
    ['because of Ctrl-C', { interrupted: true }],
  ];
  for (const [name, given] of silent) {
    test(`is not told ${name}`, async () => assert.deepEqual(await messages(given), []));
  }
});
