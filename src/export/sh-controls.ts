/**
 * The part of the sh file that sets, keeps and removes variables: plan/environment-overlay.ts in sh. Pure.
 */
import { extraPreset } from '../plan/extra-controls.ts';
import type { InheritPolicy, Pool } from '../plan/plan.ts';
import { checkUserEnv } from '../plan/user-env.ts';
import type { ControlVariable, PresetControls } from '../presets/preset.ts';
import { isCountControl } from '../presets/preset-values.ts';
import { renderCeilings } from './sh-ceilings.ts';
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

/** How a number of threads that is set already, `$opp_n`, and `$2`, ours, become one: when ours counts. */
const COUNT_RULES: Readonly<Record<InheritPolicy, { comment: string; tooMany: string }>> = {
  cap: { comment: 'What is set already stays when it is not higher', tooMany: '[ "$opp_n" -gt "${2:-2147483647}" ]' },
  keep: { comment: 'What is set already stays', tooMany: '[ "$opp_n" -gt 2147483647 ]' },
  replace: {
    comment: 'What is set already does not count',
    tooMany: '[ "$opp_n" -gt 2147483647 ] || [ -n "${2-}" ]',
  },
};

/** As plan/soft-controls.ts. */
const SOFT = [
  '# opp_soft NAME NUMBER WEAKER ABSENT: a number that frameworks write for their own workers where it is not set.',
  '# WEAKER is set instead, which gives one process the same, or nothing where its share is all CPUs (--pool auto).',
  'opp_soft() {',
  '  eval "opp_value=\\${$1+set} opp_other=\\${${3:-$1}-$2}"',
  '  if [ "$2" = 1 ] || [ -n "$opp_value" ] || [ "$opp_other" != "$2" ]; then opp_set "$1" "$2"',
  '  elif [ "$opp_all$4" != yesyes ]; then opp_set "${3:-$1}" "$2"; fi',
  '}',
];

/** Throws USAGE for a bad --env and CONFIG_INVALID for a bad control, as the plan does. */
export function renderControls(input: ShControls): string {
  const { pool, userEnv, inherit } = input;
  const presets = [...extraPreset(input.extraControls), ...input.controls];
  const known = [...presets, ...input.knownControls];
  checkUserEnv(userEnv, known, { pool, threads: 1 });
  const claims = chooseClaims(presets, pool, new Set(Object.keys(userEnv)));
  const { comment, tooMany } = COUNT_RULES[inherit];
  return [
    THREADS.trimEnd().replace('@RULE@', `${comment} (--inherit ${inherit}).`).replace('@TOO_MANY@', tooMany),
    ...(pool === 'auto' ? SOFT : []),
    ...renderUserEnv(userEnv),
    ...renderClaims(input, claims, known),
    ...renderCeilings(presets, new Set([...claims.keys(), ...Object.keys(userEnv)])),
    ...renderRemovals(input, presets, claims),
    ...renderRepairs(input, known, claims),
    input.workers === 1
      ? 'export ONEPROCPOOL_WORKER_INDEX=0'
      : '[ -z "$opp_index" ] || export ONEPROCPOOL_WORKER_INDEX="$opp_index"',
    'export ONEPROCPOOL_WORKER_COUNT="$opp_workers" ONEPROCPOOL_THREADS="$opp_share" ONEPROCPOOL_CPUS="$opp_share"',
  ].join('\n');
}

function renderUserEnv(userEnv: Readonly<Record<string, string>>): string[] {
  const names = Object.keys(userEnv);
  const kept = names.length === 0 ? [] : [`opp_kept='${names.map((name) => ` ${name} `).join('')}'`];
  return [...kept, ...Object.entries(userEnv).map(([name, value]) => `export ${name}=${quoteWord(value)}`)];
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
  const control = countControls(known).get(name);
  return control === undefined ? [] : guardUnlessLike(name, control.alsoValid ?? [], `opp_set ${name}`);
}

function harmfulNames(presets: readonly PresetControls[]) {
  return presets.flatMap(({ unset }) => unset);
}

/** Of several the last, as in plan/removals.ts. */
function countControls(known: readonly PresetControls[]): Map<string, ControlVariable> {
  return new Map(
    known.flatMap(({ set }) => set.filter(isCountControl)).map((control) => [control.variable, control] as const),
  );
}

function renderRemovals(
  { inherit, workers, userEnv }: ShControls,
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
  if (several.length === 0 || workers === 1) return lines;
  return workers === 'auto'
    ? [...lines, ...fold('[ "$opp_workers" = 1 ] || unset', several)]
    : [...lines, ...fold('unset', several)];
}

function namesOf(list: readonly { readonly variable: string }[]): string[] {
  return [...new Set(list.map(({ variable }) => variable))].sort();
}

function renderRepairs(
  { userEnv, controls, workers }: ShControls,
  known: readonly PresetControls[],
  claims: ReadonlyMap<string, readonly Claim[]>,
): string[] {
  const removed = harmfulNames(controls)
    .filter(({ onlyWithSeveralWorkers }) => onlyWithSeveralWorkers !== true || workers !== 1)
    .map(({ variable }) => variable);
  const settled = new Set([...claims.keys(), ...Object.keys(userEnv), ...removed]);
  const open = [...countControls(known)].filter(([name]) => !settled.has(name)).sort(([a], [b]) => (a < b ? -1 : 1));
  const plain = open.filter(([, { alsoValid }]) => alsoValid === undefined).map(([name]) => name);
  return [
    ...loopOver(plain, 'opp_set "$opp_name"'),
    ...open.flatMap(([name, { alsoValid }]) =>
      alsoValid === undefined ? [] : guardUnlessLike(name, alsoValid, `opp_set ${name}`),
    ),
  ];
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
  const claims = chooseClaims(presets, input.pool, new Set());
  const weaker = [...claims.values()].flat().flatMap(({ control }) => control.soft?.variable ?? []);
  return [...new Set([...claims.keys(), ...weaker, ...Object.keys(input.userEnv), ...own])].sort();
}
