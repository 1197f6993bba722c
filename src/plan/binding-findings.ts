/**
 * Variables that bind threads to CPUs and are left to a single worker: OpenMP's own threads may be meant by them,
 * but they bind the whole process, and then every other library of it runs on one CPU. Pure.
 */
import type { Finding } from '../finding.ts';
import type { PresetControls, RemovedVariable } from '../presets/preset.ts';
import { assignment, overlayFindings } from './overlay-findings.ts';

/** One finding for all variables of the presets that are in the environment and bind; none for what --env sets. */
export function bindingFindings(
  presets: readonly PresetControls[],
  current: ReadonlyMap<string, string>,
  userEnv: Readonly<Record<string, string>>,
): Finding[] {
  const known = new Map(presets.flatMap(({ unset }) => unset.map((removed) => [removed.variable, removed] as const)));
  const given = (name: string): string | undefined => userEnv[name] ?? current.get(name);
  const isOff = ({ variable, harmless = [], turnedOffBy }: RemovedVariable): boolean => {
    const words = (given(variable) ?? '').toLowerCase().split(',');
    const switched = turnedOffBy === undefined ? undefined : known.get(turnedOffBy);
    return harmless.some((word) => words.includes(word)) || (switched !== undefined && isOff(switched));
  };
  const binding = [...known.values()]
    .filter(({ variable, onlyWithSeveralWorkers }) => onlyWithSeveralWorkers === true && current.has(variable))
    .filter((removed) => !Object.hasOwn(userEnv, removed.variable) && !isOff(removed));
  if (binding.length === 0) return [];
  const shown = binding.map(({ variable }) => assignment(variable, current.get(variable) ?? ''));
  const off = new Set(binding.map((removed) => switchOff(removed, known)));
  return [overlayFindings.binding(shown, [...off])];
}

/** An option that turns the binding off, or where there is none, the command that removes the variable. */
function switchOff(
  { variable, harmless, turnedOffBy }: RemovedVariable,
  known: ReadonlyMap<string, RemovedVariable>,
): string {
  const word = harmless?.[0] ?? known.get(turnedOffBy ?? '')?.harmless?.[0];
  const name = harmless === undefined ? (turnedOffBy ?? variable) : variable;
  return word === undefined ? `unset ${variable}` : `--env ${name}=${word}`;
}
