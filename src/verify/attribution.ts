/**
 * Which thread pools are in a process and which values of their controls it was started with: read while
 * the process lives, because nothing is left afterwards. Reads go through FilePort.
 */
import type { FilePort } from '../host/ports.ts';
import type { LibraryPreset } from '../presets/preset.ts';
import { matchesGlob, matchesPath } from './glob.ts';
import type { PoolSighting } from './measurement.ts';
import { readThreadIds } from './procfs.ts';
import { readEnvironment, readMappedFiles } from './process-identity.ts';

/** Threads whose names are read; pools of one library carry one name. */
const MAX_NAMED_THREADS = 64;

export interface Attribution {
  /** Each library once, in the order of the presets. */
  readonly pools: readonly PoolSighting[];
  /** The asked controls in the start-time environment, `null` = absent; `null` when it cannot be read. */
  readonly variables: Readonly<Record<string, string | null>> | null;
}

/** Pools recognised by what is mapped or by thread names; a mapped file is the stronger evidence. */
export function recognisePools(
  presets: readonly LibraryPreset[],
  mappedFiles: readonly string[],
  threadNames: readonly string[],
): PoolSighting[] {
  const sightings: PoolSighting[] = [];
  for (const { id, name, detect } of presets) {
    const file = mappedFiles.find((path) => detect.sonames.some((glob) => matchesPath(glob, path)));
    const evidence =
      file?.slice(file.lastIndexOf('/') + 1) ??
      threadNames.find((thread) => detect.threadNames.some((glob) => matchesGlob(glob, thread)));
    if (evidence !== undefined) sightings.push({ presetId: id, name, evidence });
  }
  return sightings;
}

function readThreadNames(files: FilePort, pid: number): string[] {
  const names = new Set<string>();
  for (const tid of readThreadIds(files, pid).slice(0, MAX_NAMED_THREADS)) {
    const name = files.readText(`/proc/${pid}/task/${tid}/comm`);
    if (name !== undefined) names.add(name.trimEnd());
  }
  return [...names];
}

/**
 * `variables`: the names to look up beside those of the recognised libraries. `undefined` when the process is gone or belongs to somebody else, so
 * that nothing can be said about it.
 */
export function attributePools(
  files: FilePort,
  pid: number,
  presets: readonly LibraryPreset[],
  variables: readonly string[],
): Attribution | undefined {
  const asked = new Set(variables);
  for (const { set, unset } of presets) for (const { variable } of [...set, ...unset]) asked.add(variable);
  // In this order: memory that is still mapped proves that an empty environment was not one of a process that ends.
  const values = readEnvironment(files, pid, asked);
  const mapped = readMappedFiles(files, pid);
  if (mapped === undefined || mapped.length === 0) return undefined;
  const named = presets.some(({ detect }) => detect.threadNames.length > 0);
  const pools = recognisePools(presets, mapped, named ? readThreadNames(files, pid) : []);
  if (values === undefined) return { pools, variables: null };
  const relevant = new Set(variables);
  for (const preset of presets) {
    if (!pools.some(({ presetId }) => presetId === preset.id)) continue;
    for (const { variable } of [...preset.set, ...preset.unset]) relevant.add(variable);
  }
  return { pools, variables: Object.fromEntries(Object.entries(values).filter(([name]) => relevant.has(name))) };
}

/** Variables that were given and bound a pool that was recognised, but are absent in the process; sorted. */
export function lostVariables(
  attribution: Attribution,
  presets: readonly LibraryPreset[],
  given: readonly string[],
): string[] {
  const { pools, variables } = attribution;
  if (variables === null) return [];
  const lost = new Set<string>();
  for (const { presetId } of pools) {
    for (const { variable } of presets.find(({ id }) => id === presetId)?.set ?? []) {
      if (given.includes(variable) && variables[variable] === null) lost.add(variable);
    }
  }
  return [...lost].sort();
}
