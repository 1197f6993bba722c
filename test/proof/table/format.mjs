// The format of a row of the set, and what it means. Pure.
//
//   id        unique; letters, digits, `-`
//   command   words; {engine}, {engine.py}, {openmp}, {node}, {go}, {consumers}, {java}, {beam}, {core} (Python with NumPy, Polars and
//             joblib), {python}, {programs} (../programs) and {seconds} are replaced: ../run/prepare.mjs
//   seconds   how long it runs (6); over 5, so that `unknown` counts as a fault
//   workers   copies, `-w` (1)            threads   share of each in threads, `--threads` (1)
//   like      what one copy does, as groups of the engine (../truth/shapes.mjs): from this the demand and the label follow.
//             The start-up of a runtime is left out with `from`
//   minQuota  the smallest quota in CPUs in which it gets to its work in time (0.1)
//
// Write rows with the functions below:
//   c(ID, GROUPS, { seconds, workers, threads })                     the engine in C
//   python(ID, GROUPS, { like, seconds, workers, threads })          the engine in Python; `like` where the lock counts
//   command(ID, WORDS, { like, seconds, workers, threads, minQuota })   anything else
// Label by construction, for one copy against its share and for all copies against the budget (2 CPUs or the quota):
// `above` a CPU or more over it for 3 s in windows of 1 s, `within` never over it, `grey` between (not judged). A program that would be `within` is grey too
// in a condition that leaves it no time for its pauses, and when it works in short bursts on more threads than its share.

const DEFAULTS = { seconds: 6, workers: 1, threads: 1, minQuota: 0.1 };
const SLOW_STARTERS = ['{core}', 'java', 'erl'];

export function c(id, groups, options = {}) {
  return { ...DEFAULTS, id, like: groups, command: ['{engine}', '{seconds}', ...groups.split(' ')], ...options };
}

export function python(id, groups, options = {}) {
  const command = ['{python}', '{engine.py}', '{seconds}', ...groups.split(' ')];
  return { ...DEFAULTS, minQuota: 0.5, id, like: groups, command, ...options };
}

export function command(id, words, options) {
  const minQuota = words.some((word) => SLOW_STARTERS.includes(word)) ? 0.5 : 0.1;
  return { ...DEFAULTS, minQuota, id, command: words, ...options };
}
