/**
 * Which CPUs each worker gets for itself (`--pin`). Pure.
 *
 * A worker stays on one NUMA node and package where it fits: memory of another node is slower, and the threads of one
 * worker share their data. Within a node, workers that share a core slow each other down most, so cores are handed out before hardware threads:
 * while there are enough, every thread gets a core of its own; then a worker fills its own cores first, and
 * only what is left over is shared.
 */
import { OneprocpoolError } from '../errors.ts';
import type { CpuLimitsReading } from '../limits/limits.ts';
import { placesOf, spreadWorkers } from './pin-places.ts';

type PinningLimits = Pick<
  CpuLimitsReading,
  'allowedCpus' | 'onlineCpus' | 'quotaCpus' | 'coreGroups' | 'numaNodes' | 'packages' | 'scheduler' | 'launcher'
>;

/**
 * CPUs by worker index, ascending, disjoint, as many as the worker has threads. Throws UNSUPPORTED when there
 * are no CPUs of our own to give: only a quota or a number told by a variable, unknown, or fewer than threads.
 */
export function planPinning(limits: PinningLimits, threads: readonly number[]): number[][] {
  const allowed = ownCpus(limits);
  const wanted = threads.reduce((sum, share) => sum + share, 0);
  if (wanted > allowed.length) {
    throw refusal(`as many CPUs as threads for \`--pin\`, got ${allowed.length} CPUs for ${wanted} threads`, {
      hint: 'start fewer workers, give each fewer `--threads`, or leave out `--pin`',
    });
  }
  // An unknown topology: each CPU counts as a core.
  const cores = limits.coreGroups.length > 0 ? limits.coreGroups : allowed.map((cpu) => [cpu]);
  return assignByPlace(limits, cores, threads).map((cpus) => cpus.sort((a, b) => a - b));
}

/** The NUMA nodes of CPUs, ascending; `undefined` where there is one only, or none is told. */
export function nodesOf(
  cpus: readonly number[],
  { numaNodes }: Pick<CpuLimitsReading, 'numaNodes'>,
): number[] | undefined {
  return numaNodes?.filter((each) => each.cpus.some((cpu) => cpus.includes(cpu))).map(({ node }) => node);
}

/** CPUs that nobody else is told to use, as far as we can know. */
function ownCpus({ allowedCpus, onlineCpus, quotaCpus, scheduler, launcher }: PinningLimits): readonly number[] {
  if (allowedCpus === null) {
    throw refusal('the list of allowed CPUs for `--pin`, found none', {
      hint: 'it is in /proc/self/status; leave out `--pin` where there is no /proc',
    });
  }
  const isNarrowed = onlineCpus !== null && allowedCpus.length < onlineCpus;
  if (quotaCpus !== null && quotaCpus < allowedCpus.length && !isNarrowed) {
    throw refusal(`CPUs of our own for \`--pin\`, found only a quota: ${quotaCpus} of ${allowedCpus.length} CPUs`, {
      hint: 'a quota is time on any CPU, which others use too; give CPUs with a cpuset (`docker run --cpuset-cpus`) or `taskset`',
    });
  }
  if (launcher !== undefined && launcher.cpus < allowedCpus.length) {
    throw refusal(`CPUs of our own for \`--pin\`, found ${launcher.localSize} ranks on the same CPUs`, {
      hint: 'bind each rank to its CPUs in the launcher: `mpirun --bind-to core`, `srun --cpu-bind=cores`',
    });
  }
  if (scheduler !== undefined && scheduler.cpus < allowedCpus.length && !isNarrowed) {
    throw refusal(`CPUs of our own for \`--pin\`, found only a number from ${scheduler.source}: ${scheduler.cpus}`, {
      hint: 'other jobs may use the same CPUs; let the scheduler bind the job, or leave out `--pin`',
    });
  }
  return allowedCpus;
}

function refusal(expectedAndFound: string, options: { hint: string }): OneprocpoolError {
  return new OneprocpoolError('UNSUPPORTED', `Expected ${expectedAndFound}`, options);
}

function assignByPlace(
  { numaNodes = [], packages = [] }: PinningLimits,
  cores: readonly (readonly number[])[],
  threads: readonly number[],
): number[][] {
  const places = placesOf({ cores, nodes: numaNodes.map(({ cpus }) => cpus), packages });
  const total = threads.reduce((sum, share) => sum + share, 0);
  // With a core for each thread a place is full when its cores are taken.
  const room = places.map((place) => (total <= cores.length ? place.cores.length : place.cores.flat().length));
  const parts = spreadWorkers(places, room, threads);
  const cpus = threads.map((): number[] => []);
  places.forEach((place, index) => {
    const counts = parts.map((part) => part.get(index) ?? 0);
    assignCpus(place.cores, counts).forEach((assigned, worker) => cpus[worker]?.push(...assigned));
  });
  return cpus;
}

function assignCpus(cores: readonly (readonly number[])[], threads: readonly number[]): number[][] {
  const owned = threads.map((): (readonly number[])[] => []);
  const free = [...cores];
  const take = (worker: number): void => {
    const core = free.shift();
    if (core !== undefined) owned[worker]?.push(core);
  };
  const total = threads.reduce((sum, share) => sum + share, 0);
  const isSpacious = total <= cores.length;
  threads.forEach((share, worker) => {
    const capacity = (): number => (isSpacious ? owned[worker]?.length : owned[worker]?.flat().length) ?? 0;
    while (free.length > 0 && capacity() < share) take(worker);
  });
  // Cores that are left go to those who would otherwise fill hardware threads, in turns.
  for (let given = -1; given !== 0 && free.length > 0;) {
    const crowded = threads.flatMap((share, worker) => ((owned[worker]?.length ?? 0) < share ? [worker] : []));
    given = crowded.length;
    crowded.forEach(take);
  }
  const assigned = threads.map((share, worker) => byTurns(owned[worker] ?? []).slice(0, share));
  const used = new Set(assigned.flat());
  const unused = byTurns(cores).filter((cpu) => !used.has(cpu));
  return assigned.map((cpus, worker) => [...cpus, ...unused.splice(0, (threads[worker] ?? 0) - cpus.length)]);
}

/** The first hardware thread of every core, then the second of every core, and so on. */
function byTurns(cores: readonly (readonly number[])[]): number[] {
  const most = Math.max(0, ...cores.map((core) => core.length));
  return Array.from({ length: most }, (_, turn) => cores.flatMap((core) => core.slice(turn, turn + 1))).flat();
}
