/**
 * Which of the allowed CPUs are hardware threads of the same physical core. Uses a `FilePort`.
 */
import type { FilePort } from '../host/ports.ts';
import { parseCpuList } from './cpu-list.ts';

const CPU_DIRECTORY = '/sys/devices/system/cpu';

/** The same list under its name since Linux 5.3 and its older name. */
const SIBLING_FILES = ['core_cpus_list', 'thread_siblings_list'];

function readSiblings(files: FilePort, cpu: number): number[] | undefined {
  for (const name of SIBLING_FILES) {
    const siblings = parseCpuList(files.readText(`${CPU_DIRECTORY}/cpu${cpu}/topology/${name}`) ?? '');
    if (siblings?.includes(cpu) === true) return siblings;
  }
  return undefined;
}

/** `package:core`; `undefined` when the kernel does not know the core. */
function readCoreKey(files: FilePort, cpu: number): string | undefined {
  const topology = `${CPU_DIRECTORY}/cpu${cpu}/topology`;
  const core = files.readText(`${topology}/core_id`)?.trim() ?? '';
  // -1 is "unknown" for a core; machines without packages print it for all of them.
  const packageId = files.readText(`${topology}/physical_package_id`)?.trim() ?? '';
  return /^\d+$/.test(core) && /^-?\d+$/.test(packageId) ? `${packageId}:${core}` : undefined;
}

/**
 * Groups of allowed CPUs that share a core, ascending by first CPU; `null` when a CPU's core cannot be told.
 * Source: https://docs.kernel.org/admin-guide/cputopology.html
 *
 * One file for each core is read, not one for each CPU, and a single file when hardware threads are off.
 */
export function readCoreGroups(files: FilePort, allowedCpus: readonly number[]): number[][] | null {
  const alone = allowedCpus.map((cpu) => [cpu]);
  if (allowedCpus.length <= 1 || files.readText(`${CPU_DIRECTORY}/smt/active`)?.trim() === '0') return alone;
  const allowed = new Set(allowedCpus);
  const grouped = new Set<number>();
  const groupByKey = new Map<string, number[]>();
  for (const cpu of allowedCpus) {
    if (grouped.has(cpu)) continue;
    const siblings = readSiblings(files, cpu)?.filter((sibling) => allowed.has(sibling) && !grouped.has(sibling));
    if (siblings !== undefined) {
      for (const sibling of siblings) grouped.add(sibling);
      groupByKey.set(`siblings of ${cpu}`, siblings);
      continue;
    }
    const key = readCoreKey(files, cpu);
    if (key === undefined) return null;
    groupByKey.set(key, [...(groupByKey.get(key) ?? []), cpu]);
  }
  return [...groupByKey.values()];
}
