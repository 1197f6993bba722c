/**
 * Controls that are the ceiling of another one: a library stops or falls back to one thread when the count is
 * above its ceiling (NumExpr: NUMEXPR_NUM_THREADS above NUMEXPR_MAX_THREADS). Pure.
 */
import type { ControlVariable } from '../presets/preset.ts';

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
    // Written so that a word (NaN) on either side changes nothing.
    if (ceiling === undefined || count === undefined || !(Number(count.value) > Number(ceiling.value))) continue;
    if (!count.isUsers) decided.set(ceilingOf, { value: ceiling.value, isUsers: false });
    else if (!ceiling.isUsers) decided.set(variable, { value: count.value, isUsers: false });
  }
}
