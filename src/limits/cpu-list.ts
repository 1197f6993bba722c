/**
 * The kernel's list form of CPU numbers, `0-3,8`. Pure.
 */

/** CPU numbers above this are not believed, and no limit above this many CPUs is one. The kernel stops at 8192. */
export const MAX_CPUS = 65_536;

const RANGE = /^(\d{1,6})(?:-(\d{1,6}))?$/;

/**
 * CPU numbers of a list such as `0-3,8`, ascending and without doubles; empty text is an empty list.
 * `null` for anything that the kernel does not print, and for numbers of `MAX_CPUS` and above.
 * Source: https://docs.kernel.org/admin-guide/kernel-parameters.html ("cpu lists"), as printed by `%*pbl`.
 */
export function parseCpuList(text: string): number[] | null {
  const trimmed = text.trim();
  if (trimmed === '') return [];
  const cpus = new Set<number>();
  for (const item of trimmed.split(',')) {
    const match = RANGE.exec(item);
    if (match === null) return null;
    const first = Number(match[1]);
    const last = match[2] === undefined ? first : Number(match[2]);
    if (last < first || last >= MAX_CPUS) return null;
    for (let cpu = first; cpu <= last; cpu += 1) cpus.add(cpu);
  }
  return [...cpus].sort((a, b) => a - b);
}

/** The shortest list form of ascending CPU numbers: `[0,1,2,3,8]` is `0-3,8`. */
export function formatCpuList(cpus: readonly number[]): string {
  const ranges: [first: number, last: number][] = [];
  for (const cpu of cpus) {
    const range = ranges.at(-1);
    if (range !== undefined && cpu === range[1] + 1) range[1] = cpu;
    else ranges.push([cpu, cpu]);
  }
  return ranges.map(([first, last]) => (first === last ? `${first}` : `${first}-${last}`)).join(',');
}
