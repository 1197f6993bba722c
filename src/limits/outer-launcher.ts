/**
 * What those around a process say about its share of the CPUs, in environment variables: an outer oneprocpool, a batch
 * scheduler, a parallel launcher. Uses a `FilePort` for the lists of hosts that some schedulers write.
 */
import type { Finding } from '../finding.ts';
import type { FilePort } from '../host/ports.ts';
import { evenShare } from './even-share.ts';
import { parseCount, type Environment } from './job-variables.ts';
import type { LauncherLimit, OuterLimit, SchedulerLimit } from './limits.ts';
import { readLocalRanks, type LocalRanks } from './local-ranks.ts';
import { localSiblings, outerLimitInvalid, ranksAboveCpus } from './outer-findings.ts';
import { SHARE_READERS, type SchedulerShare } from './scheduler-share.ts';
import { readSlurmRanks, readSlurmShare } from './slurm.ts';

/** An outer oneprocpool sets it for each worker. */
const OUTER_VARIABLE = 'ONEPROCPOOL_THREADS';

export interface OuterContext {
  readonly files: FilePort;
  readonly env: Environment;
  readonly quotaCpus: number | null;
  /** CPUs of the affinity mask; `null` = unknown. */
  readonly allowed: number | null;
  /** CPUs that are online on the machine; `null` = unknown. */
  readonly online: number | null;
  /** CPUs of the job's cpuset, asked for only where local ranks share them; `null` = unknown. */
  readonly readCpuset: () => number | null;
}

export interface OuterReading {
  readonly outer: OuterLimit | null;
  readonly scheduler?: SchedulerLimit;
  readonly launcher?: LauncherLimit;
  readonly findings: readonly Finding[];
}

/**
 * All three; where an outer oneprocpool set the share, nothing else divides. Empty counts as unset; a value that
 * cannot be is a finding and ignored.
 */
export function readOuterLimits(context: OuterContext): OuterReading {
  const { env } = context;
  const text = env[OUTER_VARIABLE] ?? '';
  const threads = parseCount(text.trim());
  if (threads !== undefined) return { outer: { cpus: threads, source: OUTER_VARIABLE }, findings: [] };
  const findings = text === '' ? [] : [outerLimitInvalid(OUTER_VARIABLE, text)];
  const { ranks: launched, findings: rankFindings } = readLocalRanks(env);
  findings.push(...rankFindings);
  const ranks = isSlurmStep(env, launched) ? null : launched;
  const visibleCpus = ranks === null ? null : sharedByRanks(context);
  const shareContext = { ...context, ranks, visibleCpus, findings };
  const shares = [
    readSlurmShare(env, ranks, findings),
    ...SHARE_READERS.map((readShare) => readShare(shareContext)),
  ].filter((share) => share !== null);
  const scheduler = tightest(shares);
  const siblings = ranks ?? (scheduler === undefined ? readSlurmRanks(env) : null);
  const launcher = siblings === null ? undefined : divideAmong(siblings, shares, context, findings);
  return { outer: null, ...(scheduler && { scheduler }), ...(launcher && { launcher }), findings };
}

/** Scripts copy the variables of a Slurm task into those of torchrun: then it is no launcher inside the task. */
function isSlurmStep(env: Environment, ranks: LocalRanks | null): boolean {
  const tasks = readSlurmRanks(env);
  return ranks !== null && tasks?.size === ranks.size && (ranks.rank ?? tasks.rank) === tasks.rank;
}

function tightest(shares: readonly SchedulerShare[]): SchedulerLimit | undefined {
  const [first, ...others] = shares;
  if (first === undefined) return undefined;
  const { scheduler, cpus, source } = others.reduce((best, share) => (share.cpus < best.cpus ? share : best), first);
  return { scheduler, cpus, source };
}

/** What the kernel lets all ranks use together. A mask can be wider than the list of online CPUs (lxcfs). */
function sharedByRanks({ allowed, online, readCpuset }: OuterContext): number | null {
  const known = readCpuset() ?? online ?? allowed;
  return known === null || allowed === null ? known : Math.max(known, allowed);
}

function divideAmong(
  { size, rank, source }: LocalRanks,
  shares: readonly SchedulerShare[],
  context: OuterContext,
  findings: Finding[],
): LauncherLimit | undefined {
  const common = [
    sharedByRanks(context),
    context.quotaCpus,
    ...shares.flatMap(({ cpus, isOfAllRanks }) => (isOfAllRanks ? [cpus] : [])),
  ].filter((cpus) => cpus !== null);
  if (common.length === 0) {
    findings.push(localSiblings(source, size));
    return undefined;
  }
  const sharedCpus = Math.min(...common);
  if (sharedCpus < size) findings.push(ranksAboveCpus(source, size, sharedCpus));
  return { cpus: evenShare(sharedCpus, size, rank), source, localSize: size, localRank: rank, sharedCpus };
}
