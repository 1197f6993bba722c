/**
 * The part of the sh file that sets, keeps and removes variables: plan/environment-overlay.ts in sh. Pure.
 */
import { extraPreset } from '../plan/extra-controls.ts';
import type { InheritPolicy, Pool } from '../plan/plan.ts';
import { countControls, mostUnselected, type UnselectedControl } from '../plan/unselected-values.ts';
import { checkUserEnv } from '../plan/user-env.ts';
import type { PresetControls } from '../presets/preset.ts';
import { isCountControl } from '../presets/preset-values.ts';
import { outerCeilings, renderCeilingRepairs, renderCeilings, renderOuterCeilings } from './sh-ceilings.ts';
import { chooseClaims, renderClaim, setCount, type Claim } from './sh-claims.ts';
import { guardUnlessLike, quoteWord } from './sh-words.ts';
import THREADS from './sh/threads.sh' with { type: 'text' };

export interface ShControls {
  /** The presets of this export, in the order in which they count. */
  readonly controls: readonly PresetControls[];
  readonly knownControls: readonly PresetControls[];
  readonly extraControls: Readonly<Record<string, string>>;
  readonly userEnv: Readonly<Record<string, string>>;
  readonly workers: number | 'auto';
  readonly pool: Pool;
  readonly inherit: InheritPolicy;
}

/** When ours, `$2`, takes the place of a number of threads that is set already, `$opp_n`. */
const COUNT_RULES: Readonly<Record<InheritPolicy, { comment: string; tooMany: string }>> = {
  cap: {
    comment: 'What is set already stays when it is not higher',
    tooMany: '\n  elif [ "$opp_n" -gt "${2:-2147483647}" ]; then opp_n=$2 opp_ours="$opp_ours $1 "',
  },
  keep: { comment: 'What is set already stays', tooMany: '' },
  replace: {
    comment: 'What is set already does not count',
    tooMany: `\n  elif [ "\${2:-$opp_value}" != "$opp_value" ]; then opp_n=$2 opp_tail='' opp_ours="$opp_ours $1 "`,
  },
};

/** As plan/soft-controls.ts. */
const SOFT = [
  '# opp_soft NAME NUMBER WEAKER ABSENT LIST: a number that frameworks write for their own workers where it is not set.',
  '# WEAKER is set instead, which gives one process the same, or nothing where its share is all CPUs (--pool auto).',
  '# ABSENT: whether nothing will do; `user` where WEAKER is set by --env, and stays as it is.',
  'opp_soft() {',
  '  eval "opp_value=\\${$1+set} opp_other=\\${${3:-$1}-$2} opp_has=\\${${3:-$1}+set}"',
  '  if [ "$2" = 1 ] || [ -n "$opp_value" ] || { [ "$4" = no ] && [ "$opp_other" != "$2" ]; }; then',
  '    case $3 in \'\') opp_set "$1" "$2" "$5" ;; *) opp_set "$1" "$2" ;; esac',
  '  elif [ "$4" != user ] && { [ "$opp_all$4" != yesyes ] || [ -n "$opp_has" ]; }; then opp_set "${3:-$1}" "$2" "$5"; fi',
  '}',
];

/** The counts that no preset of the export sets: as plan/unselected-values.ts, without what is only said there. */
const UNSELECTED = [
  '# opp_lower NAME NUMBER [LIST]: a number that is set already, to NUMBER where it is higher; a malformed one goes.',
  'opp_lower() {',
  '  opp_set "$1" \'\' "${3-}"',
  '  eval "opp_value=\\${$1-}"',
  '  ! opp_read "${3-}" || [ "$opp_n" -le "$2" ] || eval "export $1=\\$2\\$opp_tail"',
  '}',
];

/** Throws USAGE for a bad --env and CONFIG_INVALID for a bad control, as the plan does. */
export function renderControls(input: ShControls): string {
  const { pool, userEnv, inherit } = input;
  const presets = [...extraPreset(input.extraControls), ...input.controls];
  const known = [...presets, ...input.knownControls];
  checkUserEnv(userEnv, known, { pool, threads: 1 });
  const claims = chooseClaims(presets, pool, new Set(Object.keys(userEnv)), known);
  const { comment, tooMany } = COUNT_RULES[inherit];
  const ceilings = outerCeilings(presets, known);
  const unselected = renderUnselected(input, known, claims, new Set(ceilings.map(({ variable }) => variable)));
  const isLowering = unselected.some((line) => line.includes('opp_lower'));
  return [
    THREADS.trimEnd().replace('@RULE@', `${comment} (--inherit ${inherit}).`).replace('@TOO_MANY@', tooMany),
    ...(pool === 'auto' ? SOFT : []),
    ...(isLowering ? UNSELECTED : []),
    ...renderUserEnv(userEnv),
    ...renderCeilingRepairs(ceilings, userEnv, pool),
    ...renderClaims(input, claims, known),
    ...renderCeilings(presets, new Set([...claims.keys(), ...Object.keys(userEnv)])),
    ...renderOuterCeilings(ceilings, claims),
    ...renderRemovals(input, presets, claims),
    ...unselected,
    input.workers === 1
      ? 'export ONEPROCPOOL_WORKER_INDEX=0'
      : '[ -z "$opp_index" ] || export ONEPROCPOOL_WORKER_INDEX="$opp_index"',
    'export ONEPROCPOOL_WORKER_COUNT="$opp_workers" ONEPROCPOOL_THREADS="$opp_share" ONEPROCPOOL_CPUS="$opp_share"',
  ].join('\n');
}

function renderUserEnv(userEnv: Readonly<Record<string, string>>): string[] {
  return Object.entries(userEnv).map(([name, value]) => `export ${name}=${quoteWord(value)}`);
}

/** Numbers that are always set, in one loop for each way of setting them; then the others, one by one. */
function renderClaims(
  input: ShControls,
  claims: ReadonlyMap<string, readonly Claim[]>,
  known: readonly PresetControls[],
): string[] {
  const loops = new Map<string, string[]>();
  const others: string[] = [];
  for (const [name, chain] of strongFirst(claims)) {
    const [first] = chain;
    const isPlain = first?.tests.length === 0 && isCountControl(first.control);
    if (isPlain && (input.inherit !== 'keep' || first.control.alsoValid === undefined)) {
      const body = setCount('"$opp_name"', first);
      loops.set(body, [...(loops.get(body) ?? []), name]);
    } else {
      others.push(...renderClaim(chain, input.inherit, fallbackOf(name, input, known)));
    }
  }
  return [...[...loops].flatMap(([body, names]) => loopOver(names, body)), ...others];
}

/** Whether a weaker variable is set already must be asked before it is set as a control of its own. */
function strongFirst(claims: ReadonlyMap<string, readonly Claim[]>): (readonly [string, readonly Claim[]])[] {
  const hasWeaker = (chain: readonly Claim[]) => chain.some(({ control }) => control.soft?.variable !== undefined);
  const all = [...claims];
  return [...all.filter(([, chain]) => hasWeaker(chain)), ...all.filter(([, chain]) => !hasWeaker(chain))];
}

/** What becomes of the variable when no condition holds. */
function fallbackOf(name: string, input: ShControls, known: readonly PresetControls[]): string[] {
  if (input.inherit !== 'keep' && harmfulNames(input.controls).some(({ variable }) => variable === name))
    return [`unset ${name}`];
  const unselected = new Map(countControls(known)).get(name);
  return unselected === undefined ? [] : renderOneUnselected(name, unselected, input.inherit);
}

function harmfulNames(presets: readonly PresetControls[]) {
  return presets.flatMap(({ unset }) => unset);
}

function renderRemovals(
  { inherit, workers, userEnv, pool }: ShControls,
  presets: readonly PresetControls[],
  claims: ReadonlyMap<string, readonly Claim[]>,
): string[] {
  // What was there is kept; what was not needs no removal.
  if (inherit === 'keep') return [];
  const isFree = (name: string) => !claims.has(name) && !Object.hasOwn(userEnv, name);
  const harmful = harmfulNames(presets).filter(({ variable }) => isFree(variable));
  const always = namesOf(harmful.filter(({ onlyWithSeveralWorkers }) => onlyWithSeveralWorkers !== true));
  const several = namesOf(harmful).filter((name) => !always.includes(name));
  const lines = always.length === 0 ? [] : fold('unset', always);
  if (several.length === 0 || (workers === 1 && pool !== 'app')) return lines;
  return workers === 'auto' && pool !== 'app'
    ? [...lines, ...fold('[ "$opp_workers" = 1 ] || unset', several)]
    : [...lines, ...fold('unset', several)];
}

function namesOf(list: readonly { readonly variable: string }[]): string[] {
  return [...new Set(list.map(({ variable }) => variable))].sort();
}

function renderUnselected(
  { userEnv, controls, workers, pool, inherit }: ShControls,
  known: readonly PresetControls[],
  claims: ReadonlyMap<string, readonly Claim[]>,
  ceilings: ReadonlySet<string>,
): string[] {
  const removed = harmfulNames(controls)
    .filter(({ onlyWithSeveralWorkers }) => onlyWithSeveralWorkers !== true || workers !== 1 || pool === 'app')
    .map(({ variable }) => variable);
  const settled = new Set([...claims.keys(), ...Object.keys(userEnv), ...removed, ...ceilings]);
  const open = countControls(known).filter(([name]) => !settled.has(name));
  const isPlain = ({ control }: UnselectedControl) => control.alsoValid === undefined;
  const loops = new Map<string, string[]>();
  for (const [name, unselected] of open.filter(([, item]) => isPlain(item))) {
    const body = setUnselected('"$opp_name"', unselected, inherit);
    loops.set(body, [...(loops.get(body) ?? []), name]);
  }
  return [
    ...[...loops].flatMap(([body, names]) => loopOver(names, body)),
    ...open.flatMap(([name, item]) => (isPlain(item) ? [] : renderOneUnselected(name, item, inherit))),
  ];
}

function renderOneUnselected(name: string, unselected: UnselectedControl, inherit: InheritPolicy): string[] {
  const most = mostInSh(unselected, inherit);
  const ifWord = most === undefined ? '' : `export ${name}="${most}"`;
  return guardUnlessLike(name, unselected.control.alsoValid ?? [], setUnselected(name, unselected, inherit), ifWord);
}

function setUnselected(name: string, unselected: UnselectedControl, inherit: InheritPolicy): string {
  const { list = '' } = unselected.control;
  const most = mostInSh(unselected, inherit);
  const words = most === undefined ? ['opp_set', name, list && `'' ${list}`] : ['opp_lower', name, `"${most}"`, list];
  return words.filter((word) => word !== '').join(' ');
}

/** `undefined` where the value is not lowered. */
function mostInSh(unselected: UnselectedControl, inherit: InheritPolicy): string | undefined {
  const least = inherit === 'keep' ? null : mostUnselected(unselected, 1);
  if (least === null) return undefined;
  return least === 1 ? '$opp_share' : `$((opp_share > ${least} ? opp_share : ${least}))`;
}

function loopOver(names: readonly string[], body: string): string[] {
  const [first] = names;
  if (first !== undefined && names.length === 1) return [body.replace('"$opp_name"', first)];
  return names.length === 0 ? [] : [...fold('for opp_name in', names, '; do'), `  ${body}`, 'done'];
}

/** `head NAME NAME...end` over as many lines as it takes. */
function fold(head: string, names: readonly string[], end = ''): string[] {
  const lines = [head];
  for (const name of names) {
    const last = lines.at(-1) ?? '';
    if (last.length + name.length + 1 <= 116) lines[lines.length - 1] = `${last} ${name}`;
    else lines.push(`${' '.repeat(head.length - head.trimStart().length)}  ${name}`);
  }
  return lines.map((line, at) => (at === lines.length - 1 ? `${line}${end}` : `${line} \\`));
}

/** Every variable that some plan with these presets sets. */
export function variablesThatMayBeSet(input: ShControls): string[] {
  const presets = [...extraPreset(input.extraControls), ...input.controls];
  const own = ['ONEPROCPOOL_WORKER_INDEX', 'ONEPROCPOOL_WORKER_COUNT', 'ONEPROCPOOL_THREADS', 'ONEPROCPOOL_CPUS'];
  const claims = chooseClaims(presets, input.pool, new Set(), input.knownControls);
  const weaker = [...claims.values()].flat().flatMap(({ control }) => control.soft?.variable ?? []);
  return [...new Set([...claims.keys(), ...weaker, ...Object.keys(input.userEnv), ...own])].sort();
}
