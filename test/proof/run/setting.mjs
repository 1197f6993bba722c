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
  createQuotaCgroup ??= await loadQuotaCgroup();
  const cgroup = quotaCpus === undefined ? undefined : createQuotaCgroup(quotaCpus);
  if (typeof cgroup === 'string') return cgroup;
  const others = neighbours === 0 ? undefined : startNeighbours(neighbours, cpus);
  return {
    directory: cgroup?.directory,
    wrap(command) {
      const [file, args] = cgroup?.wrap(command) ?? [command[0], command.slice(1)];
      return ['taskset', ['-c', cpus, file, ...args]];
    },
    async leave() {
      await others?.stop();
      await cgroup?.remove();
    },
  };
}

/**
 * They end with this process. In a cgroup of their own, whose quota never stops them, where that can be had: then all of them
 * together weigh as much as what is measured, whether or not the kernel shares CPUs between sessions first (autogroup).
 */
function startNeighbours(count, cpus) {
  const cgroup = createQuotaCgroup(CPUS);
  const words = ['taskset', '-c', cpus, buildPath('engine'), String(LONGEST_SECONDS), 'busy', `procs=${count}`];
  const [file, args] = typeof cgroup === 'string' ? [words[0], words.slice(1)] : cgroup.wrap(words);
  const child = spawn('setpriv', ['--pdeathsig', 'KILL', file, ...args], { stdio: 'ignore', detached: true });
  const ended = new Promise((resolve) => child.on('close', resolve));
  return {
    async stop() {
      child.kill('SIGKILL');
      await ended;
      if (typeof cgroup !== 'string') await cgroup.remove();
    },
  };
}
