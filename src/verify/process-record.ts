/**
 * What the sampler remembers of one process, and how that is summed up in the report. Pure but for
 * `inspect`, which reads through FilePort.
 */
import type { FilePort } from '../host/ports.ts';
import type { LibraryPreset } from '../presets/preset.ts';
import { type Attribution, attributePools, lostVariables } from './attribution.ts';
import { type BurstWatch, createBurstWatch } from './burst-watch.ts';
import { emptySnapshot, NO_DEMAND, type ProcessDemand, type ProcessSnapshot } from './demand.ts';
import type { ProcessEvidence, ProcessMeasurement } from './measurement.ts';
import { parseCommandLine, readCommandLine } from './process-identity.ts';
import type { ProcessStat } from './procfs.ts';
import type { TreeProcess } from './tree-members.ts';

/** Libraries are loaded as a program goes on: look again after this many windows. */
const INSPECT_AFTER_WINDOWS = [1, 2, 5, 15, 60, 300];
/** Demand from which on a process is worth looking into, in CPUs. */
const NOTABLE_CPUS = 0.1;

export interface ProcessRecord {
  readonly key: string;
  readonly pid: number;
  readonly worker: number;
  readonly limitThreads: number;
  readonly bursts: BurstWatch;
  stat: ProcessStat;
  /** `stat` is of the last pass; an idle process of a large tree is not read in each. */
  fresh: boolean;
  /** Start of the current window. */
  snapshot: ProcessSnapshot;
  /** Of the last window. */
  demand: ProcessDemand;
  lastCompleteMs: number;
  windows: number;
  inspections: number;
  command: string;
  peakDemandCpus: number;
  peakThreadCount: number;
  attribution: Attribution | undefined;
  /** Look which libraries are in it as soon as possible. */
  suspect: boolean;
  /** The strongest evidence against it. */
  evidence: Pick<ProcessEvidence, 'kind' | 'demandCpus' | 'windowSeconds' | 'threadCount'> | undefined;
}

export function createRecord(process: TreeProcess, limitThreads: number, windowOpenedMs: number): ProcessRecord {
  return {
    key: process.key,
    pid: process.stat.pid,
    worker: process.worker,
    limitThreads,
    bursts: createBurstWatch(limitThreads),
    stat: process.stat,
    fresh: true,
    snapshot: emptySnapshot(windowOpenedMs),
    demand: NO_DEMAND,
    lastCompleteMs: windowOpenedMs,
    windows: 0,
    inspections: 0,
    command: parseCommandLine(process.stat.name),
    peakDemandCpus: 0,
    peakThreadCount: process.stat.threadCount,
    attribution: undefined,
    suspect: false,
    evidence: undefined,
  };
}

/** Whether now is the time to look which libraries are in it: again only while it is at work, since reading its maps is dear. */
export function wantsInspection(record: ProcessRecord): boolean {
  if (record.suspect) return true;
  const due = INSPECT_AFTER_WINDOWS[record.inspections];
  if (due === undefined || record.windows < due) return false;
  return (record.inspections === 0 ? record.peakDemandCpus : record.demand.cpus) >= NOTABLE_CPUS;
}

/** Looks into the live process; what was known before is kept when it is gone. */
export function inspect(
  files: FilePort,
  record: ProcessRecord,
  presets: readonly LibraryPreset[],
  variables: readonly string[],
): void {
  record.inspections++;
  record.suspect = false;
  record.command = readCommandLine(files, record.pid) ?? parseCommandLine(record.stat.name);
  record.attribution = attributePools(files, record.pid, presets, variables) ?? record.attribution;
}

/** Keeps the evidence with the higher demand; demand over a window beats bursts. */
export function accuse(record: ProcessRecord, evidence: NonNullable<ProcessRecord['evidence']>): void {
  const known = record.evidence;
  if (known?.kind === 'demand' && evidence.kind !== 'demand') return;
  if (known !== undefined && known.kind === evidence.kind && known.demandCpus >= evidence.demandCpus) return;
  // Once is enough, unless it was too early for the library to be there.
  record.suspect ||= known === undefined || !record.attribution?.pools.length;
  record.evidence = evidence;
}

/** Within its share, but with a pool that does not know the limit it was given. */
export function suspicionOf(
  record: ProcessRecord,
  presets: readonly LibraryPreset[],
  given: readonly string[],
): ProcessRecord['evidence'] {
  const { attribution, peakDemandCpus, peakThreadCount } = record;
  if (attribution === undefined || lostVariables(attribution, presets, given).length === 0) return undefined;
  return { kind: 'variables', demandCpus: peakDemandCpus, windowSeconds: 0, threadCount: peakThreadCount };
}

export function evidenceOf(record: ProcessRecord, evidence: NonNullable<ProcessRecord['evidence']>): ProcessEvidence {
  return {
    ...evidence,
    worker: record.worker,
    pid: record.pid,
    command: record.command,
    limitThreads: record.limitThreads,
    pools: record.attribution?.pools ?? [],
    variables: record.attribution?.variables ?? null,
  };
}

export function measurementOf(record: ProcessRecord): ProcessMeasurement {
  return {
    pid: record.pid,
    command: record.command,
    peakDemandCpus: record.peakDemandCpus,
    peakThreadCount: record.peakThreadCount,
    pools: record.attribution?.pools ?? [],
  };
}
