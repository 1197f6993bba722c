/**
 * Controls of which one must not be above the other, in the sh file: plan/ceilings.ts in sh. Pure.
 */
import type { PresetControls } from '../presets/preset.ts';
import { packLines } from './sh-words.ts';

/** Lines for the pairs of which both are in `decided`. */
export function renderCeilings(presets: readonly PresetControls[], decided: ReadonlySet<string>): string[] {
  const pairs = new Map<string, string>();
  for (const { variable, ceilingOf } of presets.flatMap(({ set }) => set)) {
    if (ceilingOf !== undefined && decided.has(variable) && decided.has(ceilingOf) && !pairs.has(variable))
      pairs.set(variable, ceilingOf);
  }
  return [...pairs].flatMap(([ceiling, count]) => [
    `# Programs stop when ${count} is above ${ceiling}: what is ours follows what was set before.`,
    ...packLines([
      `! [ "\${${count}-}" -gt "\${${ceiling}-}" ] 2>/dev/null || case $opp_kept in`,
      `*" ${count} "*" ${ceiling} "* | *" ${ceiling} "*" ${count} "*) ;;`,
      `*" ${count} "*) export ${ceiling}="$${count}" ;;`,
      `*) export ${count}="$${ceiling}" ;;`,
      'esac',
    ]),
  ]);
}
