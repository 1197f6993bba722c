/**
 * The programs of the experiment for machines without NumPy, run by Node.js. Text only.
 */

/**
 * The library is esbuild, whose Go runtime has a pool of its own: `workload.mjs MODE JOBS POOL PROGRAM FILE...`.
 * One job is one run of esbuild over all the files. It lives beside the files, and writes below its directory.
 */
export const ESBUILD_PROGRAM = `
import { fileURLToPath } from 'node:url';
import { Worker, isMainThread, workerData } from 'node:worker_threads';

const self = fileURLToPath(import.meta.url);
const { spawn, spawnSync } = process.getBuiltinModule('child_process');
const [mode, jobs, poolSize, program, ...files] = process.argv.slice(2);
const pool = Math.min(Number(poolSize), Number(process.env.ONEPROCPOOL_CPUS || poolSize));

function work(count, who) {
  const args = [...files, '--bundle', '--minify', '--log-level=error', '--outdir=' + self + '.out-' + who];
  for (let job = 0; job < count; job += 1) {
    const { status } = spawnSync(program, args, { stdio: ['ignore', 'ignore', 'inherit'] });
    if (status !== 0) throw new Error('esbuild failed');
  }
}
const share = (part) => Math.floor((jobs * (part + 1)) / pool) - Math.floor((jobs * part) / pool);

if (!isMainThread) work(share(workerData), workerData);
else if (mode.startsWith('part-')) work(share(Number(mode.slice(5))), mode);
else {
  console.log(JSON.stringify({ pid: process.pid }));
  for (let part = 0; mode !== 'one' && part < pool; part += 1) {
    if (mode === 'threads') new Worker(new URL(import.meta.url), { argv: process.argv.slice(2), workerData: part });
    else spawn(process.execPath, [self, 'part-' + part, ...process.argv.slice(3)], { stdio: 'inherit' });
  }
  if (mode === 'one') work(Number(jobs), 0);
}
`.trimStart();

/**
 * The library is Node's own crypto, whose work runs on the pool of libuv: `workload.mjs MODE JOBS POOL`. The
 * threads of one process share one libuv pool, so there is no setup with threads.
 */
export const LIBUV_PROGRAM = `
import { pbkdf2 } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const self = fileURLToPath(import.meta.url);
const { spawn } = process.getBuiltinModule('child_process');
const [mode, jobs, poolSize] = process.argv.slice(2);
const pool = Math.min(Number(poolSize), Number(process.env.ONEPROCPOOL_CPUS || poolSize));
const derive = promisify(pbkdf2);

async function work(count) {
  for (let left = count; left > 0; left -= 8) {
    const batch = Array.from({ length: Math.min(8, left) }, () => derive('word', 'salt', 20000, 64, 'sha512'));
    await Promise.all(batch);
  }
}
const share = (part) => Math.floor((jobs * (part + 1)) / pool) - Math.floor((jobs * part) / pool);

if (mode.startsWith('part-')) await work(share(Number(mode.slice(5))));
else {
  console.log(JSON.stringify({ pid: process.pid }));
  if (mode === 'one') await work(Number(jobs));
  else for (let part = 0; part < pool; part += 1) {
    spawn(process.execPath, [self, 'part-' + part, ...process.argv.slice(3)], { stdio: 'inherit' });
  }
}
`.trimStart();

/** A JavaScript module of about 160 kB for esbuild to read and shrink; the same text every time. */
export function sourceForEsbuild(): string {
  const functions = Array.from(
    { length: 600 },
    (_, n) =>
      `export function work${n}(first, second) { const total = first.value + ${n} * second.value; ` +
      `if (total > ${n * 7}) { for (let index = 0; index < total; index++) { ` +
      `second.items.push({ name: "item " + index, value: first.value * index }) } } ` +
      `return second.items.filter((entry) => entry.value > ${n}).map((entry) => entry.name) }`,
  );
  return `${functions.join('\n')}\n`;
}
