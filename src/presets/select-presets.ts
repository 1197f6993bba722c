/**
 * Which presets a run uses: the default set, or those named with --preset, with additions and exceptions. Pure.
 */
import { OneprocpoolError } from '../errors.ts';
import { closestName } from '../text/closest-name.ts';
import type { PresetControls, PresetTier } from './preset.ts';

export interface PresetChoice {
  /** Only these ids; `null` = the default set. */
  readonly only: readonly string[] | null;
  /** Ids to add. */
  readonly with: readonly string[];
  /** Ids to leave out; beats both of the others. */
  readonly without: readonly string[];
  /** Where each list came from, when not from the flag. */
  readonly origins?: Readonly<Partial<Record<'only' | 'with' | 'without', string>>> | undefined;
}

/** A `no-control` preset writes nothing, but the misleading variables it removes belong to the default set. */
const DEFAULT_TIERS: readonly PresetTier[] = ['default', 'conditional', 'no-control'];

/**
 * The chosen presets in the order of `all`. Throws PRESET_INVALID for an id that does not exist, with the
 * closest one as a hint.
 */
export function selectPresets<P extends PresetControls>(all: readonly P[], choice: PresetChoice): P[] {
  const known = new Set(all.map((preset) => preset.id));
  checkIds(choice.only ?? [], choice.origins?.only ?? '--preset', known);
  checkIds(choice.with, choice.origins?.with ?? '--with', known);
  checkIds(choice.without, choice.origins?.without ?? '--without', known);
  const isChosen = (preset: P): boolean => {
    if (choice.without.includes(preset.id)) return false;
    if (choice.with.includes(preset.id)) return true;
    return choice.only === null ? DEFAULT_TIERS.includes(preset.tier) : choice.only.includes(preset.id);
  };
  return all.filter(isChosen);
}

function checkIds(ids: readonly string[], origin: string, known: ReadonlySet<string>): void {
  const unknown = ids.find((id) => !known.has(id));
  if (unknown !== undefined) throw unknownPreset(unknown, known, ` (from ${origin})`);
}

/** `from` says where the id came from, with a blank before it; empty when that is plain. */
export function unknownPreset(id: string, known: Iterable<string>, from = ''): OneprocpoolError {
  const closest = closestName(id, known);
  const suggestion = closest === undefined ? '' : `did you mean \`${closest}\`? `;
  return new OneprocpoolError('PRESET_INVALID', `Expected the id of a known preset, got \`${id}\`${from}`, {
    hint: `${suggestion}\`oneprocpool presets\` lists all of them`,
  });
}
