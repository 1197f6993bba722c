/**
 * The tightest memory limit over our cgroup and its visible ancestors. Uses a `FilePort`.
 */
import type { Finding } from '../finding.ts';
import type { FilePort } from '../host/ports.ts';
import type { ControllerLevels } from './cgroup-levels.ts';
import { memoryLimitMalformed } from './limit-findings.ts';

/** v1 prints the largest multiple of a page below 2^63 for "no limit"; no machine has a thousandth of it. */
const UNLIMITED_BYTES = 2 ** 53;

/**
 * Bytes; `null` for no limit (`max` in v2, a number near 2^63 in v1), `undefined` for text the kernel never writes
 * and for 0, with which nothing runs. Source: https://docs.kernel.org/admin-guide/cgroup-v2.html#memory-interface-files
 */
export function parseMemoryLimit(text: string): number | null | undefined {
  const trimmed = text.trim();
  if (trimmed === 'max' || trimmed === '-1') return null;
  if (!/^\d{1,20}$/.test(trimmed)) return undefined;
  const bytes = Number(trimmed);
  if (bytes === 0) return undefined;
  return bytes >= UNLIMITED_BYTES ? null : bytes;
}

/** The smallest limit of all levels in bytes, at least 1; `null` without one. */
export function readMemoryLimit(
  files: FilePort,
  levels: ControllerLevels | null,
): { bytes: number | null; findings: Finding[] } {
  const fileName = levels?.version === 'v1' ? 'memory.limit_in_bytes' : 'memory.max';
  const findings: Finding[] = [];
  let bytes: number | null = null;
  for (const directory of new Set(levels?.chains.flat())) {
    const path = `${directory}/${fileName}`;
    const text = files.readText(path);
    if (text === undefined) continue;
    const limit = parseMemoryLimit(text);
    if (limit === undefined) findings.push(memoryLimitMalformed(path, text.trim()));
    else if (limit !== null && (bytes === null || limit < bytes)) bytes = limit;
  }
  return { bytes, findings };
}
