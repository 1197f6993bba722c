/**
 * `--pool auto`: the counts that frameworks write for their own workers (joblib, dask, Ray, torchrun) are not
 * written, because all of them leave a variable alone that is already set. A weaker variable, or the default of
 * the library, gives a single process the same number. Pure.
 */
import type { ControlVariable } from '../presets/preset.ts';
import { expandValue } from '../presets/preset-values.ts';
import type { WantedControl } from './wanted-controls.ts';

export interface SoftCircumstances {
  /** Value of a variable in the environment or from --env; `undefined` = not there. */
  readonly given: (name: string) => string | undefined;
  /** The share of the worker is every CPU it may run on, and no quota or ceiling is below that. */
  readonly shareIsAllCpus: boolean;
  /** The control of a variable in any known preset. */
  readonly controlOf: (name: string) => ControlVariable | undefined;
}

/**
 * The controls with soft forms where they have one; each variable once. A control of one thread stays, because
 * nothing is multiplied, and so does one that is already given, because then nobody else writes it either.
 */
export function softenControls(wanted: readonly WantedControl[], circumstances: SoftCircumstances): WantedControl[] {
  const softened = new Map<string, WantedControl>();
  for (const item of wanted) {
    const control = softForm(item, circumstances);
    if (control !== undefined && !softened.has(control.variable)) softened.set(control.variable, { ...item, control });
  }
  return [...softened.values()];
}

/** The control to write instead, itself included; `undefined` for none. */
function softForm({ control, threads }: WantedControl, circumstances: SoftCircumstances): ControlVariable | undefined {
  const { given, shareIsAllCpus, controlOf } = circumstances;
  const { soft, value, meaning } = control;
  if (soft === undefined || threads === 1 || given(control.variable) !== undefined) return control;
  const weaker = soft.variable === undefined ? undefined : given(soft.variable);
  // A ceiling with another number is not a count.
  if (soft.absentOnAllCpus !== true && weaker !== undefined && weaker !== expandValue(value, threads)) return control;
  if (soft.absentOnAllCpus === true && shareIsAllCpus && weaker === undefined) return undefined;
  if (soft.variable === undefined) return control;
  const list = controlOf(soft.variable)?.list;
  return { variable: soft.variable, value, meaning, ...(list && { list }) };
}
