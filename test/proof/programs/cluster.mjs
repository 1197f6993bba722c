// A primary process and N others, each busy for ON ms of each PERIOD ms; they tell the primary when they are done.
// Usage: cluster.mjs SECONDS PROCESSES ON_MS PERIOD_MS
import cluster from 'node:cluster';

const [seconds, count, onMs, periodMs] = process.argv.slice(2).map(Number);
const endMs = performance.now() + seconds * 1000;

if (cluster.isPrimary) {
  const running = Array.from({ length: count }, () => cluster.fork());
  setTimeout(() => running.forEach((worker) => worker.process.kill()), seconds * 1000);
} else {
  setTimeout(() => setInterval(work, periodMs), (periodMs * (cluster.worker.id - 1)) / count);
}

function work() {
  const stopUs = cpuUs() + onMs * 1000;
  let x = 0;
  while (cpuUs() < stopUs && performance.now() < endMs) for (let i = 0; i < 100_000; i++) x += i;
  process.send(String(x));
}

function cpuUs() {
  const { user, system } = process.cpuUsage();
  return user + system;
}
