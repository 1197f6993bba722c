// What the benchmarks share: a clean environment, medians, and the state of the machine.
import { cpus, loadavg } from 'node:os';

/** NODE_EXTRA_CA_CERTS and NODE_OPTIONS change the start of Node; our own variables change what we do. */
export function cleanEnvironment() {
  const noise = /^(NODE_EXTRA_CA_CERTS|NODE_OPTIONS|NODE_COMPILE_CACHE|ONEPROCPOOL_.*)$/;
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !noise.test(name)));
}

/** Value at `fraction` (0 to 1) of the sorted values. */
export function quantile(values, fraction) {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.round((sorted.length - 1) * fraction)];
}

export function median(values) {
  return quantile(values, 0.5);
}

export function describeMachine() {
  return `Node ${process.versions.node}, ${cpus().length} CPUs, load ${loadavg()[0].toFixed(1)}`;
}

/** Rows as a Markdown table; the first row is the head. */
export function table(rows) {
  const widths = rows[0].map((_, column) => Math.max(...rows.map((row) => String(row[column]).length)));
  const line = (row) => `| ${row.map((cell, column) => String(cell).padEnd(widths[column])).join(' | ')} |`;
  const [head, ...body] = rows;
  return [line(head), `|${widths.map((width) => '-'.repeat(width + 2)).join('|')}|`, ...body.map(line)].join('\n');
}
