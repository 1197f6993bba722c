/**
 * Why a process is above its share, as far as its libraries and variables tell, and the cure. Pure.
 */
import type { Pool } from '../plan/plan.ts';
import type { LibraryPreset } from '../presets/preset.ts';
import { lostVariables } from './attribution.ts';
import type { ProcessEvidence } from './measurement.ts';

export interface DiagnosisContext {
  readonly pool: Pool;
  readonly presets: readonly LibraryPreset[];
  /** Controls that the worker was given, with their values. */
  readonly given: Readonly<Record<string, string>>;
}

export interface Diagnosis {
  /** The pools with the variables that were found, for example `OpenBLAS (libopenblas.so.0, OPENBLAS_NUM_THREADS=4)`. */
  readonly pools: readonly string[];
  /** Given, but absent in the process. */
  readonly lost: readonly string[];
  /** Given, but with another value in the process. */
  readonly changed: readonly { readonly variable: string; readonly given: string; readonly found: string }[];
  /** Libraries without any variable. */
  readonly uncontrolled: readonly LibraryPreset[];
  /** What to do, the most likely cause first. */
  readonly cures: readonly string[];
}

const MAX_SHOWN = 4;

export function shorten(items: readonly string[], more = 'more'): string {
  const rest = items.length - MAX_SHOWN;
  return items.slice(0, MAX_SHOWN).join(', ') + (rest > 0 ? ` and ${rest} ${more}` : '');
}

function describePool(
  preset: LibraryPreset | undefined,
  evidence: string,
  variables: ProcessEvidence['variables'],
): string {
  const counts = preset?.set.filter(({ value }) => value.includes('{threads')) ?? [];
  const controls = counts.map(({ variable }) => variable);
  const values = controls.map((variable) => {
    const value = variables === null ? undefined : variables[variable];
    return value === undefined ? `${variable} unknown` : value === null ? `${variable} absent` : `${variable}=${value}`;
  });
  const facts = preset?.set.length === 0 ? ['no variable bounds it'] : values;
  return `${preset?.name ?? 'unknown'} (${[evidence, ...facts].join(', ')})`;
}

/** The option that leaves one of two pools; `app` is not asked for it. */
export function onePool(pool: Pool): string {
  const frameworks = 'or `--pool auto`, when joblib, dask.distributed or Ray starts the processes';
  return `run it with \`--pool app\`${pool === 'libraries' ? ` (${frameworks})` : ''}`;
}

function remainingCure(evidence: ProcessEvidence, context: DiagnosisContext, known: readonly LibraryPreset[]): string {
  const k = evidence.limitThreads;
  const own = `give the program's own thread pool (n_jobs, max_workers, --threads, ...) at most ${k}`;
  if (known.length === 0) return `no known library is in it, so these are its own threads: ${own}`;
  if (k === 1 && context.pool !== 'app') {
    return `its libraries are bounded to 1, so the application runs a pool beside them: ${own}, or start fewer workers with \`--pool app\``;
  }
  if (context.pool === 'app') return `its libraries are bounded, so the application's pool is too large: ${own}`;
  return `its libraries are bounded, so the application runs a pool beside them: ${onePool(context.pool)}`;
}

export function diagnose(evidence: ProcessEvidence, context: DiagnosisContext): Diagnosis {
  const presetOf = (id: string): LibraryPreset | undefined => context.presets.find((preset) => preset.id === id);
  const known = evidence.pools.flatMap(({ presetId }) => presetOf(presetId) ?? []);
  const pools = evidence.pools.map((pool) => describePool(presetOf(pool.presetId), pool.evidence, evidence.variables));
  const given = Object.keys(context.given);
  const lost = lostVariables(evidence, context.presets, given);
  const allAbsent =
    evidence.variables !== null && given.length > 0 && given.every((name) => evidence.variables?.[name] === null);
  if (lost.length === 0 && allAbsent) lost.push(...given.sort());
  const controls = new Set(known.flatMap(({ set }) => set.map(({ variable }) => variable)));
  const changed = given.flatMap((variable) => {
    const found = evidence.variables?.[variable];
    const before = context.given[variable] ?? '';
    return controls.has(variable) && typeof found === 'string' && found !== before
      ? [{ variable, given: before, found }]
      : [];
  });
  const uncontrolled = known.filter(({ tier, set }) => tier === 'no-control' || set.length === 0);
  const optional = known.filter(
    ({ tier, set }) => tier === 'on-demand' && !set.some(({ variable }) => given.includes(variable)),
  );

  const cures: string[] = [];
  if (lost.length > 0) {
    cures.push(
      `keep what was removed on the way (env -i, sudo, su -, ssh, ...), for example with ` +
        `\`sudo --preserve-env=${lost.slice(0, MAX_SHOWN).join(',')}\`, or start oneprocpool inside`,
    );
  }
  for (const { variable, given: before, found } of changed) {
    cures.push(`${variable} was given as ${before} but is ${found} in the process: find what sets it on the way`);
  }
  for (const { name, cure } of uncontrolled.slice(0, MAX_SHOWN))
    cures.push(`${name} has no variable: ${cure ?? 'limit it in code'}`);
  for (const { id, name } of optional) cures.push(`${name} is not bounded by default: add \`--with ${id}\``);
  if (cures.length === 0) cures.push(remainingCure(evidence, context, known));
  // Where the variable is right and still more ran, only code helps: the API of the library may have raised it.
  if (lost.length === 0 && changed.length === 0) {
    const coded = new Set(known.flatMap(({ cure, set }) => (cure !== undefined && set.length > 0 ? [cure] : [])));
    if (coded.size > 0) cures.push(`in code: ${shorten([...coded])}`);
  }
  return { pools, lost, changed, uncontrolled, cures };
}
