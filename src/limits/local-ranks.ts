/**
 * How many processes a parallel launcher started side by side on this host, and which of them this is. Pure.
 */
import type { Finding } from '../finding.ts';
import { readCount, readRank, type Environment } from './job-variables.ts';
import { variablesDiffer } from './outer-findings.ts';

export interface LocalRanks {
  /** Processes on this host, at least 2. */
  readonly size: number;
  /** From 0; `null` = unknown. */
  readonly rank: number | null;
  /** The variable that holds the size. */
  readonly source: string;
}

/**
 * Size and rank: Open MPI (and IBM Spectrum, Fujitsu), MPICH's Hydra and Intel MPI, MVAPICH2, HPE Cray PALS, torchrun.
 * Sources: Open MPI FAQ "Running MPI jobs" and its 5.0 manual, MPICH `hydra` in src/pm/hydra/proxy, torch.distributed.run.
 */
const LAUNCHERS: readonly (readonly [size: string, rank: string])[] = [
  ['OMPI_COMM_WORLD_LOCAL_SIZE', 'OMPI_COMM_WORLD_LOCAL_RANK'],
  ['MPI_LOCALNRANKS', 'MPI_LOCALRANKID'],
  ['MV2_COMM_WORLD_LOCAL_SIZE', 'MV2_COMM_WORLD_LOCAL_RANK'],
  ['PALS_LOCAL_SIZE', 'PALS_LOCAL_RANKID'],
  ['LOCAL_WORLD_SIZE', 'LOCAL_RANK'],
];

/** The ranks of this host, or `null` for one alone. Of several launchers that differ the larger size counts. */
export function readLocalRanks(env: Environment): { ranks: LocalRanks | null; findings: Finding[] } {
  const findings: Finding[] = [];
  let ranks: LocalRanks | null = null;
  for (const [source, rankVariable] of LAUNCHERS) {
    const size = readCount(env, source, findings);
    if (size === undefined || size === 1) continue;
    const found: LocalRanks = { size, rank: readRank(env, rankVariable, size, findings), source };
    // Scripts copy the variables of MPI into those of torchrun: then it is one launcher.
    if (ranks !== null && ranks.size !== size)
      findings.push(variablesDiffer([ranks.source, ranks.size], [source, size], 'the larger number counts'));
    if (ranks === null || size > ranks.size) ranks = found;
  }
  return { ranks, findings };
}
