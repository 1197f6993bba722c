/** One measured run, with processes that are only played. */
import assert from 'node:assert/strict';
import { PassThrough } from 'node:stream';
import { describe, test } from 'node:test';
import { parseTimes, parseWorkloadPid, runTrial } from '../../../src/demo/run-trial.ts';
import { createProgressLine } from '../../../src/demo/progress-line.ts';
import { SETUPS, type Setup } from '../../../src/demo/setups.ts';
import type { Host, SpawnRequest, WorkerExit } from '../../../src/host/ports.ts';

describe('parseTimes', () => {
  const cases: [string, string, number | undefined][] = [
    ['dash', 'x\n0m0.00s 0m0.01s\n0m1.50s 0m0.25s\n', 1.75],
    ['bash', '0m0.003s 0m0.001s\n1m1.530s 0m0.120s\n', 61.65],
    ['bash with a decimal comma', '0m0,003s 0m0,001s\n0m1,530s 0m0,120s\n', 1.65],
    ['nothing', '', undefined],
    ['another text', '{"pid":3}\n', undefined],
  ];
  for (const [name, text, expected] of cases) test(name, () => assert.equal(parseTimes(text), expected));
});

test('the pid is taken from a whole first line only', () => {
  assert.equal(parseWorkloadPid('{"pid": 12}\n'), 12);
  assert.equal(parseWorkloadPid('{"pid":12}\nmore'), 12);
  assert.equal(parseWorkloadPid('{"pid":12'), undefined);
  assert.equal(parseWorkloadPid('{"pid":0}\n'), undefined);
});

/** A host whose next process prints `chunks`, ends with `exit`, and takes `seconds`. */
function playedHost(played: { chunks: string[]; stderr?: string; exit: WorkerExit; seconds: number }) {
  const requests: SpawnRequest[] = [];
  let nowNs = 0n;
  const host = {
    clock: { nowNs: () => nowNs, after: () => () => {} },
    processes: { listTree: async () => [], signal: () => true },
    spawner: {
      spawn: async (request: SpawnRequest) => {
        requests.push(request);
        const [stdout, stderr] = [new PassThrough(), new PassThrough()];
        const exit = (async () => {
          for (const chunk of played.chunks) {
            stdout.write(chunk);
            await new Promise((resolve) => setImmediate(resolve));
          }
          stderr.end(played.stderr ?? '');
          await new Promise((resolve) => setImmediate(resolve));
          nowNs += BigInt(Math.round(played.seconds * 1e9));
          stdout.end('0m0.00s 0m0.00s\n0m2.00s 0m0.50s\n');
          return played.exit;
        })();
        return { pid: 99, exit, stdout, stderr };
      },
    },
  } as unknown as Host;
  return { host, requests };
}
const ended: WorkerExit = { kind: 'exited', status: 0 };

describe('runTrial', () => {
  test('samples the process that names itself, and counts the CPU time of everything', async () => {
    const { host, requests } = playedHost({ chunks: ['{"pid":', ' 42}\n'], exit: ended, seconds: 1.5 });
    const sampled: number[] = [];
    const trial = await runTrial(host, {
      command: ['python3', 'x y.py', 'one'],
      env: { PATH: '/bin' },
      startSampling: (pid) => {
        sampled.push(pid);
        return { stop: () => ({ peakThreadCount: 7, peakDemandCpus: 2.5, meanDemandCpus: 2 }) };
      },
    });
    assert.deepEqual(trial, { wallSeconds: 1.5, cpuSeconds: 2.5, peakThreads: 7, peakDemandCpus: 2.5 });
    assert.deepEqual(sampled, [42]);
    assert.deepEqual(requests[0]?.args.slice(2), ['sh', 'python3', 'x y.py', 'one']);
  });
  test('a run too short for a busiest second has its mean demand', async () => {
    const { host } = playedHost({ chunks: ['{"pid":1}\n'], exit: ended, seconds: 0.4 });
    const startSampling = () => ({ stop: () => ({ peakThreadCount: 1, peakDemandCpus: null, meanDemandCpus: 0.9 }) });
    assert.equal((await runTrial(host, { command: ['x'], env: {}, startSampling })).peakDemandCpus, 0.9);
  });
  test('a failing run is an error with the end of its stderr', async () => {
    const { host } = playedHost({
      chunks: [],
      stderr: 'ImportError: no numpy\n',
      exit: { kind: 'exited', status: 1 },
      seconds: 1,
    });
    const startSampling = () => ({ stop: () => undefined });
    await assert.rejects(runTrial(host, { command: ['x'], env: {}, startSampling }), /got: ImportError: no numpy/);
  });
});

describe('the progress line', () => {
  const written = (isTerminal: boolean) => {
    const texts: string[] = [];
    let nowNs = 0n;
    const console = {
      writeErr: (text: string) => void texts.push(text),
      isTerminal: () => isTerminal,
      columns: () => 80,
    };
    const progress = createProgressLine({
      console,
      clock: { nowNs: () => (nowNs += 4_000_000_000n) },
    } as unknown as Host);
    progress.show('looking');
    progress.run(0, 18, SETUPS[0] as Setup, 'bare');
    progress.run(2, 18, SETUPS[2] as Setup, 'launched');
    progress.announce('installing');
    progress.clear();
    return texts.join('|');
  };
  test('tells on a terminal which run it is and how long it takes', () => {
    const text = written(true);
    assert.match(text, /run 1 of 18: one, as it comes/);
    assert.match(text, /run 3 of 18, about 32 s left: processes, under oneprocpool/);
    assert.ok(text.endsWith('\r\u001B[K'));
  });
  test('elsewhere only what is announced is written', () => {
    assert.equal(written(false), 'installing\n');
  });
});
