/**
 * What a worker's environment gets: variables to write, to keep and to remove, with what is worth saying. Pure.
 */
import type { Finding } from '../finding.ts';
import type { ControlVariable, PresetControls } from '../presets/preset.ts';
import { bindingFindings } from './binding-findings.ts';
import { alignCeilings, obeyOuterCeilings, outerCeilings, type DecidedValue } from './ceilings.ts';
import { extraPreset } from './extra-controls.ts';
import { decideValue } from './inherited-value.ts';
import { gatherLoweredValues } from './lowered-values.ts';
import { overlayFindings } from './overlay-findings.ts';
import type { EnvironmentOverlay, InheritPolicy, Pool } from './plan.ts';
import { removeHarmful } from './removals.ts';
import { softenControls } from './soft-controls.ts';
import { settleUnselected } from './unselected-values.ts';
import { checkUserEnv } from './user-env.ts';
import { chooseControls, type WantedControl } from './wanted-controls.ts';

export interface OverlayInput {
  /** The presets of this run, in the order in which they count. */
  readonly controls: readonly PresetControls[];
  /** All known presets, for values that they would fail on or that are above the share; `controls` when absent. */
  readonly knownControls?: readonly PresetControls[];
  /** The environment that the worker would inherit. */
  readonly current: Readonly<Record<string, string>>;
  /** Threads of this worker, whole, at least 1. */
  readonly threads: number;
  readonly pool: Pool;
  readonly inherit: InheritPolicy;
  readonly severalWorkers: boolean;
  /** See `SoftCircumstances.shareIsAllCpus`. */
  readonly shareIsAllCpus: boolean;
  /** See `ControlCondition.spinningHurts`. */
  readonly spinningHurts: boolean;
  /** From --env; wins over everything. */
  readonly userEnv: Readonly<Record<string, string>>;
  /** Controls of the user's own, name to value template; they count before the presets. */
  readonly extraControls: Readonly<Record<string, string>>;
}

export interface OverlayResult {
  readonly overlay: EnvironmentOverlay;
  /** In the order: --env, controls as their presets are ordered, lowered values, ceilings, removals, the rest by name. */
  readonly findings: readonly Finding[];
}

/**
 * Overlays one worker's environment. `set`, `kept` and `unset` share no name, and an environment that was
 * made by the same overlay is left as it is. Throws USAGE for a bad --env and CONFIG_INVALID for a bad control.
 */
export function overlayEnvironment(input: OverlayInput): OverlayResult {
  const { threads, pool, inherit, userEnv } = input;
  const presets = [...extraPreset(input.extraControls), ...input.controls];
  const known = [...presets, ...(input.knownControls ?? [])];
  const current = new Map(Object.entries(input.current));
  const findings: Finding[] = checkUserEnv(userEnv, known, { pool, threads });
  const decided = new Map<string, DecidedValue>(
    Object.entries(userEnv).map(([name, value]) => [name, { value, isUsers: true }]),
  );
  const kept = new Set<string>();
  const lowered = gatherLoweredValues(current.get('ONEPROCPOOL_THREADS'));

  const { wanted: hard, skipped } = chooseControls(presets, input);
  const given = (name: string): string | undefined => decided.get(name)?.value ?? current.get(name);
  const ceilings = outerCeilings(known, new Set(controlsOf(hard).map(({ variable }) => variable)), given);
  const shareIsAllCpus = input.shareIsAllCpus && !ceilings.some((ceiling) => ceiling.threads < threads);
  const controlOf = (name: string): ControlVariable | undefined =>
    known.flatMap(({ set }) => set).find(({ variable }) => variable === name);
  const wanted = pool === 'auto' ? softenControls(hard, { given, shareIsAllCpus, controlOf }) : hard;
  for (const { control, threads: share } of wanted.filter((item) => !decided.has(item.control.variable))) {
    const decision = decideValue(control, current.get(control.variable), share, inherit);
    const isUsers = decision.action === 'keep' || decision.isRewritten === true;
    decided.set(control.variable, { value: decision.value, isUsers });
    if (decision.action === 'keep') kept.add(control.variable);
    if (decision.finding !== undefined) findings.push(decision.finding);
    if (decision.loweredFrom !== undefined) lowered.add(control.variable, decision.loweredFrom, decision.value);
  }
  alignCeilings(controlsOf(wanted), decided);

  // With one thread there is nothing to spread; otherwise the variables are removed.
  const leavesBinding = threads > 1 && !input.severalWorkers && pool !== 'app';
  const harmful = removeHarmful(presets, current, new Set(decided.keys()), input);
  const settled = new Set([...decided.keys(), ...harmful.unset, ...harmful.kept.keys()]);
  const unselected = settleUnselected(known, current, settled, input);
  for (const { name, from, to, isLeast } of unselected.lowered) lowered.add(name, from, to, isLeast);
  findings.push(
    ...lowered.findings(),
    ...obeyOuterCeilings(ceilings, decided),
    ...skipped.filter((item) => !decided.has(item.control.variable)).flatMap(dangerousCount),
    ...harmful.findings,
    ...(leavesBinding ? bindingFindings(presets, current, userEnv) : []),
    ...unselected.findings,
  );

  const values = [...decided].map(([name, { value }]) => [name, value] as const);
  return {
    overlay: {
      set: byName([...values.filter(([name]) => !kept.has(name)), ...unselected.set]),
      kept: byName([...values.filter(([name]) => kept.has(name)), ...harmful.kept]),
      unset: [...harmful.unset, ...unselected.unset].sort(),
    },
    findings,
  };
}

function controlsOf(wanted: readonly WantedControl[]): ControlVariable[] {
  return wanted.map(({ control }) => control);
}

/** A control that was asked for with --with and is not written because so few threads are dangerous. */
function dangerousCount({ preset, control, threads }: WantedControl): Finding[] {
  const isAskedFor = preset.tier === 'on-demand' || preset.tier === 'never-alone';
  const minThreads = control.when?.minThreads ?? 1;
  return isAskedFor && threads < minThreads
    ? [overlayFindings.notApplicable(preset.id, control.variable, threads, minThreads)]
    : [];
}

function byName(entries: readonly (readonly [string, string])[]): Record<string, string> {
  return Object.fromEntries([...entries].sort(([first], [second]) => (first < second ? -1 : 1)));
}
