// Runs one setup in one way and says what it needed and what the product thought of it.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { programOf } from './setups.mjs';
import { measureTree } from './tree-demand.mjs';

const PRODUCT = process.env.ONEPROCPOOL_BIN ?? 'bin/oneprocpool';
const LARGER_MACHINE = 'test/fixtures/hosts/kubernetes-v2-limit-2';

/** What `measureTree` says, with `outcome` and `findings` of the product's proof (`null` when it did not run). */
export async function runSetup(setup, way, { python, threads, tasks, size, options = [] }) {
  const env = {
    ...cleanEnvironment(),
    POOLS_TASKS: String(tasks),
    ...(size === undefined ? {} : { POOLS_SIZE: String(size) }),
  };
  const program = programOf(setup, python);
  if (way === 'bare') return { ...(await measureTree(program, env)), outcome: null, findings: [] };
  if (way === 'auto-narrow') {
    const narrow = { ...env, ...variablesOf('auto', LARGER_MACHINE, threads) };
    return { ...(await measureTree(program, narrow)), outcome: null, findings: [] };
  }
  const folder = mkdtempSync(join(tmpdir(), 'oneprocpool-pools-'));
  const report = join(folder, 'report.json');
  const own = ['--quiet', '--no-config', '--pool', way, '--threads', String(threads), '--report', report];
  const measured = await measureTree([PRODUCT, ...own, ...(setup.options ?? []), ...options, '--', ...program], env);
  const { verdict, findings } = JSON.parse(readFileSync(report, 'utf8'));
  rmSync(folder, { recursive: true, force: true });
  return { ...measured, outcome: verdict.outcome, findings };
}

/** The variables that a worker with so many threads would get on the machine below `root`. */
export function variablesOf(pool, root, threads) {
  const args = ['env', '--no-config', '--pool', pool, '--threads', String(threads), '--root', root, '--format', 'json'];
  const { status, stdout, stderr } = spawnSync(PRODUCT, args, { env: cleanEnvironment(), encoding: 'utf8' });
  if (status !== 0) throw new Error(stderr);
  return JSON.parse(stdout).set ?? JSON.parse(stdout);
}

/** The environment without anything that a preset knows. */
function cleanEnvironment() {
  const presets = readdirSync('presets').filter((name) => name.endsWith('.json'));
  const known = presets.flatMap((name) => {
    const { set, unset } = JSON.parse(readFileSync(join('presets', name), 'utf8'));
    return [...set, ...unset].map(({ variable }) => variable);
  });
  const isOurs = (name) => [known.includes(name), name.startsWith('ONEPROCPOOL_')].includes(true);
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !isOurs(name)));
}
