// Private memory of oneprocpool while it supervises, above that of a bare Node which waits.
// Usage: node bench/memory.mjs [--rounds N] [--workers N]
//
// Private memory is what would be free again if the process ended: Private_Clean + Private_Dirty of
// /proc/PID/smaps_rollup. Pages of the node binary shared with other processes are not in it; the bare Node runs
// at the same time, so that both share the same pages. All run where no config file is found.
import { spawn } from 'node:child_process';
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { tmpdir } from 'node:os';
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
const executable = new URL(`../dist-binary/oneprocpool-linux-${process.arch}`, import.meta.url).pathname;
const EXECUTABLE_TARGET_MIB = 5;
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

/** What is measured, all at the same time; the executable and tini where they are. */
const COMMANDS = {
  bare: [process.execPath, '-e', 'setInterval(() => {}, 1e6)'],
  ours: [program, '-w', String(workers), '--', 'sleep', '60'],
  ...(existsSync(executable) ? { executable: [executable, '-w', String(workers), '--', 'sleep', '60'] } : {}),
  ...(existsSync('/usr/bin/tini') ? { tini: ['/usr/bin/tini', '-s', '--', 'sleep', '60'] } : {}),
};
const seen = Object.fromEntries(Object.keys(COMMANDS).map((name) => [name, []]));
for (let round = 0; round < rounds; round++) {
  const children = Object.entries(COMMANDS).map(([name, [file, ...args]]) => ({
    name,
    child: spawn(file, args, { env, cwd: tmpdir(), stdio: 'ignore' }),
  }));
  // As bare Node and we share the pages of their file, so does the executable with another one.
  const other = existsSync(executable)
    ? spawn(executable, ['--', 'sleep', '60'], { env, cwd: tmpdir(), stdio: 'ignore' })
    : undefined;
  await sleep(SETTLE_MS);
  for (const { name, child } of children) seen[name].push(memoryOf(child.pid));
  const ended = Promise.all(children.map(({ child }) => new Promise((resolve) => child.once('exit', resolve))));
  for (const { name, child } of children) child.kill(name === 'bare' ? 'SIGKILL' : 'SIGTERM');
  await ended;
  other?.kill('SIGTERM');
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
    ...('executable' in seen ? [row(`the executable, the same`, 'executable')] : []),
    ...('tini' in seen ? [row('tini -s -- sleep 60', 'tini')] : []),
  ]),
);
console.log(
  `\nPrivate memory above bare Node: ${above.toFixed(1)} MiB; target at most ${TARGET_MIB} MiB: ${above <= TARGET_MIB ? 'met' : 'missed'}.`,
);
if ('executable' in seen) {
  const own = mib('executable', 'privateMib');
  console.log(
    `Private memory of the executable: ${own.toFixed(1)} MiB; target at most ${EXECUTABLE_TARGET_MIB} MiB: ${own <= EXECUTABLE_TARGET_MIB ? 'met' : 'missed'}.`,
  );
}
