// How long oneprocpool takes before the command runs, beside an empty Node script and other launchers.
// Usage: node bench/start-up.mjs [--rounds N] [--json]
//
// hyperfine finishes one command before it starts the next, so that a neighbour on the machine can hit one of
// them only. Here each round starts every command once, in an order that changes from round to round, and the
// figure is the median of the differences within a round. With --hyperfine the same commands run there too.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { cleanEnvironment, describeMachine, median, quantile, table } from './rounds.mjs';

const words = process.argv.slice(2);
const rounds = words.includes('--rounds') ? Number(words[words.indexOf('--rounds') + 1]) : 60;
const root = new URL('..', import.meta.url).pathname;
const program = join(root, 'bin/oneprocpool');
const directory = mkdtempSync(join(tmpdir(), 'oneprocpool-bench-'));
const executable = join(root, `dist-binary/oneprocpool-linux-${process.arch}`);
const empty = join(directory, 'empty.cjs');
writeFileSync(empty, '');
const env = cleanEnvironment();

const BASE = 'node empty.cjs';
/** `targetMs` is the most that the command may take above the empty script, `ownTargetMs` altogether. */
const COMMANDS = [
  { name: 'true', argv: ['true'] },
  { name: 'tini -s -- true', argv: ['tini', '-s', '--', 'true'] },
  { name: BASE, argv: [process.execPath, empty] },
  { name: 'oneprocpool --exec -- true', argv: [program, '--exec', '--', 'true'], targetMs: 8 },
  { name: 'oneprocpool -- true', argv: [program, '--', 'true'], targetMs: 40 },
  { name: 'oneprocpool -w 2 -- true', argv: [program, '-w', '2', '--', 'true'] },
  { name: 'oneprocpool plan', argv: [program, 'plan'] },
  { name: 'executable --exec -- true', argv: [executable, '--exec', '--', 'true'], ownTargetMs: 10 },
  { name: 'executable -- true', argv: [executable, '--', 'true'], ownTargetMs: 25 },
].filter(({ name, argv }) => {
  const { status, error } = start(argv);
  if (status !== 0) console.error(`left out: ${name}: ${error?.code ?? `exit status ${status}`}`);
  return status === 0;
});

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
const results = COMMANDS.map(({ name, targetMs, ownTargetMs }) => {
  const own = times.get(name);
  const differences = own.map((ms, round) => ms - base[round]);
  return {
    name,
    medianMs: median(own),
    aboveMs: median(differences),
    lowMs: quantile(differences, 0.25),
    highMs: quantile(differences, 0.75),
    targetMs,
    ownTargetMs,
  };
});
if (words.includes('--json')) console.log(JSON.stringify({ machine: describeMachine(), rounds, results }, null, 2));
else {
  const ms = (value) => value.toFixed(1);
  console.log(`Start-up, ${rounds} interleaved rounds. ${describeMachine()}.\n`);
  console.log(
    table([
      ['command', 'median ms', `above ${BASE} (quartiles), ms`, 'target ms', ''],
      ...results.map(({ name, medianMs, aboveMs, lowMs, highMs, targetMs, ownTargetMs }) => [
        name,
        ms(medianMs),
        name === BASE ? '' : `${ms(aboveMs)} (${ms(lowMs)} to ${ms(highMs)})`,
        targetMs === undefined ? (ownTargetMs ?? '') : `+${targetMs}`,
        verdict({ aboveMs, targetMs, medianMs, ownTargetMs }),
      ]),
    ]),
  );
}

function verdict({ aboveMs, targetMs, medianMs, ownTargetMs }) {
  if (targetMs === undefined && ownTargetMs === undefined) return '';
  const isMet = targetMs === undefined ? medianMs <= ownTargetMs : aboveMs <= targetMs;
  return isMet ? 'met' : 'missed';
}

if (words.includes('--hyperfine')) {
  const quoted = COMMANDS.map(({ argv }) => argv.map((word) => `'${word}'`).join(' '));
  spawnSync('hyperfine', ['-N', '--warmup', '3', '--runs', String(rounds), ...quoted], {
    env,
    cwd: directory,
    stdio: 'inherit',
  });
}
rmSync(directory, { recursive: true });
