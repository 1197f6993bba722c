// The set of programs with known truth, and what the product says about them.
// Usage: npm run test:proof [-- OPTION...]
//   --only ID       only this program; ID* for all that begin so (repeatable)
//   --condition C   only this condition (repeatable): quiet, neighbours, quota-0.1, ...; without it quiet and a drawn one
//   --fast          40 programs, each in one condition       --seed N      draws the conditions (1)
//   --repeat N      every run N times (1)                    --out FILE    the results as JSON
//   --list          programs, conditions and truth; runs nothing
//   --truth         bare and measured by an independent sampler, against the construction (quiet machine)
//   --record DIR    bare, and a trace of each for estimates off line: record/traces.mjs
// Fails when an innocent program is accused.
import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { stopCurrent } from './run/child.mjs';
import { CONDITIONS } from './run/conditions.mjs';
import { confusionTable, faultOf } from './run/confusion.mjs';
import { runJudged } from './run/judged.mjs';
import { commandOf } from './run/prepare.mjs';
import { ROWS, selectRuns } from './run/select.mjs';
import { enterCondition } from './run/setting.mjs';

const { values: options } = parseArgs({
  options: {
    only: { type: 'string', multiple: true, default: [] },
    condition: { type: 'string', multiple: true, default: [] },
    fast: { type: 'boolean', default: false },
    seed: { type: 'string', default: '1' },
    repeat: { type: 'string', default: '1' },
    out: { type: 'string' },
    list: { type: 'boolean', default: false },
    truth: { type: 'boolean', default: false },
    record: { type: 'string' },
  },
});
const unknown = options.condition.filter((name) => !CONDITIONS.some((condition) => condition.name === name));
if (unknown.length > 0)
  fail(`unknown condition: ${unknown.join(', ')}; known: ${CONDITIONS.map(({ name }) => name).join(', ')}`);
const wantsQuiet = options.truth && options.condition.length === 0;
const runs = selectRuns({ ...options, conditions: wantsQuiet ? ['quiet'] : options.condition });
if (runs.length === 0) fail(`no program matches; known: ${ROWS.map(({ id }) => id).join(' ')}`);

if (options.list) list();
else await main();

async function main() {
  const bare = [options.truth, options.record !== undefined].includes(true);
  const { runBare } = bare ? await import('./record/bare.mjs') : {};
  const results = [];
  await forEachRun(async (run, command, setting) => {
    const result = bare ? await runBare(run, command, setting, options) : await runJudged(run, command, setting);
    results.push(result);
    console.log(bare ? result.line : lineOf(result));
    if (options.out !== undefined) writeFileSync(options.out, JSON.stringify({ seed: options.seed, results }, null, 1));
  });
  if (bare) process.exit(results.some(({ wrong }) => wrong) ? 1 : 0);
  for (const blind of [false, true]) {
    const part = results.filter((result) => result.blind === blind);
    if (part.length > 0)
      console.log(
        [`\n${blind ? 'Written without knowledge of verify/' : 'Written with verify/'}`, ...confusionTable(part)].join(
          '\n',
        ),
      );
  }
  process.exit(results.some((result) => faultOf(result) === 'false alarm') ? 1 : 0);
}

async function forEachRun(work) {
  const skipped = new Map();
  for (const condition of CONDITIONS) {
    const own = runs.filter((run) => run.condition === condition);
    if (own.length === 0) continue;
    const setting = await enterCondition(condition);
    if (typeof setting === 'string') {
      console.log(`skipped: ${condition.name}: ${setting}`);
      continue;
    }
    const stop = () => {
      stopCurrent();
      void setting.leave().finally(() => process.exit(130));
    };
    process.once('SIGINT', stop).once('SIGTERM', stop);
    try {
      for (let i = 0; i < own.length * Number(options.repeat); i++) {
        const run = own[i % own.length];
        const { command, reason } = commandOf(run.row);
        if (reason) skipped.set(run.row.id, reason);
        else await work(run, command, setting);
      }
    } finally {
      process.off('SIGINT', stop).off('SIGTERM', stop);
      await setting.leave();
    }
  }
  for (const [id, reason] of skipped) console.log(`skipped: ${id}: ${reason}`);
}

function lineOf(result) {
  const { id, condition, label, verdict, truePeak, peak, warnedAt, status } = result;
  const said = warnedAt === null ? '' : `, said after ${warnedAt.toFixed(1)} s`;
  const seen = `${id} (${condition}): ${label} ${truePeak}, judged ${verdict} ${peak?.toFixed(2) ?? '-'}${said}, status ${status}`;
  return `${(faultOf(result) ?? 'ok').padEnd(11)} ${seen}`;
}

function list() {
  for (const { row, condition, truth } of runs) {
    const { label, share, total, mean, peak } = truth;
    console.log(
      `${row.id}\t${condition.name}\tW ${row.workers} k ${row.threads}\t${row.seconds} s\tmean ${mean.toFixed(2)} peak ${peak.toFixed(2)}\t${label} (share ${share}, sum ${total})\t${row.like}`,
    );
  }
  const counts = ['above', 'within', 'grey'].map(
    (label) => `${label} ${runs.filter(({ truth }) => truth.label === label).length}`,
  );
  console.log(`${ROWS.length} programs, ${runs.length} runs: ${counts.join(', ')}`);
}

function fail(message) {
  console.error(message);
  process.exit(2);
}
