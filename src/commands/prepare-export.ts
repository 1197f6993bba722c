/**
 * What all exports need: the options, the presets, and on demand a plan for a stated number of CPUs.
 */
import type { Flags } from '../config/flags.ts';
import { OPTION_NAMES, OPTIONS, type OptionName, type OptionValues } from '../config/option-specs.ts';
import { OneprocpoolError } from '../errors.ts';
import type { ShEntrypointInput } from '../export/sh-entrypoint.ts';
import { chooseBudget } from '../limits/cpu-budget.ts';
import type { CpuLimitsReading } from '../limits/limits.ts';
import { createPlan } from '../plan/create-plan.ts';
import type { WorkerPlan } from '../plan/plan.ts';
import { poolOfText } from '../plan/pool.ts';
import { loadControls } from '../presets/load-presets.ts';
import { selectPresets } from '../presets/select-presets.ts';
import { renderEnvironment } from '../report/env-formats.ts';
import { oneLineWord } from '../text/one-line-word.ts';
import type { CommandContext } from './command-context.ts';
import { mergePresets, readOptions, readOwnPresets } from './prepare-plan.ts';

export interface ExportRequest {
  readonly options: OptionValues;
  readonly version: string;
  /** The command line that makes this text again, on one line: it stands in comments. */
  readonly madeBy: string;
  /** Planning flags as they were given, for a command line of oneprocpool inside the export. */
  readonly planningWords: readonly string[];
  readonly sh: ShEntrypointInput;
  /** One worker of the plan for `--cpus`, without what differs between workers. Throws USAGE without --cpus. */
  fixedPlan(): FixedPlan;
}

export interface FixedPlan {
  /** As stated: 1.5. */
  readonly cpus: number;
  readonly workers: number;
  readonly worker: WorkerPlan;
  /** The variables in a format of `oneprocpool env`. */
  format(format: 'sh' | 'systemd'): string;
}

/** What follows from the place where the export was made would be wrong where it is used. */
const NOTHING_KNOWN: CpuLimitsReading = {
  quotaCpus: null,
  cgroupVersion: null,
  quotaSource: null,
  allowedCpus: null,
  physicalCores: null,
  outer: null,
  memoryBytes: null,
  onlineCpus: null,
  coreGroups: [],
  findings: [],
};

/** Options that say where the export goes, not what is in it. */
const ABOUT_THE_EXPORT: readonly OptionName[] = ['file', 'container', 'form', 'image', 'output', 'config'];

export async function prepareExport({ host, flags }: CommandContext, target: string): Promise<ExportRequest> {
  const { resolved, file } = await readOptions(host, flags);
  const options = resolved.values;
  checkImage(options.image);
  const ownPresets = file === undefined ? [] : await readOwnPresets(host, file);
  const knownControls = mergePresets(loadControls(), ownPresets);
  const sh: ShEntrypointInput = {
    version: __ONEPROCPOOL_VERSION__,
    madeBy: ['oneprocpool', 'export', target, ...wordsOf(flags, () => true).map(oneLineWord)].join(' '),
    controls: selectPresets(knownControls, {
      only: options.preset.length === 0 ? null : options.preset,
      with: options.with,
      without: options.without,
    }),
    knownControls,
    extraControls: file?.controls ?? {},
    userEnv: options.env,
    workers: options.workers,
    pool: poolOfText(options.pool, resolved.origins.pool.origin === 'default'),
    inherit: options.inherit,
    cpus: options.cpus,
    reserve: options.reserve,
    rounding: options.round,
    physical: options.physical,
    threads: options.threads,
    uniform: options.uniform,
    strict: options.strict,
    outer: options.outer,
  };
  return {
    options,
    version: sh.version,
    madeBy: sh.madeBy,
    planningWords: wordsOf(flags, (name) => !ABOUT_THE_EXPORT.includes(name)),
    sh,
    fixedPlan: () => planFor(sh, target),
  };
}

/** It goes into the instruction of a Dockerfile, where a blank or a line break would begin something else. */
function checkImage(image: string | null): void {
  if (image === null || /^[\w./:@-]+$/.test(image)) return;
  throw new OneprocpoolError('USAGE', `invalid value ${oneLineWord(image)} for --image: not the name of an image`, {
    hint: 'for example `--image registry.example/oneprocpool:1`',
  });
}

function wordsOf(flags: Flags, isWanted: (name: OptionName) => boolean): string[] {
  return OPTION_NAMES.filter((name) => isWanted(name)).flatMap((name) => {
    const given = flags[name];
    const flag = OPTIONS[name].flag;
    if (given === undefined) return [];
    if (typeof given === 'boolean') return [given ? `--${flag}` : `--no-${flag}`];
    return (typeof given === 'string' ? [given] : given).flatMap((text) => [`--${flag}`, text]);
  });
}

/** The variables are the same for all workers, so that each gets the smallest share. */
function planFor(sh: ShEntrypointInput, target: string): FixedPlan {
  if (sh.cpus === null) {
    throw new OneprocpoolError('USAGE', `Expected \`--cpus\` with \`export ${target}\`, found none`, {
      hint: 'state the number of CPUs of the place where it will run: --cpus 4',
    });
  }
  const { budget, findings } = chooseBudget(NOTHING_KNOWN, { ...sh, userCpus: sh.cpus });
  const plan = createPlan({
    limits: NOTHING_KNOWN,
    budget,
    budgetFindings: findings,
    controls: sh.controls,
    knownControls: sh.knownControls,
    current: {},
    options: { ...sh, uniform: true },
    resolvedOptions: {},
  });
  const [first] = plan.workers;
  if (first === undefined) throw new OneprocpoolError('INTERNAL', 'A plan without workers');
  const { ONEPROCPOOL_WORKER_INDEX: _, ...set } = first.env.set;
  const worker = { ...first, env: { ...first.env, set } };
  return {
    cpus: sh.cpus,
    workers: plan.workers.length,
    worker,
    format: (format) => renderEnvironment(worker.env, format),
  };
}
