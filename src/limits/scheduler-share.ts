/**
 * The share that a batch scheduler tells a process in variables, one function for each scheduler but Slurm.
 * A variable counts only beside the one that marks a job. Uses a `FilePort` for lists of hosts and slots.
 */
import type { Finding } from '../finding.ts';
import type { FilePort } from '../host/ports.ts';
import { MAX_CPUS } from './cpu-list.ts';
import { parseCount, readCount, type Environment } from './job-variables.ts';
import type { LocalRanks } from './local-ranks.ts';
import { sharePerRank, shareUnknown, variablesDiffer } from './outer-findings.ts';

export interface SchedulerShare {
  readonly scheduler: string;
  /** Whole CPUs on this host, at least 1. */
  readonly cpus: number;
  /** Variables it comes from. */
  readonly source: string;
  /** All local ranks of a launcher share it; else it is the part of each. */
  readonly isOfAllRanks: boolean;
}

export interface ShareContext {
  readonly files: FilePort;
  readonly env: Environment;
  readonly ranks: LocalRanks | null;
  /** CPUs that the local ranks share as far as the kernel tells; `null` = unknown. */
  readonly visibleCpus: number | null;
  readonly findings: Finding[];
}

function isSet(env: Environment, name: string): boolean {
  return (env[name] ?? '') !== '';
}

/** Slots by host, in order; `null` when a number is malformed. */
function slotsByHost(
  pairs: readonly (readonly [string | undefined, string | undefined])[],
): Map<string, number> | null {
  const slots = new Map<string, number>();
  for (const [host, text] of pairs) {
    const count = parseCount(text);
    if (host === undefined || count === undefined) return null;
    slots.set(host, (slots.get(host) ?? 0) + count);
  }
  return slots;
}

/** The slots of this host, by full or short name; `undefined` when it is not in the list. */
function ownSlots(files: FilePort, slots: ReadonlyMap<string, number>): number | undefined {
  const short = (name: string): string => name.split('.')[0] ?? '';
  const own = files.readText('/proc/sys/kernel/hostname')?.trim() ?? '';
  const matches = [...slots].filter(([host]) => host === own || short(host) === short(own));
  return own === '' ? undefined : matches[0]?.[1];
}

/** The number of `variable` on one host; on several, this host's part of the list, or a finding. */
function localPart(
  { files, findings }: ShareContext,
  total: { variable: string; slots: number },
  list: { variable: string; slots: ReadonlyMap<string, number> | null; hostCount: number },
): { cpus: number; source: string } | null {
  const hosts = list.slots?.size ?? list.hostCount;
  if (hosts <= 1) return { cpus: total.slots, source: total.variable };
  const own = list.slots === null ? undefined : ownSlots(files, list.slots);
  if (own !== undefined) return { cpus: Math.min(own, MAX_CPUS), source: list.variable };
  findings.push(shareUnknown(total.variable, total.slots, hosts));
  return null;
}

/**
 * Grid Engine (Sun, Univa, Son of): NSLOTS counts the slots of all hosts, PE_HOSTFILE has a line for each.
 * Source: qsub(1) and sge_pe(5) of Son of Grid Engine 8.1.9, "ENVIRONMENTAL VARIABLES".
 */
function readGridEngineShare(context: ShareContext): SchedulerShare | null {
  const { env, files, findings } = context;
  if (!isSet(env, 'JOB_ID')) return null;
  const slots = readCount(env, 'NSLOTS', findings);
  if (slots === undefined) return null;
  const text = isSet(env, 'PE_HOSTFILE') ? files.readText(env['PE_HOSTFILE'] ?? '') : undefined;
  const pairs = text
    ?.split('\n')
    .map((line) => line.trim().split(/[ \t]+/))
    .filter(([host]) => host !== '')
    .map(([host, count]) => [host, count] as const);
  const list = pairs === undefined || pairs.length === 0 ? null : slotsByHost(pairs);
  const hostCount = readCount(env, 'NHOSTS', findings) ?? 1;
  const part = localPart(context, { variable: 'NSLOTS', slots }, { variable: 'PE_HOSTFILE', slots: list, hostCount });
  return part && { scheduler: 'Grid Engine', ...part, isOfAllRanks: true };
}

/**
 * LSF: LSB_DJOB_NUMPROC counts the slots of all hosts, LSB_MCPU_HOSTS has a pair for each. Where LSF binds the job
 * (`affinity[...]`, LSB_BIND_CPU_LIST), a slot may be several cores, and the affinity mask tells.
 * Source: IBM Spectrum LSF 10.1.0, "Environment variables set for job execution".
 */
function readLsfShare(context: ShareContext): SchedulerShare | null {
  const { env, findings } = context;
  if (!isSet(env, 'LSB_JOBID') || isSet(env, 'LSB_BIND_CPU_LIST')) return null;
  const slots = readCount(env, 'LSB_DJOB_NUMPROC', findings);
  if (slots === undefined) return null;
  const words = (name: string): string[] => (env[name] ?? '').split(/[ \t\n]+/).filter((word) => word !== '');
  const pairs = words('LSB_MCPU_HOSTS');
  const [variable, list] =
    pairs.length > 0
      ? ['LSB_MCPU_HOSTS', pairs.flatMap((host, at) => (at % 2 === 0 ? [[host, pairs[at + 1]] as const] : []))]
      : ['LSB_HOSTS', words('LSB_HOSTS').map((host) => [host, '1'] as const)];
  const part = localPart(
    context,
    { variable: 'LSB_DJOB_NUMPROC', slots },
    { variable, slots: slotsByHost(list), hostCount: list.length },
  );
  return part && { scheduler: 'LSF', ...part, isOfAllRanks: true };
}

/**
 * PBS: TORQUE writes the slots of a node to PBS_NUM_PPN; OpenPBS and PBS Professional write `ompthreads` of the chunk
 * to NCPUS, which is its `ncpus` by default. So NCPUS is the part of one rank where ompthreads was requested, and else
 * that of all; it cannot be that of one when the ranks would need more CPUs than there are.
 * Source: pbs_resources(7B) of OpenPBS 23.06, "ompthreads"; set_job and start_process in src/resmom/start_exec.c.
 */
function readPbsShare({ env, ranks, visibleCpus, findings }: ShareContext): SchedulerShare | null {
  if (!isSet(env, 'PBS_JOBID')) return null;
  const ncpus = readCount(env, 'NCPUS', findings);
  const ppn = readCount(env, 'PBS_NUM_PPN', findings);
  const scheduler = 'PBS';
  if (ncpus !== undefined && ppn !== undefined && ncpus !== ppn)
    findings.push(variablesDiffer(['NCPUS', ncpus], ['PBS_NUM_PPN', ppn], 'the smaller number counts'));
  if (ppn !== undefined && ppn <= (ncpus ?? ppn))
    return { scheduler, cpus: ppn, source: 'PBS_NUM_PPN', isOfAllRanks: true };
  const source = ncpus === undefined ? 'OMPTHREADS' : 'NCPUS';
  const cpus = ncpus ?? readCount(env, source, findings);
  if (cpus === undefined) return null;
  const isOfAllRanks = ranks === null || cpus * ranks.size > (visibleCpus ?? 0);
  if (!isOfAllRanks && cpus > 1 && cpus * ranks.size !== visibleCpus)
    findings.push(sharePerRank(source, cpus, ranks.size));
  return { scheduler, cpus, source, isOfAllRanks };
}

/** PJM of Fujitsu's Technical Computing Suite: the cores of a virtual node; a job of whole nodes has no such variable. */
function readPjmShare({ env, findings }: ShareContext): SchedulerShare | null {
  const cpus = isSet(env, 'PJM_JOBID') ? readCount(env, 'PJM_VNODE_CORE', findings) : undefined;
  return cpus === undefined ? null : { scheduler: 'PJM', cpus, source: 'PJM_VNODE_CORE', isOfAllRanks: true };
}

/** STARTER_NUM_THREADS_ENV_VARS of HTCondor; those first that jobs seldom set themselves. */
const HTCONDOR_VARIABLES = [
  'CUBACORES',
  'ROOT_MAX_THREADS',
  'TF_LOOP_PARALLEL_ITERATIONS',
  'TF_NUM_THREADS',
  'OMP_NUM_THREADS',
];

/**
 * HTCondor: the slot's ad tells its Cpus, and the starter writes them to the variables of libraries.
 * Source: HTCondor 24.0 manual, "Environment variables" and STARTER_NUM_THREADS_ENV_VARS.
 */
function readHtcondorShare({ env, files }: ShareContext): SchedulerShare | null {
  if (!isSet(env, '_CONDOR_SLOT')) return null;
  const ad = isSet(env, '_CONDOR_MACHINE_AD') ? files.readText(env['_CONDOR_MACHINE_AD'] ?? '') : undefined;
  const ofSlot = parseCount(/^[ \t]*Cpus[ \t]+=[ \t]+(\d+)[ \t]*$/im.exec(ad ?? '')?.[1]);
  const named = { scheduler: 'HTCondor', isOfAllRanks: true } as const;
  if (ofSlot !== undefined) return { ...named, cpus: ofSlot, source: '_CONDOR_MACHINE_AD' };
  for (const source of HTCONDOR_VARIABLES) {
    const cpus = parseCount(env[source]);
    if (cpus !== undefined) return { ...named, cpus, source };
  }
  return null;
}

/** In no order: of several the smallest counts. */
export const SHARE_READERS = [
  readGridEngineShare,
  readLsfShare,
  readPbsShare,
  readPjmShare,
  readHtcondorShare,
] as const;
