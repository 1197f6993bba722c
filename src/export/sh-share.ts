/**
 * The part of the sh file that chooses the budget and this worker's share of it: limits/cpu-budget.ts and
 * plan/thread-plan.ts in sh. Pure.
 */
import type { Rounding } from '../limits/limits.ts';
import type { Reserve } from '../limits/cpu-budget.ts';
import OUTER from './sh/outer.sh' with { type: 'text' };
import type { ShEntrypointInput } from './sh-entrypoint.ts';

const BILLION = 1_000_000_000;

/** Added before the division by a billion; one billionth more or less is the noise of ratios. */
const ROUNDING_SUMMAND: Readonly<Record<Rounding, number>> = {
  floor: 1,
  nearest: BILLION / 2 + 1,
  ceil: BILLION - 2,
};

/**
 * Leaves opp_share, the threads of this worker, and when `withSpins` opp_spins, whether a waiting thread that spins
 * does harm, and opp_all, whether the share is all CPUs.
 */
export function renderShare(input: ShEntrypointInput, withSpins: boolean): string {
  const around = input.outer === 'ignore' ? [] : [OUTER.trimEnd()];
  const lines = [...userLimit(input, withSpins), ...around, ...budget(input), ...share(input)];
  return [...lines, ...(withSpins ? spinning(input) : [])].join('\n');
}

function userLimit({ cpus, outer }: ShEntrypointInput, withSpins: boolean): string[] {
  return [
    `opp_outer='' opp_exact=''${withSpins ? ' opp_spins=no' : ''} opp_user=\${ONEPROCPOOL_CPUS:-${cpus === null ? '' : decimal(cpus)}}`,
    '[ -z "$opp_user" ] || { opp_amount "$opp_user" && opp_user=$opp_n; } ||',
    '  opp_fail "Expected ONEPROCPOOL_CPUS to be a number of CPUs, found \\`$opp_user\\`" \'for example 2, 1.5 or 1500m\'',
    ...(outer === 'ignore'
      ? []
      : [
          'opp_number "${ONEPROCPOOL_THREADS-}" && [ "$opp_n" -ge 1 ] && [ "$opp_n" -le 65536 ] && opp_outer=${opp_n}000000000',
        ]),
  ];
}

/** Without an exponent, as the file's own reader takes it. */
function decimal(cpus: number): string {
  return String(cpus).includes('e') ? cpus.toFixed(9) : String(cpus);
}

function budget({ physical, reserve, rounding, outer }: ShEntrypointInput): string[] {
  const limits = ['"$opp_quota"', '"${opp_cpus:+${opp_cpus}000000000}"'];
  if (physical) limits.push('"${opp_cores:+${opp_cores}000000000}"');
  if (outer !== 'ignore')
    limits.push('"${opp_scheduler:+${opp_scheduler}000000000}"', '"$opp_launcher"', '"$opp_outer"');
  limits.push('"$opp_user"');
  return [
    `for opp_limit in ${limits.join(' ')}; do`,
    '  [ -z "$opp_limit" ] || [ "${opp_exact:-$opp_limit}" -lt "$opp_limit" ] || opp_exact=$opp_limit',
    'done',
    ...(reserve === null ? [] : holdBack(reserve)),
    `opp_budget=$((\${opp_exact:=1000000000} < 1000000000 ? 1 : (opp_exact + ${ROUNDING_SUMMAND[rounding]}) / 1000000000))`,
  ];
}

function holdBack(reserve: Reserve): string[] {
  const wanted =
    reserve.kind === 'cpus'
      ? String(Math.round(reserve.cpus * BILLION))
      : `$((opp_exact * ${Math.round(reserve.percent * 1000)} / 100000))`;
  return [
    ': "${opp_exact:=1000000000}"',
    `opp_reserve=${wanted}`,
    '[ "$opp_reserve" -le $((opp_exact - 1000000000)) ] || opp_reserve=$((opp_exact - 1000000000))',
    '[ "$opp_reserve" -le 0 ] || opp_exact=$((opp_exact - opp_reserve))',
  ];
}

function share({ workers, threads, uniform, strict }: ShEntrypointInput): string[] {
  const refusal = strict ? [`[ ${leastTotal(threads)} -le "$opp_budget" ] ||`, ...REFUSAL] : [];
  if (workers === 1) return [`opp_workers=1 opp_share=${threads ?? '$opp_budget'}`, ...refusal];
  if (workers === 'auto') {
    const each = threads ?? 1;
    return [
      `opp_index='' opp_workers=${each === 1 ? '$opp_budget' : atLeastOne(String(each))} opp_share=${each}`,
      ...ownIndex(false),
      '[ "$opp_workers" -gt 1 ] || opp_index=0',
      ...refusal,
    ];
  }
  return [
    `opp_index='' opp_workers=${workers} opp_share=${threads ?? atLeastOne(String(workers))}`,
    ...ownIndex(threads === null && !uniform),
    ...refusal,
  ];
}

/** The whole part of the budget divided by `divisor`. */
function atLeastOne(divisor: string): string {
  return `$((opp_budget < ${divisor} ? 1 : opp_budget / ${divisor}))`;
}

const REFUSAL = [
  '  opp_fail "Expected a budget for $opp_workers workers, found $opp_budget CPUs (refused by --strict)" \\',
  "    'start fewer workers, or raise the limit'",
];

/** What all workers need at least; shares of the budget fit it as long as there are no more workers than CPUs. */
function leastTotal(threads: number | null): string {
  return threads === null ? '"$opp_workers"' : `$((opp_workers * ${threads}))`;
}

/** An index that an oneprocpool around us has set is not ours. */
function ownIndex(takesRest: boolean): string[] {
  const rest = '[ "$opp_n" -ge $((opp_budget % opp_workers)) ] || [ "$opp_budget" -lt "$opp_workers" ]';
  return [
    'if [ -z "${ONEPROCPOOL_THREADS-}" ] && opp_number "${ONEPROCPOOL_WORKER_INDEX-}" && [ "$opp_n" -lt "$opp_workers" ]; then',
    '  opp_index=$opp_n',
    ...(takesRest ? [`  ${rest} || opp_share=$((opp_share + 1))`] : []),
    'fi',
  ];
}

/** As `spinningHurts` and `shareIsAllCpus` in plan/create-plan.ts. CPUs that are online count only where the affinity is unknown. */
function spinning({ workers, threads, pool }: ShEntrypointInput): string[] {
  const online = '@@/sys/devices/system/cpu/online';
  return [
    `[ -n "$opp_cpus" ] || ! read -r opp_line 2>/dev/null <${online} || ! opp_count "$opp_line" || opp_cpus=$opp_n`,
    '[ "${opp_quota:-65537000000000}" -ge "${opp_cpus:-65537}000000000" ] || opp_spins=yes',
    ...(pool === 'auto'
      ? ["opp_all=no opp_other=''", '[ "$opp_spins" = yes ] || [ "$opp_share" != "$opp_cpus" ] || opp_all=yes']
      : []),
    ...(workers === 1 && threads === null ? [] : [`[ ${leastTotal(threads)} -le "$opp_budget" ] || opp_spins=yes`]),
  ];
}
