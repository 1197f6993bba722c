// Proves each preset on the real library: runs a workload with k = 1 and 2 and measures how many threads are busy.
// Usage: npm run test:conformance [-- OPTION...]
//   --only ID        only the workload or preset ID (repeatable)
//   --fast           only the fast subset
//   --list           show the workloads, run nothing
//   --no-install     skip what is not installed
//   --install-only   install, run nothing
//   --python GROUP   print the Python of an installed group (for other tests), run nothing
//   --soft           only the variables that rank below those of frameworks (tools/conformance/soft.mjs)
//   --update         measure unset, 1, 2 and 3, write presets/VERIFIED.md and the `verified` parts of the presets
import { spawnSync } from 'node:child_process';
import { availableParallelism, cpus, release } from 'node:os';
import { parseArgs } from 'node:util';
import { SETUPS } from '../bench/pools/setups.mjs';
import { cell, updateDocument, updateSoftLimits, writeDocument } from '../tools/conformance/document.mjs';
import { prepareGroup } from '../tools/conformance/groups.mjs';
import { judge } from '../tools/conformance/judge.mjs';
import { SETS_NOTHING, measure } from '../tools/conformance/measure.mjs';
import { commandOf } from '../tools/conformance/programs.mjs';
import { waitUntilQuiet } from '../tools/conformance/quiet.mjs';
import { SOFT_LIMITS, softRow } from '../tools/conformance/soft.mjs';
import { recordedVersions, updatePresets, versionOf } from '../tools/conformance/verified.mjs';
import { listWorkloads } from '../tools/conformance/workload.mjs';

process.chdir(new URL('..', import.meta.url).pathname);
const flag = { type: 'boolean', default: false };
const { values: options } = parseArgs({
  options: {
    python: { type: 'string' },
    only: { type: 'string', multiple: true, default: [] },
    fast: flag,
    list: flag,
    'no-install': flag,
    'install-only': flag,
    update: flag,
    soft: flag,
  },
});
if (options.python !== undefined) {
  const { python, reason } = prepareGroup(options.python, 'check');
  if (reason) fail(reason);
  console.log(python);
  process.exit(0);
}
const PRODUCT = process.env.ONEPROCPOOL_BIN ?? 'bin/oneprocpool';
const SECONDS = options.update ? 3 : 2.5;
/** Controls that do nothing. The suite that calls them good would call anything good. */
const SELF_TESTS = [
  { id: 'opencv-debian', setting: 'TBB_NUM_THREADS=1' },
  { id: 'debian-openblas-openmp', setting: 'OPENBLAS_NUM_THREADS=1' },
];

const all = listWorkloads();
const isWanted = ({ id, presetId, fast }) => {
  if (options.only.length > 0) return options.only.some((name) => name === id || name === presetId);
  if (options.soft) return SOFT_LIMITS.some((each) => each.id === id);
  return options.fast ? fast : true;
};
const wanted = all.filter(isWanted);
if (wanted.length === 0) fail(`no workload matches: ${options.only.join(', ')}`);
if (options.list) {
  for (const { id, presetId, group, expect, fast } of wanted)
    console.log(`${id}\t${presetId}\t${group}\t${expect}${fast ? '\tfast' : ''}`);
  process.exit(0);
}

const groups = new Map();
// The whole suite ends with the pools, which need Ray besides.
const users = wanted.length === all.length ? [...wanted, ...SETUPS] : wanted;
for (const name of new Set(users.map(({ group }) => group))) {
  const startedAt = performance.now();
  groups.set(name, prepareGroup(name, options['no-install'] ? 'check' : 'install'));
  const seconds = (performance.now() - startedAt) / 1000;
  if (seconds > 5) console.log(`installed ${name} in ${seconds.toFixed(0)} s`);
}
if (options['install-only']) process.exit([...groups.values()].some(({ reason }) => reason) ? 1 : 0);

const date = new Date().toISOString().slice(0, 10);
const results = [];
const skipped = [];
for (const workload of options.soft ? [] : wanted) {
  const prepared = groups.get(workload.group);
  const built = prepared.reason ? prepared : commandOf(workload, prepared);
  if (built.reason) {
    skipped.push({ library: workload.library, reason: built.reason, failed: built.failed === true });
    console.log(`${built.failed ? 'FAIL' : 'skip'} ${workload.id}: ${built.reason}`);
    continue;
  }
  const result = await prove(workload, built.command);
  results.push({ ...result, workload, date, command: built.command });
  say(result.broken.length === 0, workload, result);
}
const selfTests = SELF_TESTS.flatMap(runSelfTest);
const isWholeUpdate = options.update && wanted.length === all.length;
const softLimits = options.soft || isWholeUpdate ? SOFT_LIMITS.flatMap(measureSoftLimit) : [];

if (options.update) {
  const fine = results.filter(({ broken }) => broken.length === 0);
  const partial = !isWholeUpdate;
  updatePresets(fine, partial);
  if (options.soft) updateSoftLimits(softLimits);
  else if (partial) updateDocument(fine);
  else writeDocument(fine, skipped, selfTests, softLimits, machine());
}
const passed =
  results.filter(({ broken }) => broken.length === 0).length + selfTests.filter(({ broken }) => broken).length;
const notInstalled = skipped.filter(({ failed }) => failed).length;
const failures = results.length + selfTests.length - passed + notInstalled;
console.log(`${passed} passed, ${failures} failed, ${skipped.length - notInstalled} skipped`);
// The whole suite has the application's pools too; they are tests, because there is nothing to record in a preset.
const isWhole = process.argv.length === 2;
const pools = isWhole
  ? spawnSync(process.execPath, ['scripts/test.mjs', 'test/conformance/pools'], { stdio: 'inherit' }).status
  : 0;
process.exit(failures > 0 || pools !== 0 ? 1 : 0);

/** Measures a workload as its kind asks; when a rule is broken, once more, twice as long, on a quiet machine. */
async function prove(workload, command) {
  const first = measureAll(workload, command, SECONDS);
  if (first.broken.length === 0) return first;
  await waitUntilQuiet();
  return { ...measureAll(workload, command, 2 * SECONDS), repeated: true };
}

function measureAll(workload, command, shortest) {
  const runs = {};
  // The mean of the whole run counts there: the steady part must outweigh the start of the processes.
  const seconds = workload.side === 'application' ? 2 * shortest : shortest;
  for (const threads of ['unset', '1', '2', ...(options.update ? ['3'] : [])])
    runs[threads] = measure(PRODUCT, workload, command, { threads, seconds });
  if (workload.expect === 'no-control' && workload.cure)
    runs.cure = measure(PRODUCT, workload, command, { threads: '1', seconds, cure: true });
  return { runs, broken: judge(workload, runs, availableParallelism()) };
}

/** Alone, and where a framework has set 1; nothing to judge: the table says what is so. */
function measureSoftLimit({ id, soft, hard }) {
  const workload = all.find((each) => each.id === id);
  const prepared = groups.get(workload.group);
  const { command } = prepared.reason ? {} : commandOf(workload, prepared);
  if (!command) return [];
  const run = (...settings) =>
    measure(PRODUCT, workload, command, {
      threads: '2',
      seconds: SECONDS,
      options: ['--threads', '2', ...SETS_NOTHING, ...settings.flatMap((setting) => ['--env', setting])],
    });
  const row = { library: workload.library, soft, hard, alone: run(`${soft}=1`), both: run(`${soft}=2`, `${hard}=1`) };
  console.log(`soft ${softRow(row).join('  ')}`);
  return [row];
}

/** The control that does nothing must break the rule for a controlled library. */
function runSelfTest({ id, setting }) {
  const found = results.find(({ workload }) => workload.id === id);
  if (!found) return [];
  const settings = ['--threads', '1', ...SETS_NOTHING, '--env', setting];
  const run = measure(PRODUCT, found.workload, found.command, { threads: '1', seconds: SECONDS, options: settings });
  const broken =
    !run.failure && judge({ expect: 'controlled', serial: true }, { 1: run }, availableParallelism()).length === 2;
  console.log(
    `${broken ? 'ok  ' : 'FAIL'} self-test: ${setting} on ${found.workload.library} must break the rule: ${cell(run)}`,
  );
  return [{ library: found.workload.library, setting, run, broken }];
}

function say(passed, { id, presetId }, { runs, broken, repeated }) {
  const demands = ['unset', '1', '2', '3', 'cure']
    .filter((name) => runs[name])
    .map((name) => `${name}: ${cell(runs[name])}`);
  console.log(
    `${passed ? 'ok  ' : 'FAIL'} ${id.padEnd(24)} ${versionOf(runs)}  ${demands.join('  ')}${repeated ? '  (second try)' : ''}`,
  );
  for (const text of broken) console.log(`     ${text}`);
  const recorded = recordedVersions(presetId);
  if (!passed && recorded.length > 0)
    console.log(`     the preset ${presetId} was verified with ${recorded.join('; ')}`);
}

function machine() {
  return `${availableParallelism()} CPUs (${cpus()[0]?.model ?? 'unknown'}), Linux ${release()}`;
}

function fail(message) {
  console.error(message);
  process.exit(2);
}
