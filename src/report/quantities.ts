/**
 * Numbers as people read them. Pure.
 */

/** At most two decimals, none when they are zero: 1.5, 2, 0.33. */
export function formatNumber(value: number): string {
  return String(Number(value.toFixed(2)));
}

/** `1 CPU`, `2 CPUs`, `1.5 CPUs`. */
export function countOf(value: number, singular: string, plural = `${singular}s`): string {
  return `${formatNumber(value)} ${value === 1 ? singular : plural}`;
}

/** Bytes in binary units with one decimal: `1.5 GiB`. */
export function formatBytes(bytes: number): string {
  const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB'];
  let value = bytes;
  let unit = 0;
  while (value >= 1024 && unit < units.length - 1) {
    value /= 1024;
    unit += 1;
  }
  return `${Number(value.toFixed(1))} ${units[unit] ?? ''}`;
}

/** Ascending whole numbers as the kernel writes a CPU list: `0-3,8`. */
export function formatRanges(numbers: readonly number[]): string {
  const parts: string[] = [];
  for (let start = 0; start < numbers.length;) {
    let end = start;
    while (numbers[end + 1] === (numbers[end] ?? 0) + 1) end += 1;
    parts.push(end === start ? `${numbers[start]}` : `${numbers[start]}-${numbers[end]}`);
    start = end + 1;
  }
  return parts.join(',');
}
