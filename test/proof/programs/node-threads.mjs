// N worker threads that are busy all the time. Usage: node-threads.mjs SECONDS N
import { isMainThread, Worker, workerData } from 'node:worker_threads';

if (isMainThread) {
  const [seconds, count] = process.argv.slice(2).map(Number);
  for (let i = 0; i < count; i++) startWorker(seconds);
} else {
  const endMs = performance.now() + workerData * 1000;
  let x = 0;
  while (performance.now() < endMs) for (let i = 0; i < 100_000; i++) x += i;
  if (x < 0) process.exitCode = 1;
}

function startWorker(seconds) {
  return new Worker(new URL(import.meta.url), { workerData: seconds });
}
