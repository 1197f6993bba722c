// The conditions in which programs run, and which one of the loaded ones a program gets. Pure.

export const NEIGHBOURS = 8;
/** Everything runs on so many CPUs of the machine, so that the figures are those of any machine. */
export const CPUS = 2;

const condition = (name, quotaCpus, neighbours) => ({ name, quotaCpus, neighbours });

export const QUIET = condition('quiet', undefined, 0);
export const LOADED = [
  condition('neighbours', undefined, NEIGHBOURS),
  ...[0.1, 0.5, 1.5].map((quota) => condition(`quota-${quota}`, quota, 0)),
  ...[0.1, 0.5, 1.5].map((quota) => condition(`neighbours-quota-${quota}`, quota, NEIGHBOURS)),
];
export const CONDITIONS = [QUIET, ...LOADED];

/** What a program gets when it asks for more; the neighbours take half: setting.mjs. */
export const availableCpus = ({ quotaCpus, neighbours }) =>
  Math.min(quotaCpus ?? CPUS, neighbours > 0 ? CPUS / 2 : CPUS);

export const budgetOf = ({ quotaCpus }) => Math.min(CPUS, quotaCpus ?? CPUS);

export const fits = ({ minQuota }, { quotaCpus }) => quotaCpus === undefined || quotaCpus >= minQuota;

/** One in which the truth can be seen, if there is any. */
export function drawLoaded(row, seed, canBeSeen = () => true) {
  const fitting = LOADED.filter((condition) => fits(row, condition));
  const seen = fitting.filter(canBeSeen);
  const possible = seen.length > 0 ? seen : fitting;
  return possible[hash(`${seed} ${row.id}`) % possible.length];
}

/** FNV-1a: the same on every machine. */
export function hash(text) {
  let value = 0x811c9dc5;
  for (const byte of Buffer.from(text)) value = Math.imul(value ^ byte, 0x01000193) >>> 0;
  // The low bits of near texts are near.
  value = Math.imul(value ^ (value >>> 15), 0x2c1b3c6d) >>> 0;
  return (value ^ (value >>> 12)) >>> 0;
}
