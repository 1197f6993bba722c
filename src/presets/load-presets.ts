/**
 * The bundled presets, put into the program by the build. Pure.
 */
import { presets as bundledControls } from 'oneprocpool:preset-controls';
import type { LibraryPreset, PresetControls } from './preset.ts';

/** What planning needs of every bundled preset, in the order of their ids. On the start-up path. */
export function loadControls(): readonly PresetControls[] {
  return bundledControls;
}

/** Every bundled preset, whole, in the order of their ids. Not on the start-up path. */
export async function loadPresets(): Promise<readonly LibraryPreset[]> {
  return (await import('oneprocpool:presets')).presets;
}
