/**
 * On which parts of a machine the workers of `--pin` are: each on one NUMA node and package where it fits. Pure.
 */

/** Cores that are near each other: on one NUMA node and one package. */
export interface Place {
  readonly packageIndex: number;
  /** Hardware threads of each core. */
  readonly cores: readonly (readonly number[])[];
}

export interface Machine {
  readonly cores: readonly (readonly number[])[];
  /** CPUs by NUMA node; empty when unknown. */
  readonly nodes: readonly (readonly number[])[];
  /** CPUs by package; empty when unknown. */
  readonly packages: readonly (readonly number[])[];
}

/** The places of a machine in the order of their first cores; one when nothing tells nodes and packages. */
export function placesOf({ cores, nodes, packages }: Machine): Place[] {
  const groupOf = (groups: Machine['nodes']): Map<number, number> =>
    new Map(groups.flatMap((cpus, index) => cpus.map((cpu) => [cpu, index] as const)));
  const nodeOf = groupOf(nodes);
  const packageOf = groupOf(packages);
  const places = new Map<string, { packageIndex: number; cores: (readonly number[])[] }>();
  for (const core of cores) {
    const packageIndex = packageOf.get(core[0] ?? -1) ?? 0;
    const key = `${packageIndex} ${nodeOf.get(core[0] ?? -1) ?? 0}`;
    const place = places.get(key) ?? { packageIndex, cores: [] };
    place.cores.push(core);
    places.set(key, place);
  }
  return [...places.values()];
}

/** How many CPUs a worker has on each place, by place index. */
export type Parts = ReadonlyMap<number, number>;

/**
 * The parts of each worker, by worker index. `room`: what each place holds. Workers that fit on one place are put first,
 * largest first; the others get what is left on one package, else anywhere. Together they must fit.
 */
export function spreadWorkers(places: readonly Place[], room: readonly number[], shares: readonly number[]): Parts[] {
  const spread = placeWhole(room, shares, 'most');
  const tight = placeWhole(room, shares, 'least');
  // Spread over the places, workers have more cache and memory to themselves; it may leave gaps where tight does not.
  const { parts, free } = tight.parts.size > spread.parts.size ? tight : spread;
  return shares.map((share, worker) => parts.get(worker) ?? takeScattered(places, free, share));
}

interface Placement {
  readonly parts: Map<number, Parts>;
  /** Room that is left. */
  readonly free: number[];
}

function placeWhole(room: readonly number[], shares: readonly number[], prefer: 'most' | 'least'): Placement {
  const free = [...room];
  const parts = new Map<number, Parts>();
  const largestFirst = shares.map((share, worker) => ({ share, worker })).sort((a, b) => b.share - a.share);
  for (const { share, worker } of largestFirst) {
    const fitting = free.flatMap((left, place) => (left >= share ? [place] : []));
    const sign = prefer === 'most' ? -1 : 1;
    const [best] = fitting.sort((a, b) => sign * ((free[a] ?? 0) - (free[b] ?? 0)) || a - b);
    if (best === undefined) continue;
    free[best] = (free[best] ?? 0) - share;
    parts.set(worker, new Map([[best, share]]));
  }
  return { parts, free };
}

function takeScattered(places: readonly Place[], free: number[], share: number): Parts {
  const all = free.map((_, place) => place);
  const leftOn = (packageIndex: number): number[] =>
    all.filter((place) => places[place]?.packageIndex === packageIndex);
  const sumOf = (indexes: readonly number[]): number => indexes.reduce((sum, place) => sum + (free[place] ?? 0), 0);
  const packages = [...new Set(places.map(({ packageIndex }) => packageIndex))].map(leftOn);
  const near = packages.filter((indexes) => sumOf(indexes) >= share).sort((a, b) => sumOf(a) - sumOf(b))[0] ?? all;
  const parts = new Map<number, number>();
  let missing = share;
  for (const place of near.sort((a, b) => (free[b] ?? 0) - (free[a] ?? 0) || a - b)) {
    const taken = Math.min(missing, free[place] ?? 0);
    if (taken === 0) continue;
    parts.set(place, taken);
    free[place] = (free[place] ?? 0) - taken;
    missing -= taken;
  }
  return parts;
}
