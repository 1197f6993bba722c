// How long the exported sh file takes before the command runs, beside the command alone.
// Usage: node bench/sh-entrypoint.mjs [--rounds N] [--json]
//
// Each round starts every command once, in an order that changes from round to round; the figure is the median of the
// differences within a round, as in bench/start-up.mjs.
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { cleanEnvironment, describeMachine, median, quantile, table } from './rounds.mjs';

const words = process.argv.slice(2);
const rounds = words.includes('--rounds') ? Number(words[words.indexOf('--rounds') + 1]) : 200;
const program = new URL('../bin/oneprocpool', import.meta.url).pathname;
const directory = mkdtempSync(join(tmpdir(), 'oneprocpool-bench-'));
const env = cleanEnvironment();
const TARGET_MS = 3;

function script(name, ...options) {
  const path = join(directory, name);
  writeFileSync(path, execFileSync(program, ['export', 'sh', ...options], { env }));
  return path;
}
const plain = script('plain.sh');
const physical = script('physical.sh', '--physical');
const BASE = 'true';
const COMMANDS = [
  { name: BASE, argv: ['true'] },
  { name: 'dash', argv: ['dash', plain, 'true'], targetMs: TARGET_MS },
  { name: 'dash, --physical', argv: ['dash', physical, 'true'] },
  { name: 'busybox sh', argv: ['busybox', 'sh', plain, 'true'] },
  { name: 'bash', argv: ['bash', plain, 'true'] },
  { name: 'ksh93', argv: ['ksh93', plain, 'true'] },
].filter(({ argv }) => start(argv).status === 0);

function start(argv) {
  return spawnSync(argv[0], argv.slice(1), { env, cwd: directory, stdio: 'ignore' });
}

const times = new Map(COMMANDS.map(({ name }) => [name, []]));
for (let round = 0; round < rounds + 3; round++) {
  const shift = round % COMMANDS.length;
  for (const { name, argv } of [...COMMANDS.slice(shift), ...COMMANDS.slice(0, shift)]) {
    const startedAt = performance.now();
    start(argv);
    // The first rounds fill the caches.
    if (round >= 3) times.get(name).push(performance.now() - startedAt);
  }
}

const base = times.get(BASE);
const results = COMMANDS.map(({ name, targetMs }) => {
  const own = times.get(name);
  const differences = own.map((ms, round) => ms - base[round]);
  const [lowMs, highMs] = [0.25, 0.75].map((fraction) => quantile(differences, fraction));
  return { name, medianMs: median(own), aboveMs: median(differences), lowMs, highMs, targetMs };
});
const bytesOf = (path) => readFileSync(path).length;
const sizes = `mountinfo ${bytesOf('/proc/self/mountinfo')} bytes, file ${bytesOf(plain)} bytes`;
if (words.includes('--json'))
  console.log(JSON.stringify({ machine: describeMachine(), sizes, rounds, results }, null, 2));
else {
  const ms = (value) => value.toFixed(1);
  console.log(`Exported sh file, ${rounds} interleaved rounds. ${describeMachine()}; ${sizes}.\n`);
  console.log(
    table([
      ['command', 'median ms', `above ${BASE} (quartiles), ms`, 'target ms', ''],
      ...results.map(({ name, medianMs, aboveMs, lowMs, highMs, targetMs }) => [
        name,
        ms(medianMs),
        name === BASE ? '' : `${ms(aboveMs)} (${ms(lowMs)} to ${ms(highMs)})`,
        targetMs === undefined ? '' : `+${targetMs}`,
        targetMs === undefined ? '' : aboveMs <= targetMs ? 'met' : 'missed',
      ]),
    ]),
  );
}
rmSync(directory, { recursive: true });
