// A program with one JavaScript thread, busy for ON ms of each PERIOD ms, and a little garbage for the collector.
// Usage: node-timers.mjs SECONDS ON_MS PERIOD_MS
const [seconds, onMs, periodMs] = process.argv.slice(2).map(Number);
const endMs = performance.now() + seconds * 1000;
const OBJECTS_KEPT = 1000;
let kept = [];

function work() {
  const stopUs = threadUs() + onMs * 1000;
  let x = 0;
  while (threadUs() < stopUs && performance.now() < endMs) {
    for (let i = 0; i < 200_000; i++) x += i;
    kept.push({ x, text: String(x) });
    if (kept.length > OBJECTS_KEPT) kept = [];
  }
}

/** Of the process where Node.js does not tell it for the thread: the helpers of the collector count too then. */
function threadUs() {
  const { user, system } = (process.threadCpuUsage ?? process.cpuUsage)();
  return user + system;
}

const timer = setInterval(() => (performance.now() < endMs ? work() : clearInterval(timer)), periodMs);
