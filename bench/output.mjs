// The output path: how fast two workers write through --prefix into a pipe, what the ways around it reach on the
// same machine in the same minute, how much memory a blocked reader costs, and whether every line arrives.
// Usage: node bench/output.mjs [--rounds N] [--mb N]     concurrently is taken from tools/bench when installed there
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, readFileSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { cleanEnvironment, describeMachine, median, quantile, table } from './rounds.mjs';

process.chdir(new URL('..', import.meta.url).pathname);
const { values } = parseArgs({
  options: { rounds: { type: 'string', default: '5' }, mb: { type: 'string', default: '256' } },
});
const rounds = Number(values.rounds);
const megabytes = Number(values.mb);
const PROGRAM = './bin/oneprocpool';
const CONCURRENTLY = 'tools/bench/node_modules/.bin/concurrently';
const env = cleanEnvironment();

// Each worker writes a file of 80-byte lines that lies in memory: the writer itself costs next to nothing.
const file = join(existsSync('/dev/shm') ? '/dev/shm' : tmpdir(), `oneprocpool-bench-${process.pid}`);
const line = `${'0123456789'.repeat(8).slice(1)}\n`;
writeFileSync(file, line.repeat((megabytes * 1e6) / line.length));
const bytes = 2 * statSync(file).size;
process.on('exit', () => spawnSync('rm', ['-f', file]));

const sed = (index) => `cat ${file} | sed 's/^/[${index}] /'`;
const ways = {
  'no prefix (inherit)': `${PROGRAM} -w 2 -- cat ${file}`,
  'oneprocpool --prefix': `${PROGRAM} --prefix -w 2 -- cat ${file}`,
  'sed for each worker': `{ ${sed(0)} & ${sed(1)} & wait; }`,
  ...(existsSync(CONCURRENTLY) && {
    concurrently: `${CONCURRENTLY} --no-color -p '[{index}]' 'cat ${file}' 'cat ${file}'`,
  }),
};

function seconds(script) {
  const start = performance.now();
  const { status } = spawnSync('bash', ['-c', `set -o pipefail; ${script} | cat >/dev/null`], {
    env,
    stdio: 'inherit',
  });
  if (status !== 0) throw new Error(`status ${status}: ${script}`);
  return (performance.now() - start) / 1000;
}

console.log(`${describeMachine()}; 2 workers, ${megabytes} MB each, lines of 80 bytes, ${rounds} rounds\n`);
const speeds = Object.fromEntries(Object.keys(ways).map((name) => [name, []]));
for (let round = 0; round < rounds; round += 1) {
  for (const [name, script] of Object.entries(ways)) speeds[name].push(bytes / 1e6 / seconds(script));
}
const whole = (value) => value.toFixed(0);
console.log(
  table([
    ['into a pipe', 'MB/s median', 'best', 'target'],
    ...Object.entries(speeds).map(([name, values]) => [
      name,
      whole(median(values)),
      whole(quantile(values, 1)),
      name === 'oneprocpool --prefix' ? '250' : '',
    ]),
  ]),
);

const small = `yes ${line.trim()} | head -n 13107`;
function countLines(script) {
  return Number(
    spawnSync('bash', ['-c', `${script} | (sleep 0.5; grep -c 0123456789)`], { env, encoding: 'utf8' }).stdout,
  );
}
const losses = [
  ['2 x 1 MB, exit at once, slow reader', 'lines', 'target'],
  ['oneprocpool --prefix', countLines(`${PROGRAM} --prefix -w 2 -- sh -c '${small}'`), 26_214],
];
if (existsSync(CONCURRENTLY))
  losses.push(['concurrently', countLines(`${CONCURRENTLY} --no-color '${small}' '${small}'`), 26_214]);
console.log(`\n${table(losses)}`);

/** Peak resident memory in MiB of the launcher after its reader took nothing for a while. */
async function blockedMiB() {
  const child = spawn(PROGRAM, ['--prefix', '-w', '2', '--', 'cat', file], {
    env,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  child.stdout.pause();
  await sleep(2500);
  const peak = /^VmHWM:\s+(\d+)/m.exec(readFileSync(`/proc/${child.pid}/status`, 'utf8'))[1] / 1024;
  const open = readdirSync(`/proc/${child.pid}/fd`).length;
  child.kill('SIGTERM');
  await new Promise((resolve) => child.once('exit', resolve));
  return [peak, open];
}
const [peak, open] = await blockedMiB();
console.log(
  `\n${table([
    ['reader blocked for 2.5 s', 'value', 'target'],
    ['peak resident memory, MiB', peak.toFixed(0), 100],
    ['open descriptors', open, ''],
  ])}`,
);
