// Makes a condition real: CPUs, busy neighbours, a cgroup with a quota.
import { spawn, spawnSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { build } from 'esbuild';
import { CPUS } from './conditions.mjs';
import { buildPath } from './prepare.mjs';

const PROJECT = new URL('../../..', import.meta.url).pathname;
const LONGEST_SECONDS = 24 * 3600;

/** The helper of the tests that makes cgroups. */
async function loadQuotaCgroup() {
  const outfile = join(PROJECT, '.cache', 'proof', `quota-cgroup-${process.pid}.mjs`);
  mkdirSync(join(PROJECT, '.cache', 'proof'), { recursive: true });
  await build({
    entryPoints: [join(PROJECT, 'test/support/quota-cgroup.ts')],
    outfile,
    bundle: true,
    format: 'esm',
    platform: 'node',
    logLevel: 'warning',
  });
  return (await import(pathToFileURL(outfile).href)).createQuotaCgroup;
}
let createQuotaCgroup;

/** The first CPUs that this process may use, as `taskset` takes them. */
export function chooseCpus() {
  const [, list] =
    /: (.*)$/m.exec(spawnSync('taskset', ['-cp', String(process.pid)], { encoding: 'utf8' }).stdout) ?? [];
  const all = (list ?? '0').split(',').flatMap((part) => {
    const [first, last = first] = part.split('-').map(Number);
    return Array.from({ length: last - first + 1 }, (_, i) => first + i);
  });
  return all.slice(0, CPUS).join(',');
}

/** `{ wrap(command), directory, leave() }`, or a text that says why the condition cannot be made here. */
export async function enterCondition({ quotaCpus, neighbours }) {
  const cpus = chooseCpus();
  let cgroup;
  if (quotaCpus !== undefined) {
    createQuotaCgroup ??= await loadQuotaCgroup();
    cgroup = createQuotaCgroup(quotaCpus);
    if (typeof cgroup === 'string') return cgroup;
  }
  const others = Array.from({ length: neighbours }, () => startNeighbour(cpus));
  return {
    directory: cgroup?.directory,
    wrap(command) {
      const [file, args] = cgroup?.wrap(command) ?? [command[0], command.slice(1)];
      return ['taskset', ['-c', cpus, file, ...args]];
    },
    async leave() {
      for (const other of others) other.kill('SIGKILL');
      await cgroup?.remove();
    },
  };
}

/**
 * Ends with this process. In a session of its own: where the kernel shares CPUs between sessions first (autogroup), all
 * neighbours of one session would count as much as the program alone.
 */
function startNeighbour(cpus) {
  const words = ['--pdeathsig', 'KILL', 'taskset', '-c', cpus, buildPath('engine'), String(LONGEST_SECONDS), 'busy'];
  return spawn('setpriv', words, { stdio: 'ignore', detached: true });
}
