/**
 * What becomes of one control, given the value that is already in the environment. Pure.
 */
import type { Finding } from '../finding.ts';
import type { ControlVariable } from '../presets/preset.ts';
import { parseInheritedCount } from '../presets/inherited-count.ts';
import { expandValue, isAlsoValid, isCountControl } from '../presets/preset-values.ts';
import { overlayFindings } from './overlay-findings.ts';
import type { InheritPolicy } from './plan.ts';

export interface ValueDecision {
  /** `write`: the value is ours; `keep`: the inherited one stays. */
  readonly action: 'write' | 'keep';
  readonly value: string;
  readonly finding?: Finding;
  /** `value` is the inherited number, only written plainly. */
  readonly isRewritten?: boolean;
  /** The higher value that `value` takes the place of; all of these together are one finding. */
  readonly loweredFrom?: string;
}

/**
 * Decides the value of `control` for `threads` (whole, at least 1); `inherited` is `undefined` when the
 * variable is not there. Whatever is written is well formed, and a kept value is one the library understands.
 */
export function decideValue(
  control: ControlVariable,
  inherited: string | undefined,
  threads: number,
  policy: InheritPolicy,
): ValueDecision {
  const ours = expandValue(control.value, threads);
  if (inherited === undefined) return { action: 'write', value: ours };
  if (inherited === ours) return { action: 'keep', value: inherited };
  if (control.optionList === true) return decideList(control.variable, inherited, ours);
  return isCountControl(control)
    ? decideCount(control, inherited, threads, policy)
    : decideWord(control, inherited, ours, policy);
}

function decideCount(
  control: ControlVariable,
  inherited: string,
  threads: number,
  policy: InheritPolicy,
): ValueDecision {
  const name = control.variable;
  const ours = String(threads);
  const count = parseInheritedCount(inherited, control.list);
  if (count === undefined && !isAlsoValid(control, inherited)) {
    return { action: 'write', value: ours, finding: overlayFindings.repaired(name, inherited, ours) };
  }
  if (policy === 'replace') {
    return { action: 'write', value: ours, finding: overlayFindings.replaced(name, inherited, ours) };
  }
  if (count === undefined) {
    return policy === 'keep'
      ? { action: 'keep', value: inherited, finding: overlayFindings.keptAbove(name, inherited, threads) }
      : { action: 'write', value: ours, loweredFrom: inherited };
  }
  const isAbove = count.threads > threads;
  if (isAbove && policy === 'cap') {
    return { action: 'write', value: `${ours}${count.tail}`, loweredFrom: inherited };
  }
  if (!count.plain) {
    const clean = `${count.threads}${count.tail}`;
    const finding = overlayFindings.repaired(name, inherited, clean);
    return { action: 'write', value: clean, isRewritten: true, finding };
  }
  return isAbove
    ? { action: 'keep', value: inherited, finding: overlayFindings.keptAbove(name, inherited, threads) }
    : { action: 'keep', value: inherited };
}

function decideWord(control: ControlVariable, inherited: string, ours: string, policy: InheritPolicy): ValueDecision {
  const name = control.variable;
  if (isAlsoValid(control, inherited) && policy !== 'replace') return { action: 'keep', value: inherited };
  if (policy === 'keep')
    return { action: 'keep', value: inherited, finding: overlayFindings.keptWord(name, inherited, ours) };
  const finding = policy === 'cap' ? overlayFindings.overridden : overlayFindings.replaced;
  return { action: 'write', value: ours, finding: finding(name, inherited, ours) };
}

function decideList(name: string, inherited: string, ours: string): ValueDecision {
  if (inherited.trim() === '') return { action: 'write', value: ours };
  if (inherited.includes(ours)) return { action: 'keep', value: inherited };
  return { action: 'keep', value: inherited, finding: overlayFindings.keptList(name, ours) };
}
