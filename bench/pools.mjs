// Both pools: processes x threads, and the time of each program with a pool of its own, by `--pool`.
// Usage: node bench/pools.mjs [OPTION...]       a table of every setup in every way
//   --setup ID     only this setup (repeatable)      --way WAY     only this way (repeatable)
//   --threads K    share of the worker (2)           --tasks N     tasks of a measured round (24)
//   --size N       give the pool its size            --rounds N    rounds, in changing order (3)
//   --no-install   skip what is not installed        --json        the runs, as JSON, one line each
//   --update       write the rows of these setups into the tables of docs/pools.md (all ways, and the sizes for K = 1)
//   --only-sizes   the second of them
import { parseArgs } from 'node:util';
import { prepareGroup } from '../tools/conformance/groups.mjs';
import { sizesTable, updateDocument, waysTable } from './pools/document.mjs';
import { runSetup } from './pools/run-setup.mjs';
import { SETUPS, WAYS } from './pools/setups.mjs';

process.chdir(new URL('..', import.meta.url).pathname);
const flag = { type: 'boolean', default: false };
const text = (fallback) => ({ type: 'string', default: fallback });
const { values: options } = parseArgs({
  options: {
    setup: { type: 'string', multiple: true, default: SETUPS.map(({ id }) => id) },
    way: { type: 'string', multiple: true, default: WAYS },
    threads: text('2'),
    tasks: text('24'),
    rounds: text('3'),
    size: { type: 'string' },
    'no-install': flag,
    json: flag,
    update: flag,
    'only-sizes': flag,
  },
});

const unknown = [
  ...options.setup.filter((id) => !SETUPS.some((setup) => setup.id === id)),
  ...options.way.filter((way) => !WAYS.includes(way)),
];
if (unknown.length > 0)
  fail(`unknown: ${unknown.join(', ')}; known: ${SETUPS.map(({ id }) => id).join(', ')}, ${WAYS.join(', ')}`);

const tasks = Number(options.tasks);
const results = options['only-sizes']
  ? []
  : await measureAll(options.way, Number(options.threads), Number(options.rounds), tasks);
if (options.json) for (const result of results) console.log(JSON.stringify(result));
else if (results.length > 0) console.log(waysTable(results));
if (options.update) {
  // Long enough for the proof to tell the work from the start of a pool.
  const sizes = await measureAll(['app'], 1, 1, 4 * tasks);
  console.log(sizesTable(sizes));
  updateDocument(results, sizes);
}
// A program that fails has measured nothing.
process.exit(results.some(({ status }) => status !== 0) ? 1 : 0);

/** Every way of a setup once per round, so that a busy neighbour meets all of them. */
async function measureAll(ways, threads, rounds, tasks) {
  const found = [];
  for (const setup of SETUPS.filter(({ id }) => options.setup.includes(id))) {
    const { python, reason } = prepareGroup(setup.group, options['no-install'] ? 'check' : 'install');
    if (reason) fail(reason, 3);
    for (let round = 0; round < rounds; round++) {
      for (let index = 0; index < ways.length; index++) {
        const way = ways[(index + round) % ways.length];
        const run = await runSetup(setup, way, { python, threads, tasks, size: options.size });
        found.push({ setup: setup.id, way, round, threads, ...run });
        if (run.status !== 0)
          console.error(`${setup.id} (${way}) ended with ${run.status}: ${run.stderr.trim().slice(-500)}`);
      }
    }
  }
  return found;
}

function fail(message, status = 2) {
  console.error(message);
  process.exit(status);
}
