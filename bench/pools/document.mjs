// The measured tables of docs/pools.md.
import { readFileSync, writeFileSync } from 'node:fs';
import { release } from 'node:os';
import { median, table } from '../rounds.mjs';
import { ALL_CPUS, SETUPS, WAYS } from './setups.mjs';

const DOCUMENT = 'docs/pools.md';
const HEADS = {
  bare: 'bare',
  libraries: '`--pool libraries`',
  auto: '`--pool auto`',
  'auto-narrow': '`--pool auto`, quota',
  app: '`--pool app`',
};

/** Processes x demand of each, and the time as a multiple of the bare run of the same round. */
export function waysTable(results) {
  return table(waysRows(results));
}

function waysRows(results) {
  const ways = WAYS.filter((way) => results.some((result) => result.way === way));
  const rows = SETUPS.flatMap(({ id, name }) => {
    const own = results.filter(({ setup }) => setup === id);
    return own.length === 0 ? [] : [[name, ...ways.map((way) => cell(own, way))]];
  });
  return [['program', ...ways.map((way) => HEADS[way])], ...rows];
}

function cell(results, way) {
  const runs = results.filter((result) => result.way === way && result.seconds !== null);
  if (runs.length === 0) return 'failed';
  const typical = [...runs].sort((a, b) => a.total - b.total)[Math.floor(runs.length / 2)];
  const mean = typical.total / Math.max(1, typical.demands.length);
  const ratios = runs.flatMap(({ round, seconds }) => {
    const bare = results.find((result) => result.way === 'bare' && result.round === round);
    return bare?.seconds ? [seconds / bare.seconds] : [];
  });
  const time = ratios.length === 0 || way === 'bare' ? '' : `, ${median(ratios).toFixed(2)}`;
  return `${typical.demands.length} x ${mean.toFixed(1)}${time}`;
}

/** What becomes of a pool of the default size with a share of 1 on a machine with more CPUs. */
export function sizesTable(results) {
  return table(sizesRows(results));
}

function sizesRows(results) {
  const rows = results.flatMap(({ setup, demands, total, outcome }) => {
    const { name, size } = SETUPS.find(({ id }) => id === setup);
    return size === 'none' ? [] : [[name, size, demands.length, total.toFixed(1), outcome]];
  });
  return [['program', 'size from', 'busy processes', 'demand', 'proof'], ...rows];
}

export function updateDocument(results, sizes) {
  const machine = `Measured by \`node bench/pools.mjs --update\` on ${new Date().toISOString().slice(0, 10)}: ${ALL_CPUS} CPUs, Linux ${release()}.`;
  let text = readFileSync(DOCUMENT, 'utf8');
  for (const [name, rows, note] of [
    ...(results.length > 0 ? [['ways', waysRows(results), `\n\n${machine}`]] : []),
    ['sizes', sizesRows(sizes), ''],
  ]) {
    const pattern = new RegExp(`(<!-- measured: ${name} -->\n)([^]*?)(<!-- end -->)`);
    if (!pattern.test(text)) throw new Error(`${DOCUMENT} has no place for ${name}`);
    text = text.replace(
      pattern,
      (_, begin, old, end) => `${begin}\n${table(mergeRows(rowsOf(old), rows))}${note}\n\n${end}`,
    );
  }
  writeFileSync(DOCUMENT, text);
}

/** The programs that were measured now replace those of before; the order is that of SETUPS. */
function mergeRows(old, [head, ...fresh]) {
  const byName = new Map([...old.slice(1), ...fresh].map((row) => [row[0], row]));
  return [head, ...SETUPS.flatMap(({ name }) => (byName.has(name) ? [byName.get(name)] : []))];
}

/** The cells of a table of Markdown, without the line below its head. */
function rowsOf(text) {
  const lines = text.split('\n').filter((line) => line.startsWith('|') && !line.startsWith('|-'));
  return lines.map((line) =>
    line
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim()),
  );
}
