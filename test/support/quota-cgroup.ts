/** A real cgroup with a CFS quota for a test, where this machine lets us make one. */
import { existsSync, mkdirSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';

const PERIOD_US = 100_000;
let made = 0;

export interface QuotaCgroup {
  readonly directory: string;
  /** Puts `sh` into the cgroup, which then becomes `command`. */
  wrap(command: readonly string[]): [file: string, args: string[]];
  /** PIDs in the cgroup now. */
  pids(): number[];
  /** Waits until the cgroup is empty and removes it. */
  remove(): Promise<void>;
}

/** The cgroup, or in words why there is none. */
export function createQuotaCgroup(quotaCpus: number): QuotaCgroup | string {
  if (process.getuid?.() !== 0) return 'a cgroup with a quota needs root';
  const parent = findParent();
  if (parent === undefined) return 'no cgroup with the cpu controller is visible below /sys/fs/cgroup';
  const directory = `${parent}/oneprocpool-test-${process.pid}-${++made}`;
  const quotaUs = Math.round(quotaCpus * PERIOD_US);
  try {
    mkdirSync(directory);
  } catch (error) {
    return `cannot make a cgroup in ${parent}: ${String(error)}`;
  }
  try {
    if (existsSync(`${directory}/cpu.max`)) writeFileSync(`${directory}/cpu.max`, `${quotaUs} ${PERIOD_US}`);
    else writeFileSync(`${directory}/cpu.cfs_quota_us`, String(quotaUs));
  } catch (error) {
    rmdirSync(directory);
    return `cannot set a quota in ${parent}: ${String(error)}`;
  }
  return describe(directory);
}

/** The v1 cpu hierarchy, or a v2 root that hands the cpu controller on. */
function findParent(): string | undefined {
  if (existsSync('/sys/fs/cgroup/cpu/cgroup.procs')) return '/sys/fs/cgroup/cpu';
  const handedOn = '/sys/fs/cgroup/cgroup.subtree_control';
  return existsSync(handedOn) && readFileSync(handedOn, 'utf8').split(/\s/).includes('cpu')
    ? '/sys/fs/cgroup'
    : undefined;
}

function describe(directory: string): QuotaCgroup {
  const pids = (): number[] =>
    readFileSync(`${directory}/cgroup.procs`, 'utf8').split('\n').filter(Boolean).map(Number);
  return {
    directory,
    pids,
    wrap: (command) => ['/bin/sh', ['-c', 'echo $$ > "$0/cgroup.procs" && exec "$@"', directory, ...command]],
    async remove() {
      for (let tries = 0; pids().length > 0 && tries < 100; tries++) await sleep(50);
      rmdirSync(directory);
    },
  };
}
