// Which programs run in which conditions. Pure.
import { BLIND } from '../table/blind.mjs';
import { PROGRAMS } from '../table/programs.mjs';
import { isStarved, truthOf } from '../truth/truth.mjs';
import { availableCpus, budgetOf, CONDITIONS, drawLoaded, fits, hash, QUIET } from './conditions.mjs';

const FAST_PROGRAMS = 40;
const FAST_SECONDS = 6;

export const ROWS = [
  ...PROGRAMS.map((row) => ({ ...row, blind: false })),
  ...BLIND.map((row) => ({ ...row, blind: true })),
];

/** `{ row, condition, truth }` in the order in which they run: those of one condition together. */
export function selectRuns({ only, conditions, fast, seed }) {
  const rows = ROWS.filter(({ id }) => only.length === 0 || only.some((words) => matches(id, words)));
  const pairs = fast
    ? fastPairs(rows, seed)
    : rows.flatMap((row) => conditionsOf(row, conditions, seed).map((condition) => ({ row, condition })));
  return pairs
    .map((pair) => ({ ...pair, truth: truthIn(pair) }))
    .sort((a, b) => CONDITIONS.indexOf(a.condition) - CONDITIONS.indexOf(b.condition));
}

const matches = (id, words) => id === words || (words.endsWith('*') && id.startsWith(words.slice(0, -1)));

function conditionsOf(row, names, seed) {
  if (names.length === 0) return [QUIET, drawn(row, seed)];
  return CONDITIONS.filter((condition) => names.includes(condition.name) && fits(row, condition));
}

/** Half innocent, half not, each in one condition; short ones only. */
function fastPairs(rows, seed) {
  const ordered = rows
    .filter(({ seconds }) => seconds <= FAST_SECONDS)
    .sort((a, b) => hash(`${seed} ${a.id}`) - hash(`${seed} ${b.id}`));
  const pairs = ordered.map((row, i) => ({ row, condition: i % 3 === 0 ? QUIET : drawn(row, seed) }));
  const labelled = (label) =>
    pairs.filter(({ row, condition }) => truthIn({ row, condition }).label === label).slice(0, FAST_PROGRAMS / 2);
  return [...labelled('within'), ...labelled('above')];
}

const truthIn = ({ row, condition }) => truthOf(row, budgetOf(condition), availableCpus(condition));

const drawn = (row, seed) => drawLoaded(row, seed, (condition) => !isStarved(row, availableCpus(condition)));
