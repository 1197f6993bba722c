/** Orphans of the workers are measured as their children are, whatever session they are in and whoever is their parent. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import type { RunReport } from '../../src/report/run-report.ts';
import { missingProgram } from '../support/missing-program.ts';
import { runProgram } from '../support/run-program.ts';

const directory = mkdtempSync(join(tmpdir(), 'oneprocpool-orphans-'));
after(() => {
  rmSync(directory, { recursive: true });
});

/** Says its PID, and burns CPU time until it is ended. */
const busy = (name: string): string => `sh -c 'echo ${name} $$; while :; do :; done'`;

interface Measured {
  /** Names of the busy processes that were measured, by worker. */
  readonly names: readonly (readonly string[])[];
  readonly cpuSeconds: number;
}

async function measure(script: string, options: readonly string[] = []): Promise<Measured> {
  const file = join(directory, 'report.json');
  const args = ['--report', file, '--stop-timeout', '1', ...options, '--', 'sh', '-c', script];
  const { stdout } = await runProgram(args);
  const { workers } = JSON.parse(readFileSync(file, 'utf8')) as RunReport;
  const nameOf = new Map([...stdout.matchAll(/^(\w+) (\d+)$/gm)].map(([, name = '', pid]) => [Number(pid), name]));
  const names = workers.map(({ processes }) =>
    processes.flatMap(({ pid, peakDemandCpus }) => (peakDemandCpus > 0 ? (nameOf.get(pid) ?? []) : [])).sort(),
  );
  return { names, cpuSeconds: workers[0]?.cpuSeconds ?? 0 };
}

describe('orphans whose parents came and went before anybody looked', () => {
  const unrelated = spawn('sh', ['-c', `( ${busy('unrelated')} & )`], { stdio: ['ignore', 'pipe', 'ignore'] });
  let unrelatedPid = 0;
  before(async () => {
    unrelatedPid = await new Promise((resolve) =>
      unrelated.stdout.once('data', (text) => {
        resolve(Number(String(text).split(' ')[1]));
      }),
    );
  });
  after(() => {
    process.kill(unrelatedPid, 'SIGKILL');
  });

  test('are measured, and those of others are not', async () => {
    const script = `( ${busy('plain')} & ); ( ( ${busy('twice')} & ) & ); echo unrelated ${unrelatedPid}; sleep 3`;
    const { names, cpuSeconds } = await measure(script);
    assert.deepEqual(names, [['plain', 'twice']]);
    assert.ok(cpuSeconds > 0.1, String(cpuSeconds));
  });

  test('are measured in sessions of their own', async (t) => {
    const missing = missingProgram('setsid');
    if (missing !== undefined) return t.skip(missing);
    const { names } = await measure(
      `( setsid sh -c "( setsid ${busy('session').replace('$$', '\\$\\$')} & )" & ); sleep 3`,
    );
    assert.deepEqual(names, [['session']]);
  });

  test('belong to the worker that left them', async () => {
    const script = `[ $ONEPROCPOOL_WORKER_INDEX = 1 ] && ( ${busy('second')} & ); sleep 3`;
    assert.deepEqual((await measure(script, ['-w', '2'])).names, [[], ['second']]);
  });
});
