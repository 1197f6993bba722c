/**
 * Controls that are the ceiling of another one: a library stops, hangs or falls back to one thread when the count is
 * above its ceiling (NumExpr: NUMEXPR_NUM_THREADS above NUMEXPR_MAX_THREADS; OpenBLAS on OpenMP: OMP_NUM_THREADS above
 * OMP_THREAD_LIMIT). Pure.
 */
import type { Finding } from '../finding.ts';
import { parseInheritedCount } from '../presets/inherited-count.ts';
import type { ControlVariable, PresetControls } from '../presets/preset.ts';
import { assignment, overlayFindings } from './overlay-findings.ts';

export interface DecidedValue {
  readonly value: string;
  /** The user's: inherited and kept, or set with --env. Otherwise ours to change. */
  readonly isUsers: boolean;
}

/** Moves our value to the user's where a pair does not fit; a pair that is all the user's stays. */
export function alignCeilings(controls: readonly ControlVariable[], decided: Map<string, DecidedValue>): void {
  for (const { variable, ceilingOf } of controls) {
    if (ceilingOf === undefined) continue;
    const ceiling = decided.get(variable);
    const count = decided.get(ceilingOf);
    const most = parseInheritedCount(ceiling?.value ?? '');
    const found = parseInheritedCount(count?.value ?? '', 'levels');
    if (most === undefined || found === undefined || found.threads <= most.threads) continue;
    if (count?.isUsers === false) decided.set(ceilingOf, { value: `${most.threads}${found.tail}`, isUsers: false });
    else if (ceiling?.isUsers === false) decided.set(variable, { value: String(found.threads), isUsers: false });
  }
}

/** A ceiling that the environment or --env sets and no preset of the run. */
export interface OuterCeiling {
  readonly variable: string;
  readonly ceilingOf: string;
  readonly threads: number;
}

/** The ceilings among the known presets that are not among the `wanted` controls; `given` is what is set already. */
export function outerCeilings(
  known: readonly PresetControls[],
  wanted: ReadonlySet<string>,
  given: (name: string) => string | undefined,
): OuterCeiling[] {
  return known
    .flatMap(({ set }) => set)
    .flatMap(({ variable, ceilingOf }) => {
      const count = wanted.has(variable) ? undefined : parseInheritedCount(given(variable) ?? '');
      return ceilingOf === undefined || count === undefined ? [] : [{ variable, ceilingOf, threads: count.threads }];
    });
}

/** Lowers our counts to these ceilings; findings for those that a worker's `threads` do not fit under. */
export function obeyOuterCeilings(ceilings: readonly OuterCeiling[], decided: Map<string, DecidedValue>): Finding[] {
  return ceilings.flatMap(({ variable, ceilingOf, threads }) => {
    const count = decided.get(ceilingOf);
    const parsed = count === undefined ? undefined : parseInheritedCount(count.value, 'levels');
    if (count === undefined || count.isUsers || parsed === undefined || parsed.threads <= threads) return [];
    decided.set(ceilingOf, { value: `${threads}${parsed.tail}`, isUsers: false });
    return [overlayFindings.underCeiling(assignment(variable, String(threads)), ceilingOf)];
  });
}
