/** Runs real programs with a pool of their own through bench/pools.mjs. */
import { spawnSync } from 'node:child_process';
import type { Finding } from '../../../src/finding.ts';
import { PROJECT_ROOT } from '../../support/project.ts';

export interface PoolsRun {
  readonly setup: string;
  readonly way: string;
  readonly status: number | null;
  readonly stderr: string;
  /** In CPUs, by process, largest first, without those that hardly do anything. */
  readonly demands: readonly number[];
  readonly total: number;
  readonly outcome: string | null;
  readonly findings: readonly Finding[];
}

/** What a process that only hands out the work stays below. */
const WORKING_CPUS = 0.5;
const NOT_INSTALLED = 3;

/** The run, or the reason why the libraries are not there. */
export function runPools(setup: string, way: string, ...options: string[]): PoolsRun | string {
  const args = [
    'bench/pools.mjs',
    '--json',
    '--no-install',
    '--rounds',
    '1',
    '--setup',
    setup,
    '--way',
    way,
    ...options,
  ];
  const { status, stdout, stderr } = spawnSync(process.execPath, args, { cwd: PROJECT_ROOT, encoding: 'utf8' });
  if (status === NOT_INSTALLED) return `${stderr.trim()} (npm run test:conformance -- --install-only)`;
  if (stdout === '') throw new Error(stderr);
  return JSON.parse(stdout) as PoolsRun;
}

export function workingProcesses({ demands }: PoolsRun): number[] {
  return demands.filter((demand) => demand > WORKING_CPUS);
}
