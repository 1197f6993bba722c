/**
 * Controls of which one must not be above the other, in the sh file: plan/ceilings.ts in sh. Pure.
 */
import type { Pool } from '../plan/plan.ts';
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
      isAbove(count, ceiling),
      lowerTo(ceiling, count),
      `*" ${ceiling} "*) export ${ceiling}="\${${count}%%,*}" ;;`,
      'esac',
    ]),
  ]);
}

/** Of a list the first number counts. An absent ceiling is none: ksh93 takes it for 0. */
function isAbove(count: string, ceiling: string): string {
  return `! [ "\${${count}%%,*}" -gt "\${${ceiling}:-2147483647}" ] 2>/dev/null || case $opp_ours in`;
}

function lowerTo(ceiling: string, count: string): string {
  return `*" ${count} "*) export ${count}="$${ceiling}\${${count}#"\${${count}%%,*}"}" ;;`;
}

export interface OuterCeiling {
  readonly variable: string;
  readonly ceilingOf: string;
}

/** The ceilings among the known presets that no preset of the export sets: they count where they are set already. */
export function outerCeilings(
  presets: readonly PresetControls[],
  known: readonly PresetControls[],
): readonly OuterCeiling[] {
  const set = new Set(presets.flatMap((preset) => preset.set.map(({ variable }) => variable)));
  const pairs = known
    .flatMap((preset) => preset.set)
    .flatMap(({ variable, ceilingOf }) =>
      ceilingOf === undefined || set.has(variable) ? [] : [[variable, { variable, ceilingOf }] as const],
    );
  return [...new Map(pairs).values()];
}

/** Before anything is compared with them. */
export function renderCeilingRepairs(
  ceilings: readonly OuterCeiling[],
  userEnv: Readonly<Record<string, string>>,
  pool: Pool,
): string[] {
  return ceilings.flatMap(({ variable }) => [
    ...(Object.hasOwn(userEnv, variable) ? [] : [`opp_set ${variable}`]),
    ...(pool === 'auto' ? [`[ "\${${variable}:-$opp_share}" -ge "$opp_share" ] || opp_all=no`] : []),
  ]);
}

/** Our counts follow the ceilings that are set already. */
export function renderOuterCeilings(ceilings: readonly OuterCeiling[], claims: ReadonlyMap<string, unknown>): string[] {
  return ceilings
    .filter(({ ceilingOf }) => claims.has(ceilingOf))
    .flatMap(({ variable, ceilingOf }) => [
      `# Programs hang when ${ceilingOf} is above ${variable}, which is not set here.`,
      ...packLines([isAbove(ceilingOf, variable), lowerTo(variable, ceilingOf), 'esac']),
    ]);
}
