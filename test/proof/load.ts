/** The modules of the set, which are plain JavaScript, with the types that the tests need. */
import { join } from 'node:path';
import { PROJECT_ROOT } from '../support/project.ts';

export interface Row {
  readonly id: string;
  readonly command: readonly string[];
  readonly like: string;
  readonly seconds: number;
  readonly workers: number;
  readonly threads: number;
}

export interface Summary {
  readonly mean: number;
  readonly peak: number;
  secondsAt(level: number): number;
}

export interface TraceThread {
  readonly tid: number;
  readonly pid: number;
  readonly state: string;
  readonly runNs: number;
  readonly waitNs: number;
}

export interface Look {
  readonly atMs: number;
  readonly threads: ReadonlyMap<number, TraceThread>;
  readonly processes: ReadonlyMap<number, { readonly state: string; readonly command: string }>;
}

export interface Condition {
  readonly name: string;
}

export interface TruthLabels {
  readonly label: string;
  readonly share: string;
  readonly total: string;
}

const load = async (name: string): Promise<unknown> => import(join(PROJECT_ROOT, 'test/proof', name));

export const loadTruth = async () =>
  (await load('truth/truth.mjs')) as {
    demandOf(row: Pick<Row, 'like' | 'seconds'>, cpus?: number): Summary;
    truthOf(
      row: Pick<Row, 'like' | 'seconds' | 'workers' | 'threads'>,
      budgetCpus: number,
      availableCpus?: number,
    ): TruthLabels;
  };
export const loadShapes = async () => (await load('truth/shapes.mjs')) as { parseGroups(text: string): unknown[] };
export const loadSelection = async () =>
  (await load('run/select.mjs')) as {
    ROWS: readonly Row[];
    selectRuns(options: {
      only: string[];
      conditions: string[];
      fast: boolean;
      seed: string;
    }): { row: Row; condition: Condition; truth: TruthLabels }[];
  };
export const loadConfusion = async () =>
  (await load('run/confusion.mjs')) as {
    faultOf(result: { label: string; verdict: string }): string | undefined;
    confusionTable(results: object[]): string[];
  };
export const loadPrepare = async () => (await load('run/prepare.mjs')) as { buildPath(name: string): string };
export const loadTraces = async () =>
  (await load('record/traces.mjs')) as { openTrace(path: string): { looks(): Iterable<Look> } };
