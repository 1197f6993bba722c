/**
 * The controls that apply to a worker, each with the threads of its side. Pure.
 */
import type { ControlCondition, ControlVariable, PresetControls } from '../presets/preset.ts';
import type { Pool } from './plan.ts';
import { threadsOfSide } from './pool.ts';

export interface WantedControl {
  readonly preset: PresetControls;
  readonly control: ControlVariable;
  /** What the control is to allow, at least 1. */
  readonly threads: number;
}

export interface WorkerCircumstances {
  readonly pool: Pool;
  /** Threads of the worker, at least 1. */
  readonly threads: number;
  /** See `ControlCondition.spinningHurts`. */
  readonly spinningHurts: boolean;
}

/**
 * Splits the controls of the presets by whether their condition holds. One entry for each variable in
 * `wanted`: of several claims the first counts.
 */
export function chooseControls(
  presets: readonly PresetControls[],
  circumstances: WorkerCircumstances,
): { wanted: WantedControl[]; skipped: WantedControl[] } {
  const wanted = new Map<string, WantedControl>();
  const skipped: WantedControl[] = [];
  for (const preset of presets) {
    const threads = threadsOfSide(preset.side, circumstances.pool, circumstances.threads);
    for (const control of preset.set) {
      const candidate = { preset, control, threads };
      if (!holds(control.when, threads, circumstances.spinningHurts)) skipped.push(candidate);
      else if (!wanted.has(control.variable)) wanted.set(control.variable, candidate);
    }
  }
  return { wanted: [...wanted.values()], skipped: skipped.filter(({ control }) => !wanted.has(control.variable)) };
}

function holds(when: ControlCondition | undefined, threads: number, spinningHurts: boolean): boolean {
  if (when === undefined) return true;
  return (
    threads >= (when.minThreads ?? 1) &&
    threads <= (when.maxThreads ?? Infinity) &&
    (when.spinningHurts === undefined || when.spinningHurts === spinningHurts)
  );
}
