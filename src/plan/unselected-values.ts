/**
 * Thread counts in the environment that no preset of the run sets: what is there is lowered to the share, malformed
 * values are removed, and nothing is added. Pure.
 */
import type { Finding } from '../finding.ts';
import { parseInheritedCount } from '../presets/inherited-count.ts';
import type { ControlVariable, PresetControls } from '../presets/preset.ts';
import { isAlsoValid, isCountControl } from '../presets/preset-values.ts';
import { assignment, overlayFindings } from './overlay-findings.ts';
import type { InheritPolicy } from './plan.ts';

export interface UnselectedControl {
  readonly preset: PresetControls;
  readonly control: ControlVariable;
}

export interface UnselectedValues {
  readonly unset: readonly string[];
  readonly set: ReadonlyMap<string, string>;
  /** The values that `set` lowers. */
  readonly lowered: readonly {
    readonly name: string;
    readonly from: string;
    readonly to: string;
    readonly isLeast: boolean;
  }[];
  readonly findings: readonly Finding[];
}

/** The counts of all known presets by the name of the variable, sorted; of several the last. */
export function countControls(known: readonly PresetControls[]): [string, UnselectedControl][] {
  const all = known.flatMap((preset) =>
    preset.set.filter(isCountControl).map((control) => [control.variable, { preset, control }] as const),
  );
  return [...new Map(all)].sort(([first], [second]) => (first < second ? -1 : 1));
}

/**
 * The most that an inherited value may be where no preset of the run sets it; `null` = whatever it is. Only grants of
 * library threads are lowered, never below what the library needs; presets of the default set were left out on purpose.
 */
export function mostUnselected({ preset, control }: UnselectedControl, threads: number): number | null {
  const isGrant = (preset.tier === 'on-demand' || preset.tier === 'never-alone') && control.ceilingOf === undefined;
  return isGrant && preset.side === 'library' ? Math.max(threads, control.when?.minThreads ?? 1) : null;
}

/** Settles the variables that are not in `decided`, for a worker with `threads`. */
export function settleUnselected(
  known: readonly PresetControls[],
  current: ReadonlyMap<string, string>,
  decided: ReadonlySet<string>,
  worker: { readonly threads: number; readonly inherit: InheritPolicy },
): UnselectedValues {
  const unset: string[] = [];
  const set = new Map<string, string>();
  const lowered: UnselectedValues['lowered'][number][] = [];
  const findings: Finding[] = [];
  for (const [name, unselected] of countControls(known)) {
    const value = current.get(name);
    if (value === undefined || decided.has(name)) continue;
    const { preset, control } = unselected;
    const most = worker.inherit === 'keep' ? null : mostUnselected(unselected, worker.threads);
    const count = parseInheritedCount(value, control.list);
    if (count === undefined && !isAlsoValid(control, value)) {
      unset.push(name);
      findings.push(overlayFindings.malformedRemoved(name, value));
    } else if (most !== null && (count === undefined || count.threads > most)) {
      const to = `${most}${count?.tail ?? ''}`;
      set.set(name, to);
      lowered.push({ name, from: value, to, isLeast: most > worker.threads });
    } else if (count !== undefined) {
      const clean = `${count.threads}${count.tail}`;
      if (!count.plain) {
        set.set(name, clean);
        findings.push(overlayFindings.repaired(name, value, clean));
      }
      if (preset.side === 'application' && count.threads > worker.threads)
        findings.push(overlayFindings.poolAbove(assignment(name, clean), preset.id, worker.threads));
    }
  }
  return { unset, set, lowered, findings };
}
