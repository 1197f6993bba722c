/** What the plan gives a worker, and what the exported sh file gives its command, for the same host and options. */
import { spawnSync } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { renderShEntrypoint, type ShEntrypointInput } from '../../src/export/sh-entrypoint.ts';
import { createFiles } from '../../src/host/files.ts';
import { chooseBudget } from '../../src/limits/cpu-budget.ts';
import { readCpuLimits } from '../../src/limits/cpu-limits.ts';
import { createPlan } from '../../src/plan/create-plan.ts';
import { loadControls } from '../../src/presets/load-presets.ts';
import { selectPresets } from '../../src/presets/select-presets.ts';
import { applied } from './overlay.ts';

export interface GoldenOptions extends Partial<Omit<ShEntrypointInput, 'controls' | 'knownControls'>> {
  readonly with?: readonly string[];
  readonly without?: readonly string[];
}

export interface GoldenCase {
  /** For messages. */
  readonly name: string;
  /** Directory that holds `proc` and `sys`. */
  readonly root: string;
  readonly env: Readonly<Record<string, string>>;
  readonly options: GoldenOptions;
}

/** Variables that shells add to every environment. */
const ADDED_BY_SHELLS = new Set(['PWD', 'OLDPWD', 'SHLVL', '_', 'PATH', 'A__z']);
/** Read by the test build of the script only. */
const ROOT_VARIABLE = 'OPP_TEST_ROOT';

export function shInput(options: GoldenOptions): ShEntrypointInput {
  const { with: added = [], without = [], ...given } = options;
  const knownControls = loadControls();
  return {
    madeBy: 'oneprocpool export sh',
    version: '0.0.0-test',
    cpus: null,
    reserve: null,
    rounding: 'floor',
    physical: false,
    workers: 1,
    threads: null,
    uniform: false,
    strict: false,
    outer: 'auto',
    pool: 'libraries',
    inherit: 'cap',
    userEnv: {},
    extraControls: {},
    ...given,
    knownControls,
    controls: selectPresets(knownControls, { only: null, with: added, without }),
  };
}

/** The environment that the plan makes; in `ofIndex` that of one worker, else the share that every worker has. */
export function plannedEnvironment({ root, env, options }: GoldenCase): Record<string, string> {
  const input = shInput(options);
  const reading = readCpuLimits(createFiles(root), {
    env,
    fallbackCpuCount: null,
    ignoreOuter: input.outer === 'ignore',
  });
  const userCpus = env['ONEPROCPOOL_CPUS'] === undefined ? input.cpus : Number(env['ONEPROCPOOL_CPUS']);
  const { budget, findings } = chooseBudget(reading, { ...input, userCpus });
  const plan = createPlan({
    limits: reading,
    budget,
    budgetFindings: findings,
    controls: input.controls,
    knownControls: input.knownControls,
    current: env,
    options: input,
    resolvedOptions: {},
  });
  const index = env['ONEPROCPOOL_THREADS'] === undefined ? Number(env['ONEPROCPOOL_WORKER_INDEX'] ?? NaN) : NaN;
  const worker = plan.workers[index] ?? plan.workers.at(-1)!;
  const planned = applied(env, { overlay: worker.env, findings: [] });
  // Without an index of its own a copy cannot say which worker it is.
  if (plan.workers.length > 1 && worker !== plan.workers[index]) {
    delete planned['ONEPROCPOOL_WORKER_INDEX'];
    if (env['ONEPROCPOOL_WORKER_INDEX'] !== undefined)
      planned['ONEPROCPOOL_WORKER_INDEX'] = env['ONEPROCPOOL_WORKER_INDEX'];
  }
  return withoutNoise(planned);
}

/** Runs the exported file for every case in `shell`; the environment that `env` then sees, or its message. */
export function exportedEnvironments(
  cases: readonly GoldenCase[],
  shell: readonly string[],
): (Record<string, string> | string)[] {
  const directory = mkdtempSync(join(tmpdir(), 'oneprocpool-sh-'));
  try {
    const scripts = new Map<string, string>();
    const lines = cases.map(({ root, env, options }) => {
      const key = JSON.stringify(options);
      const script = scripts.get(key) ?? join(directory, `${scripts.size}.sh`);
      if (!scripts.has(key))
        writeFileSync(script, renderShEntrypoint({ ...shInput(options), root: `$${ROOT_VARIABLE}` }));
      scripts.set(key, script);
      const words = Object.entries({ ...env, [ROOT_VARIABLE]: root }).map(([name, value]) => quote(`${name}=${value}`));
      return `env -i ${words.join(' ')} ${shell.join(' ')} ${script} /usr/bin/env -0 2>&1; printf '\\0\\1\\0'`;
    });
    const driver = join(directory, 'driver');
    writeFileSync(driver, `${lines.join('\n')}\n`);
    chmodSync(driver, 0o755);
    const { stdout } = spawnSync('dash', [driver], { encoding: 'utf8', maxBuffer: 1 << 30 });
    return stdout.split('\0\u0001\0').slice(0, cases.length).map(parseEnvironment);
  } finally {
    rmSync(directory, { recursive: true });
  }
}

function parseEnvironment(text: string): Record<string, string> | string {
  if (!text.endsWith('\0')) return text;
  const pairs = text
    .slice(0, -1)
    .split('\0')
    .map((pair) => [pair.slice(0, pair.indexOf('=')), pair.slice(pair.indexOf('=') + 1)]);
  return withoutNoise(Object.fromEntries(pairs) as Record<string, string>);
}

function withoutNoise(env: Readonly<Record<string, string>>): Record<string, string> {
  const entries = Object.entries(env).filter(([name]) => !ADDED_BY_SHELLS.has(name) && name !== ROOT_VARIABLE);
  return Object.fromEntries(entries.sort(([a], [b]) => (a < b ? -1 : 1)));
}

function quote(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}
