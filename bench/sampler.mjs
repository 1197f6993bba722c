// What sampling costs: a real tree of 100 processes x 32 threads (or PROCESSES THREADS), asleep and lightly busy.
// Usage: node bench/sampler.mjs [PROCESSES THREADS SECONDS]     needs gcc; prints a table, judges nothing
import { execFileSync, spawn } from 'node:child_process';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { build } from 'esbuild';

process.chdir(new URL('..', import.meta.url).pathname);
const [processes = 100, threads = 32, seconds = 20] = process.argv.slice(2).map(Number);
await build({
  stdin: {
    contents: `
      export { createSampler } from './src/verify/sampler.ts';
      export { createTreeReader } from './src/verify/process-tree.ts';
      export { createFiles } from './src/host/files.ts';
      export { compileProgram } from './test/support/c-programs.ts';`,
    resolveDir: process.cwd(),
    loader: 'ts',
  },
  bundle: true,
  format: 'esm',
  platform: 'node',
  outfile: join('.cache', 'sampler-bench.mjs'),
  logLevel: 'warning',
});
const { createSampler, createTreeReader, createFiles, compileProgram } = await import(
  pathToFileURL(join('.cache', 'sampler-bench.mjs')).href
);

const clock = {
  nowNs: () => process.hrtime.bigint(),
  cpuMs: () => cpuMs(),
  after(delayMs, callback) {
    const timer = setTimeout(() => callback(), delayMs);
    return () => clearTimeout(timer);
  },
  timestamp: () => new Date().toISOString(),
};
const cpuMs = () => {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
};
const median = (values) => values.sort((a, b) => a - b)[Math.floor(values.length / 2)];

async function measure(name, busyMs) {
  const forest = spawn(compileProgram('forest'), [processes, threads, seconds + 30, busyMs].map(String), {
    stdio: 'ignore',
  });
  // All processes and threads are there before anything is measured.
  await sleep(2000);
  const reader = createTreeReader({ files: createFiles(), method: 'procfs' });
  reader.addRoot(0, forest.pid);
  const counts = [];
  let seen = 0;
  for (let i = 0; i < 30; i++) {
    const start = cpuMs();
    seen = reader.read().reduce((sum, { stat }) => sum + stat.threadCount, 0);
    counts.push(cpuMs() - start);
    await sleep(20);
  }

  // The loop delay of Node itself is not ours: what the same wait costs without a sampler is taken off.
  const emptyStart = cpuMs();
  await sleep(2000);
  const idleMsPerSecond = (cpuMs() - emptyStart) / 2;

  let wakeUps = 0;
  let longestMs = 0;
  const counting = {
    ...clock,
    after: (delayMs, callback) =>
      clock.after(delayMs, () => {
        wakeUps++;
        const start = cpuMs();
        callback();
        longestMs = Math.max(longestMs, cpuMs() - start);
      }),
  };
  const sampler = createSampler({ files: createFiles(), clock: counting, loadPresets: async () => [] });
  sampler.addWorker(0, forest.pid, 2);
  const start = cpuMs();
  sampler.start();
  await sleep(5000);
  const settled = cpuMs();
  await sleep(seconds * 1000 - 5000);
  const laterMs = cpuMs() - settled - idleMsPerSecond * (seconds - 5);
  const spentMs = cpuMs() - start - idleMsPerSecond * seconds;
  const { windowCount, workers } = sampler.stop();
  process.kill(forest.pid, 'SIGKILL');
  execFileSync('sleep', ['0.5']);
  return {
    tree: name,
    'threads seen': seen,
    'CPU ms per count': median(counts).toFixed(2),
    'CPU on average': `${(spentMs / seconds / 10).toFixed(3)} %`,
    'after 5 s': `${(laterMs / (seconds - 5) / 10).toFixed(3)} %`,
    'longest wake-up': `${longestMs.toFixed(1)} ms`,
    'wake-ups per s': (wakeUps / seconds).toFixed(2),
    windows: windowCount,
    demand: workers.get(0)?.meanDemandCpus?.toFixed(2),
  };
}

const rows = [await measure('asleep', 0), await measure('2 ms of work per s and process', 2)];
console.log(
  `${processes} processes x ${threads} threads, ${seconds} s, Node ${process.version}; targets: at most 2 ms per count, 0.3 % of one CPU`,
);
console.table(rows);
