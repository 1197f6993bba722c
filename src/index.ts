/**
 * Library entry. Uses the real file system.
 */
import { createFiles } from './host/files.ts';
import { readCpuLimits as readCpuLimitsFrom } from './limits/cpu-limits.ts';
import type { CpuLimitsReading } from './limits/limits.ts';

/** The limits of this process, or of the machine whose /proc and /sys lie below `root`. */
export function readCpuLimits({ root }: { readonly root?: string } = {}): CpuLimitsReading {
  const env = root === undefined ? (process.env as Record<string, string>) : {};
  return readCpuLimitsFrom(createFiles(root), { env, fallbackCpuCount: null });
}
