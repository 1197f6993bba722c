// One run of a workload, measured twice: by the product's report and by the independent sampler.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const SAMPLER = 'tools/conformance/sample_demand.py';
/** Selected alone, a preset that touches no library of the suite: the product measures and sets nothing. */
export const SETS_NOTHING = ['--preset', 'julia'];

/**
 * `{ independent, product, productMean, threads, version, outcome, findings, failure }`; demands in CPUs, `null` when
 * not measured. `independent`: mean of the steady part; `product`: highest mean over a window, start-up included;
 * `productMean`: mean of the whole run.
 * `threads`: 1, 2, ... with every variable written; `unset`: measured by the product, but nothing set.
 */
export function measure(product, workload, command, { threads, seconds, cure = false, options }) {
  const folder = mkdtempSync(join(tmpdir(), 'oneprocpool-conformance-'));
  const sampled = join(folder, 'sample.json');
  const report = join(folder, 'report.json');
  const planned =
    threads === 'unset'
      ? ['--threads', '2', ...SETS_NOTHING]
      : ['--threads', String(threads), '--pool', 'libraries', ...planOptions(workload, threads)];
  const under = [product, '--quiet', '--no-config', ...(options ?? planned), '--report', report, '--', ...command];
  const env = {
    ...cleanEnvironment(),
    CONFORMANCE_SECONDS: String(seconds),
    ...(cure ? { CONFORMANCE_CURE: String(threads) } : {}),
  };
  const run = spawnSync('python3', [SAMPLER, '--out', sampled, '--timeout', '120', '--', ...under], {
    encoding: 'utf8',
    env,
    maxBuffer: 1 << 26,
  });
  const sample = existsSync(sampled) ? JSON.parse(readFileSync(sampled, 'utf8')) : {};
  const told = existsSync(report) ? JSON.parse(readFileSync(report, 'utf8')) : undefined;
  rmSync(folder, { recursive: true, force: true });
  const worker = told?.workers[0];
  const ended = sample.status === 0 && sample.demand !== null;
  return {
    independent: sample.demand ?? null,
    product: worker?.peakDemandCpus ?? null,
    productMean: worker?.meanDemandCpus ?? null,
    threads: sample.peakThreads ?? null,
    version: sample.version ?? null,
    output: sample.output ?? [],
    outcome: told?.verdict.outcome ?? null,
    findings: told?.findings ?? [],
    failure: ended ? undefined : `status ${sample.status}, no steady work: ${run.stderr.trim().slice(-600)}`,
  };
}

function planOptions(workload, threads) {
  return [
    ...workload.with.flatMap((id) => ['--with', id]),
    ...workload.force.flatMap((pair) => ['--env', pair.replaceAll('{threads}', String(threads))]),
  ];
}

/** The environment without anything that a preset knows: only the product may set it. */
function cleanEnvironment() {
  const known = new Set();
  for (const name of readdirSync('presets').filter((entry) => entry.endsWith('.json'))) {
    const preset = JSON.parse(readFileSync(join('presets', name), 'utf8'));
    for (const { variable } of [...preset.set, ...preset.unset]) known.add(variable);
  }
  return Object.fromEntries(
    Object.entries(process.env).filter(([name]) => !known.has(name) && !name.startsWith('ONEPROCPOOL_')),
  );
}
