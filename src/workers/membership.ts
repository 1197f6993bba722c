/**
 * The rule of membership for others: which worker an orphan belongs to, while the run goes on and when it ends.
 * Uses `FilePort` on procfs.
 */
import { createDescendantFinder, type DescendantFinder } from './descendants.ts';
import type { GroupInput } from './group-input.ts';
import { possibleReapers } from './lineage.ts';
import { workerOfMark } from './run-mark.ts';

export interface Membership {
  /** PIDs of those who may be given the orphans of the workers. */
  orphanParents(): Iterable<number>;
  /** Index of the worker that a child of such a parent descends from. `undecided`: it cannot be told yet. */
  workerOf(pid: number): number | 'unrelated' | 'undecided';
}

type MembershipInput = Pick<GroupInput, 'files' | 'ownPid' | 'adopterPid' | 'workers'>;

/** `helpers`: PIDs of what the launcher runs for itself. */
export function createGroupFinder(
  input: Pick<GroupInput, 'files' | 'clock' | 'ownPid' | 'adopterPid' | 'spawner'>,
  mark: string,
  helpers: () => readonly number[],
): DescendantFinder {
  const { adopterPid, ownPid } = input;
  const reap = adopterPid === ownPid ? input.spawner.reap : undefined;
  return createDescendantFinder({
    ...input,
    mark,
    strangers: helpers,
    ...(adopterPid !== null && { heirPid: adopterPid }),
    ...(reap && { reap }),
  });
}

export function createMembership(input: MembershipInput, mark: string, finder: DescendantFinder): Membership {
  const { files, ownPid, adopterPid, workers } = input;
  const [onlyWorker, ...others] = workers;

  /** Without its mark nothing tells several workers apart. */
  function memberOf(pid: number): number | undefined {
    const marked = workerOfMark(files.readText(`/proc/${pid}/environ`) ?? '', mark);
    return marked ?? (others.length === 0 ? onlyWorker?.index : undefined);
  }

  return {
    orphanParents: () => possibleReapers(files, ownPid, adopterPid ?? undefined),
    workerOf(pid) {
      const kinship = finder.kinshipOf(pid);
      if (kinship === 'elusive') return 'undecided';
      return (kinship === 'member' ? memberOf(pid) : undefined) ?? 'unrelated';
    },
  };
}
