/**
 * Text of an option to a value, strictly: each parser answers `undefined` for text that is not exactly of
 * its form, so NaN, zero and `1e3` never get through. Pure.
 */

/** CPUs held back from the budget. */
export type Reserve =
  { readonly kind: 'cpus'; readonly cpus: number } | { readonly kind: 'percent'; readonly percent: number };

/** More CPUs than any machine has. */
export const MAX_CPUS = 65_536;
/** setTimeout takes at most 2^31-1 ms; a day is the largest that anybody can mean. */
const MAX_DURATION_MS = 24 * 60 * 60 * 1000;
const UNIT_MS: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 };

/** Decimal digits without sign, leading zero, point or exponent; 1 to `max`. */
export function parseWholeNumber(text: string, max: number): number | undefined {
  if (!/^[1-9]\d*$/.test(text)) return undefined;
  const value = Number(text);
  return value <= max ? value : undefined;
}

/**
 * CPUs: `2`, `1.5`, `.5` or millicores `1500m` (1.5). More than zero, at most `MAX_CPUS`.
 * Any number of decimals: the share that an outer launcher hands down can be 2.6666666666666665.
 * Source: the quantities of Kubernetes, https://kubernetes.io/docs/concepts/configuration/manage-resources-containers/#meaning-of-cpu
 */
export function parseCpuAmount(text: string): number | undefined {
  const cpus = parseCpus(text);
  return cpus !== undefined && cpus > 0 ? cpus : undefined;
}

function parseCpus(text: string): number | undefined {
  let cpus: number;
  if (/^\d{1,9}m$/.test(text)) cpus = Number(text.slice(0, -1)) / 1000;
  else if (/^(\d{1,9}(\.\d+)?|\.\d+)$/.test(text)) cpus = Number(text);
  else return undefined;
  return cpus <= MAX_CPUS ? cpus : undefined;
}

/** `1`, `0.5`, `500m` CPUs or `10%` of the budget (less than 100 %). Zero is allowed: nothing is held back. */
export function parseReserve(text: string): Reserve | undefined {
  if (text.endsWith('%')) {
    if (!/^\d{1,2}(\.\d{1,3})?%$/.test(text)) return undefined;
    return { kind: 'percent', percent: Number(text.slice(0, -1)) };
  }
  const cpus = parseCpus(text);
  return cpus === undefined ? undefined : { kind: 'cpus', cpus };
}

/** `500ms`, `10s`, `1.5m`, `1h`; a bare number is seconds. Result in whole milliseconds, rounded; 0 to one day. */
export function parseDurationMs(text: string): number | undefined {
  const match = /^(\d{1,9}(?:\.\d{1,3})?)(ms|s|m|h)?$/.exec(text);
  if (match === null) return undefined;
  const durationMs = Math.round(Number(match[1]) * (UNIT_MS[match[2] ?? 's'] ?? 1000));
  return durationMs <= MAX_DURATION_MS ? durationMs : undefined;
}

/** `NAME=VALUE`; the value may be empty and may hold `=`. A name is what a shell can export. */
export function parseAssignment(text: string): readonly [name: string, value: string] | undefined {
  const equals = text.indexOf('=');
  if (equals < 1 || text.includes('\0')) return undefined;
  const name = text.slice(0, equals);
  return isVariableName(name) ? [name, text.slice(equals + 1)] : undefined;
}

/** Whether every shell can export a variable of this name. */
export function isVariableName(name: string): boolean {
  return /^[A-Za-z_][A-Za-z0-9_]*$/.test(name);
}

/** A switch in the environment: 1/true/yes/on or 0/false/no/off, letter case ignored. */
export function parseSwitch(text: string): boolean | undefined {
  const word = text.toLowerCase();
  if (['1', 'true', 'yes', 'on'].includes(word)) return true;
  if (['0', 'false', 'no', 'off'].includes(word)) return false;
  return undefined;
}

/** Any text that can be a file name: not empty, no NUL. */
export function parsePath(text: string): string | undefined {
  return text === '' || text.includes('\0') ? undefined : text;
}
