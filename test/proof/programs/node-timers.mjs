// A web-like program: one JavaScript thread, busy for ON ms of each PERIOD ms, with objects that the collector removes.
// Usage: node-timers.mjs SECONDS ON_MS PERIOD_MS
const [seconds, onMs, periodMs] = process.argv.slice(2).map(Number);
const endMs = performance.now() + seconds * 1000;
let kept = [];

function work() {
  const stopUs = process.cpuUsage().user + onMs * 1000;
  while (process.cpuUsage().user < stopUs && performance.now() < endMs) {
    for (let i = 0; i < 2000; i++) kept.push({ i, text: String(i) });
    if (kept.length > 200_000) kept = [];
  }
}

const timer = setInterval(() => (performance.now() < endMs ? work() : clearInterval(timer)), periodMs);
