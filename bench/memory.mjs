// Private memory of oneprocpool while it supervises, above that of a bare Node which waits.
// Usage: node bench/memory.mjs [--rounds N] [--workers N]
//
// Private memory is what would be free again if the process ended: Private_Clean + Private_Dirty of
// /proc/PID/smaps_rollup. Pages of the node binary shared with other processes are not in it; the bare Node runs
// at the same time, so that both share the same pages.
import { spawn } from 'node:child_process';
import { readFileSync, readdirSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { cleanEnvironment, describeMachine, median, table } from './rounds.mjs';

const TARGET_MIB = 12;
const SETTLE_MS = 3000;
const option = (name, fallback) => {
  const at = process.argv.indexOf(name);
  return at < 0 ? fallback : Number(process.argv[at + 1]);
};
const rounds = option('--rounds', 5);
const workers = option('--workers', 1);
const program = new URL('../bin/oneprocpool', import.meta.url).pathname;
const env = cleanEnvironment();

function treeOf(pid) {
  const children = readdirSync(`/proc/${pid}/task`).flatMap((tid) =>
    readFileSync(`/proc/${pid}/task/${tid}/children`, 'utf8').split(' ').filter(Boolean).map(Number),
  );
  return [pid, ...children.flatMap(treeOf)];
}

/** In MiB, over all processes of the tree that are not the workers (`sleep`). */
function memoryOf(pid) {
  const own = treeOf(pid).filter((member) => readFileSync(`/proc/${member}/comm`, 'utf8').trim() !== 'sleep');
  const sum = (pattern) =>
    own
      .flatMap((member) => [...readFileSync(`/proc/${member}/smaps_rollup`, 'utf8').matchAll(pattern)])
      .reduce((total, [, kib]) => total + Number(kib) / 1024, 0);
  return {
    privateMib: sum(/^Private_(?:Clean|Dirty): +(\d+) kB/gm),
    rssMib: sum(/^Rss: +(\d+) kB/gm),
    processes: own.length,
  };
}

const seen = { bare: [], ours: [] };
for (let round = 0; round < rounds; round++) {
  const bare = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1e6)'], { env, stdio: 'ignore' });
  const ours = spawn(program, ['-w', String(workers), '--', 'sleep', '60'], { env, stdio: 'ignore' });
  await sleep(SETTLE_MS);
  seen.bare.push(memoryOf(bare.pid));
  seen.ours.push(memoryOf(ours.pid));
  const ended = Promise.all([bare, ours].map((child) => new Promise((resolve) => child.once('exit', resolve))));
  bare.kill('SIGKILL');
  ours.kill('SIGTERM');
  await ended;
}

const mib = (name, key) => median(seen[name].map((values) => values[key]));
const above = median(seen.ours.map(({ privateMib }, round) => privateMib - seen.bare[round].privateMib));
const row = (label, name) => [
  label,
  mib(name, 'privateMib').toFixed(1),
  mib(name, 'rssMib').toFixed(1),
  mib(name, 'processes'),
];
console.log(`Memory after ${SETTLE_MS / 1000} s, median of ${rounds} rounds. ${describeMachine()}.\n`);
console.log(
  table([
    ['process', 'private MiB', 'RSS MiB', 'processes'],
    row("node -e 'setInterval(() => {}, 1e6)'", 'bare'),
    row(`oneprocpool -w ${workers} -- sleep 60`, 'ours'),
  ]),
);
console.log(
  `\nPrivate memory above bare Node: ${above.toFixed(1)} MiB; target at most ${TARGET_MIB} MiB: ${above <= TARGET_MIB ? 'met' : 'missed'}.`,
);
