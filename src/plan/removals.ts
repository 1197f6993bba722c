/**
 * The variables that are taken away because they defeat or distort a limit. Pure.
 */
import type { Finding } from '../finding.ts';
import type { PresetControls } from '../presets/preset.ts';
import { overlayFindings } from './overlay-findings.ts';
import type { InheritPolicy, Pool } from './plan.ts';

export interface RemovalResult {
  readonly unset: readonly string[];
  readonly kept: ReadonlyMap<string, string>;
  readonly findings: readonly Finding[];
}

/** The removals of the selected presets, present or not; `decided` names are left alone. */
export function removeHarmful(
  presets: readonly PresetControls[],
  current: ReadonlyMap<string, string>,
  decided: ReadonlySet<string>,
  options: { readonly severalWorkers: boolean; readonly pool: Pool; readonly inherit: InheritPolicy },
): RemovalResult {
  const reasons = new Map<string, string>();
  for (const { variable, reason, onlyWithSeveralWorkers } of presets.flatMap((preset) => preset.unset)) {
    const applies = onlyWithSeveralWorkers !== true || options.severalWorkers || options.pool === 'app';
    if (applies && !decided.has(variable) && !reasons.has(variable)) reasons.set(variable, reason);
  }
  const unset: string[] = [];
  const kept = new Map<string, string>();
  const findings: Finding[] = [];
  for (const [name, reason] of [...reasons].sort(byName)) {
    const value = current.get(name);
    if (value !== undefined && options.inherit === 'keep') {
      kept.set(name, value);
      findings.push(overlayFindings.harmfulKept(name, value, reason));
      continue;
    }
    unset.push(name);
    if (value !== undefined) findings.push(overlayFindings.removed(name, value, reason));
  }
  return { unset, kept, findings };
}

function byName([first]: readonly [string, unknown], [second]: readonly [string, unknown]): number {
  return first < second ? -1 : first > second ? 1 : 0;
}
