/**
 * Why a process is above its share, decided by the threads that were busy: a library that is merely mapped, and whose
 * bound holds, is no cause. Data, no sentences. Pure.
 */
import type { Pool } from '../plan/plan.ts';
import type { LibraryPreset } from '../presets/preset.ts';
import { lostVariables } from './attribution.ts';
import { matchesGlob } from './glob.ts';
import { isInterpreter, ownLimitOf } from './known-programs.ts';
import type { ProcessEvidence } from './measurement.ts';

export interface CauseContext {
  readonly pool: Pool;
  readonly presets: readonly LibraryPreset[];
  /** Controls that the worker was given, with their values. */
  readonly given: Readonly<Record<string, string>>;
}

export type Cause =
  /** Given, but absent in the process. */
  | { readonly kind: 'removed'; readonly variables: readonly string[] }
  | { readonly kind: 'changed'; readonly variable: string; readonly given: string; readonly found: string }
  /** A preset that is not in the run bounds it; `option` adds it. */
  | { readonly kind: 'preset'; readonly name: string; readonly option: readonly string[] }
  /** Only its own interface bounds it. */
  | { readonly kind: 'in-code'; readonly name: string; readonly advice: string | undefined }
  | { readonly kind: 'program-option'; readonly program: string; readonly option: string }
  /** An OpenMP program that sets its number of threads itself. */
  | { readonly kind: 'openmp' }
  /** Threads of the program beside those of its libraries. */
  | { readonly kind: 'two-pools' }
  | { readonly kind: 'own-threads' };

const OPENMP_RUNTIMES: readonly string[] = ['libgomp', 'libomp'];
/** Libraries that compute with OpenMP: in an interpreter others may have loaded the runtime and not use it. */
const OPENMP_LIBRARIES: readonly string[] = ['torch', 'sklearn', 'lightgbm', 'xgboost', 'faiss', 'ctranslate2'];
/** Runtimes that size everything by the CPUs they see, whatever their threads are called. */
const RUNTIMES: readonly string[] = ['jvm', 'dotnet', 'go'];

/** The option that puts a preset into the run; where it would write nothing for so few threads, the variable itself. */
function optionFor({ id, set }: LibraryPreset, threads: number): readonly string[] {
  const [first] = set;
  return first?.when?.minThreads !== undefined && first.when.minThreads > threads
    ? ['--env', `${first.variable}=${threads}`]
    : ['--with', id];
}

export function causeOf(evidence: ProcessEvidence, context: CauseContext): Cause {
  const { limitThreads: k, variables, pools, busyThreads } = evidence;
  const given = Object.keys(context.given);
  const lost = lostVariables(evidence, context.presets, given);
  const allAbsent = variables !== null && given.length > 0 && given.every((name) => variables[name] === null);
  if (lost.length > 0 || allAbsent) return { kind: 'removed', variables: lost.length > 0 ? lost : given.sort() };

  const known = context.presets.filter(({ id }) => pools.some(({ presetId }) => presetId === id));
  for (const { variable } of known.flatMap(({ set }) => set)) {
    const [before, found] = [context.given[variable], variables?.[variable]];
    if (before !== undefined && typeof found === 'string' && found !== before)
      return { kind: 'changed', variable, given: before, found };
  }

  const isGiven = ({ set }: LibraryPreset): boolean => set.some(({ variable }) => given.includes(variable));
  const isLoose = (preset: LibraryPreset): boolean =>
    (preset.tier === 'on-demand' || preset.tier === 'never-alone') && preset.set.length > 0 && !isGiven(preset);
  const isUncontrolled = ({ tier, set }: LibraryPreset): boolean => tier === 'no-control' || set.length === 0;
  const inCode = ({ name, cure }: LibraryPreset): Cause => ({ kind: 'in-code', name, advice: cure });
  const withPreset = (preset: LibraryPreset): Cause => ({
    kind: 'preset',
    name: preset.name,
    option: optionFor(preset, k),
  });

  const busyNames = Object.entries(busyThreads.byName);
  const namedCount = ({ detect }: LibraryPreset): number =>
    busyNames
      .filter(
        ([name]) => name !== busyThreads.processName && detect.threadNames.some((glob) => matchesGlob(glob, name)),
      )
      .reduce((sum, [, count]) => sum + count, 0);
  const isMapped = ({ id }: LibraryPreset): boolean =>
    pools.some(({ presetId, evidence: file }) => presetId === id && busyThreads.byName[file] === undefined);
  // Of a runtime and those that are built on it: a library that is there by its file, else the runtime itself.
  const rank = (preset: LibraryPreset): number => (isMapped(preset) ? 0 : preset.tier === 'never-alone' ? 1 : 2);
  const named = known.filter((preset) => namedCount(preset) > 0).sort((a, b) => rank(a) - rank(b));
  const namedLoose = named.find(isLoose);
  if (namedLoose !== undefined) return withPreset(namedLoose);
  const beyond = named.find((preset) => isUncontrolled(preset) || namedCount(preset) > k + 1);
  if (beyond !== undefined) return inCode(beyond);

  const runtime = known.find((preset) => RUNTIMES.includes(preset.id) && isLoose(preset));
  if (runtime !== undefined) return withPreset(runtime);
  const option = ownLimitOf(evidence.command, k);
  if (option !== undefined) return { kind: 'program-option', ...option };

  // Threads that somebody has given a name are not those of the libraries below, which give them none.
  const busyCount = busyNames.reduce((sum, [, count]) => sum + count, 0);
  const unnamedCount = busyThreads.byName[busyThreads.processName] ?? 0;
  if (busyCount > 0 && unnamedCount <= 1) return { kind: 'own-threads' };
  const unbounded = known.find(
    (preset) => isMapped(preset) && preset.detect.threadNames.length === 0 && isLoose(preset),
  );
  if (unbounded !== undefined) return withPreset(unbounded);
  const uncontrolled = known.find((preset) => isMapped(preset) && isUncontrolled(preset));
  if (uncontrolled !== undefined) return inCode(uncontrolled);

  const hasOpenmp = known.some(({ id }) => OPENMP_RUNTIMES.includes(id));
  const mayPoolTwice = k > 1 && context.pool !== 'app' && known.some(({ tier }) => tier === 'default');
  const usesOpenmp = !isInterpreter(evidence.command) || known.some(({ id }) => OPENMP_LIBRARIES.includes(id));
  if (hasOpenmp && usesOpenmp && !(mayPoolTwice && isInterpreter(evidence.command))) return { kind: 'openmp' };
  // Beside libraries that keep to k threads, k threads of the program make no more than this many.
  const most = hasOpenmp ? k * k : 2 * k - 1;
  if (mayPoolTwice && busyCount <= most) return { kind: 'two-pools' };
  return { kind: 'own-threads' };
}
