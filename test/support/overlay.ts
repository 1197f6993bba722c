/** An overlay of a small set of controls, or of the bundled ones, with everything else at its default. */
import { overlayEnvironment, type OverlayInput, type OverlayResult } from '../../src/plan/environment-overlay.ts';
import type { ControlVariable, PresetControls } from '../../src/presets/preset.ts';

export function preset(id: string, set: ControlVariable[], more: Partial<PresetControls> = {}): PresetControls {
  return { id, name: id, tier: 'default', side: 'library', set, unset: [], ...more };
}

export function count(variable: string, more: Partial<ControlVariable> = {}): ControlVariable {
  return { variable, value: '{threads}', meaning: 'threads', ...more };
}

export function overlay(input: Partial<OverlayInput>): OverlayResult {
  return overlayEnvironment({
    controls: [],
    current: {},
    threads: 2,
    pool: 'libraries',
    inherit: 'cap',
    severalWorkers: false,
    shareIsAllCpus: false,
    spinningHurts: false,
    userEnv: {},
    extraControls: {},
    ...input,
  });
}

/** The environment that the overlay makes of `current`. */
export function applied(
  current: Readonly<Record<string, string>>,
  { overlay: { set, unset } }: OverlayResult,
): Record<string, string> {
  const kept = Object.entries(current).filter(([name]) => !unset.includes(name));
  return { ...Object.fromEntries(kept), ...set };
}

/** `CODE severity` of each finding. */
export function codes({ findings }: Pick<OverlayResult, 'findings'>): string[] {
  return findings.map(({ code, severity }) => `${code} ${severity}`);
}
