// Waits for the machine to be idle. Demand counts a thread that waits for a CPU: a pool thread always runs or
// waits, whatever else goes on, but a helper that wakes for a moment waits long when others use the CPUs
// (the parent of joblib looks every 10 ms: 0.02 CPUs on an idle machine, 0.3 at a load of 10 on two CPUs).
import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';

const IDLE_SHARE = 0.8;
const LONGEST_WAIT_SECONDS = 90;

export async function waitUntilQuiet() {
  const end = performance.now() + LONGEST_WAIT_SECONDS * 1000;
  let before = cpuTimes();
  while (performance.now() < end) {
    await sleep(2000);
    const now = cpuTimes();
    if ((now.idle - before.idle) / (now.total - before.total) >= IDLE_SHARE) return;
    before = now;
  }
}

/** Clock ticks since the start of the machine. Source: man 5 proc, /proc/stat. */
function cpuTimes() {
  const ticks = readFileSync('/proc/stat', 'utf8').split('\n')[0].split(/ +/).slice(1).map(Number);
  return { idle: ticks[3] + ticks[4], total: ticks.slice(0, 8).reduce((sum, value) => sum + value, 0) };
}
