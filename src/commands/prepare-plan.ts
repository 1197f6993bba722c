/**
 * The way from a command line to a plan, shared by all commands that need one: options, limits, budget,
 * presets, plan. Uses the ports for files and the config search.
 */
import { OneprocpoolError } from '../errors.ts';
import { optionVariablesIn } from '../config/env-layer.ts';
import { loadConfig } from '../config/load-config.ts';
import type { FileLayer } from '../config/file-layer.ts';
import type { OptionValues } from '../config/option-specs.ts';
import { describeOptions, resolveOptions } from '../config/resolve-options.ts';
import type { ResolvedOptions } from '../config/resolve-options.ts';
import type { Host } from '../host/ports.ts';
import { chooseBudget } from '../limits/cpu-budget.ts';
import { readCpuLimits } from '../limits/cpu-limits.ts';
import type { CpuLimitsReading } from '../limits/limits.ts';
import { createPlan } from '../plan/create-plan.ts';
import type { ThreadPlan } from '../plan/plan.ts';
import { poolOfText } from '../plan/pool.ts';
import { loadControls } from '../presets/load-presets.ts';
import type { LibraryPreset, PresetControls } from '../presets/preset.ts';
import { selectPresets } from '../presets/select-presets.ts';
import type { PresetChoice } from '../presets/select-presets.ts';
import type { CommandContext } from './command-context.ts';

export interface PreparedPlan {
  readonly resolved: ResolvedOptions;
  readonly options: OptionValues;
  readonly reading: CpuLimitsReading;
  readonly plan: ThreadPlan;
  /** Presets from the user's configuration, checked. */
  readonly ownPresets: readonly LibraryPreset[];
  /** The plan for as many workers, from the limits as they are now. Throws OVERSUBSCRIBED. */
  readonly planAgain: () => ThreadPlan;
}

/** Throws USAGE, CONFIG_INVALID, PRESET_INVALID and OVERSUBSCRIBED; starts nothing. */
export async function preparePlan({ host, command, flags, words }: CommandContext): Promise<PreparedPlan> {
  const { resolved, file } = await readOptions(host, flags);
  const options = resolved.values;
  if (command === 'run' && options.root !== null) throw rootNeedsPlan(options.root);
  const ownPresets = file === undefined ? [] : await readOwnPresets(host, file);
  const planWith = (reading: CpuLimitsReading, workers: number | 'auto'): ThreadPlan =>
    planFrom({ host, command, resolved, file, ownPresets, reading, workers });
  const reading = readLimits(host, options);
  const planned = planWith(reading, options.workers);
  const isForScript = options.pool === 'app' && (command === 'run' || command === 'plan') && words.length > 0;
  const more = isForScript ? (await import('./nproc-finding.ts')).nprocFindings(host, planned, words) : [];
  const plan = more.length === 0 ? planned : { ...planned, findings: [...planned.findings, ...more] };
  const planAgain = (): ThreadPlan => planWith(readLimits(host, options), plan.workers.length);
  return { resolved, options, reading, plan, ownPresets, planAgain };
}

/** Formats of `env` that are for a shell on this machine. */
const FORMATS_OF_SHELLS: readonly string[] = ['sh', 'csh', 'fish', 'powershell'];

interface PlanSources {
  readonly host: Host;
  readonly command: CommandContext['command'];
  readonly resolved: ResolvedOptions;
  readonly file: FileLayer | undefined;
  readonly ownPresets: readonly LibraryPreset[];
  readonly reading: CpuLimitsReading;
  readonly workers: number | 'auto';
}

function planFrom({ host, command, resolved, file, ownPresets, reading, workers }: PlanSources): ThreadPlan {
  const options = resolved.values;
  const { budget, findings: budgetFindings } = chooseBudget(reading, {
    userCpus: options.cpus,
    reserve: options.reserve,
    rounding: options.round,
    physical: options.physical,
  });
  const knownControls = mergePresets(loadControls(), ownPresets);
  return createPlan({
    limits: { ...reading, findings: [...resolved.findings, ...reading.findings] },
    budget,
    budgetFindings,
    controls: selectPresets(knownControls, {
      only: options.preset.length === 0 ? null : options.preset,
      with: options.with,
      without: options.without,
      origins: originsOf(resolved),
    }),
    knownControls,
    // Another machine's plan must not depend on the shell it is made in.
    current: options.root === null ? host.system.env : {},
    usedElsewhere: command === 'env' && !FORMATS_OF_SHELLS.includes(options.format),
    // `env` and `export` make text for places where nothing of ours runs.
    ownOptions:
      options.root === null && (command === 'run' || command === 'plan') ? optionVariablesIn(host.system.env) : [],
    options: {
      workers,
      threads: options.threads,
      uniform: options.uniform,
      strict: options.strict,
      pool: command === 'env' ? poolOfText(options.pool, resolved.origins.pool.origin === 'default') : options.pool,
      inherit: options.inherit,
      userEnv: options.env,
      extraControls: file?.controls ?? {},
      pin: options.pin,
      verbose: options.verbose,
    },
    resolvedOptions: describeOptions(resolved, command),
  });
}

/** For messages about presets that do not exist. */
function originsOf({ origins }: ResolvedOptions): PresetChoice['origins'] {
  const detailOf = (name: 'preset' | 'with' | 'without'): string => origins[name].detail ?? `--${name}`;
  return { only: detailOf('preset'), with: detailOf('with'), without: detailOf('without') };
}

/** The options of a command with the config file they came from. Throws USAGE and CONFIG_INVALID. */
export async function readOptions(
  host: Host,
  flags: CommandContext['flags'],
): Promise<{ resolved: ResolvedOptions; file: FileLayer | undefined }> {
  const { env, cwd } = host.system;
  const file = await loadConfig({ flags, env, directory: cwd, files: host.files, search: host.configSearch });
  return { resolved: resolveOptions({ flags, env, file }), file };
}

function readLimits(host: Host, { root, outer, pin }: Pick<OptionValues, 'root' | 'outer' | 'pin'>): CpuLimitsReading {
  if (root === null) {
    // With /proc the count would only repeat it, and libuv reads many files for it.
    const hasProc = host.files.exists('/proc/self/status');
    return readCpuLimits(host.files, {
      env: host.system.env,
      ignoreOuter: outer === 'ignore',
      readPackages: pin,
      fallbackCpuCount: hasProc ? null : host.system.countLogicalCpus(),
    });
  }
  if (host.files.listDirectory(root) === undefined) {
    throw new OneprocpoolError('USAGE', `Expected \`--root\` to name a readable directory, got \`${root}\``, {
      hint: 'give the directory that holds the `proc` and `sys` of the other machine',
    });
  }
  return readCpuLimits(host.filesBelow(root), { env: {}, fallbackCpuCount: null, readPackages: pin });
}

function rootNeedsPlan(root: string): OneprocpoolError {
  return new OneprocpoolError('USAGE', `Expected no \`--root\` for a run, got \`${root}\``, {
    hint: '`oneprocpool plan --root DIR` shows the plan for another machine',
  });
}

/** Throws PRESET_INVALID for a preset that breaks the schema, CONFIG_INVALID for a file that cannot be read. */
export async function readOwnPresets(host: Host, file: FileLayer): Promise<LibraryPreset[]> {
  if (file.presets.length === 0 && file.presetFiles.length === 0) return [];
  const { checkPreset } = await import('../presets/check-preset.ts');
  const fromFiles = file.presetFiles.map((path) => checkPreset(parsePresetFile(host, path), path));
  return [...file.presets.map(({ value, where }) => checkPreset(value, where)), ...fromFiles];
}

function parsePresetFile(host: Host, path: string): unknown {
  const text = host.files.readText(path);
  if (text === undefined) {
    throw new OneprocpoolError('CONFIG_INVALID', `Expected \`presetFiles\` to name readable files, got \`${path}\``, {
      hint: 'relative names start at the directory of the config file',
    });
  }
  return parsePresetText(text, path);
}

/** Throws PRESET_INVALID for text that is no JSON. */
export function parsePresetText(text: string, path: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch (cause) {
    throw new OneprocpoolError(
      'PRESET_INVALID',
      `Expected JSON, got an error in ${path}: ${(cause as Error).message}`,
      {
        hint: '`oneprocpool presets show numexpr --json` prints a preset to start from',
        cause,
      },
    );
  }
}

/** A preset of the user's takes the place of the bundled one with the same id. */
export function mergePresets<P extends PresetControls>(bundled: readonly P[], own: readonly P[]): P[] {
  const ownIds = new Set(own.map(({ id }) => id));
  return [...own, ...bundled.filter(({ id }) => !ownIds.has(id))];
}
