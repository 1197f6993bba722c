/**
 * The variables that are taken away: those that defeat or distort a limit, and thread counts that some
 * library fails on. Pure.
 */
import type { Finding } from '../finding.ts';
import type { PresetControls } from '../presets/preset.ts';
import { isAlsoValid, isCountControl, parseInheritedCount } from '../presets/preset-values.ts';
import { overlayFindings } from './overlay-findings.ts';
import type { InheritPolicy } from './plan.ts';

export interface RemovalResult {
  readonly unset: readonly string[];
  readonly kept: ReadonlyMap<string, string>;
  readonly set: ReadonlyMap<string, string>;
  readonly findings: readonly Finding[];
}

/** The removals of the selected presets, present or not; `decided` names are left alone. */
export function removeHarmful(
  presets: readonly PresetControls[],
  current: ReadonlyMap<string, string>,
  decided: ReadonlySet<string>,
  options: { readonly severalWorkers: boolean; readonly inherit: InheritPolicy },
): RemovalResult {
  const reasons = new Map<string, string>();
  for (const { variable, reason, onlyWithSeveralWorkers } of presets.flatMap((preset) => preset.unset)) {
    const applies = onlyWithSeveralWorkers !== true || options.severalWorkers;
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
  return { unset, kept, set: new Map(), findings };
}

/**
 * Thread counts of any known preset, selected or not, that are present and malformed: rewritten where the
 * number is plain to see (` 2 `), else removed. An empty or bad value makes real programs fail at start.
 */
export function repairMalformed(
  known: readonly PresetControls[],
  current: ReadonlyMap<string, string>,
  decided: ReadonlySet<string>,
): RemovalResult {
  const unset: string[] = [];
  const set = new Map<string, string>();
  const findings: Finding[] = [];
  const controls = new Map(
    known.flatMap((preset) => preset.set.filter(isCountControl)).map((control) => [control.variable, control]),
  );
  for (const [name, control] of [...controls].sort(byName)) {
    const value = current.get(name);
    if (value === undefined || decided.has(name) || isAlsoValid(control, value)) continue;
    const count = parseInheritedCount(value);
    if (count?.plain === true) continue;
    if (count === undefined) {
      unset.push(name);
      findings.push(overlayFindings.malformedRemoved(name, value));
    } else {
      set.set(name, String(count.threads));
      findings.push(overlayFindings.repaired(name, value, String(count.threads)));
    }
  }
  return { unset, kept: new Map(), set, findings };
}

function byName([first]: readonly [string, unknown], [second]: readonly [string, unknown]): number {
  return first < second ? -1 : first > second ? 1 : 0;
}
