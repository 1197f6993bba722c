/**
 * Which of the allowed CPUs are on the same NUMA node, and on the same package. Uses a `FilePort`.
 */
import type { FilePort } from '../host/ports.ts';
import { parseCpuList } from './cpu-list.ts';
import type { NumaNode } from './limits.ts';

const NODE_DIRECTORY = '/sys/devices/system/node';

/**
 * The nodes that hold allowed CPUs, ascending; empty when the kernel tells of none or leaves an allowed CPU out.
 * Source: https://docs.kernel.org/admin-guide/mm/numaperf.html and Documentation/ABI/stable/sysfs-devices-node.
 */
export function readNumaNodes(files: FilePort, allowedCpus: readonly number[]): NumaNode[] {
  const numbers = (files.listDirectory(NODE_DIRECTORY) ?? [])
    .flatMap((name) => /^node(\d{1,5})$/.exec(name)?.[1] ?? [])
    .map(Number)
    .sort((a, b) => a - b);
  const left = new Set(allowedCpus);
  const nodes: NumaNode[] = [];
  for (const node of numbers) {
    const listed = parseCpuList(files.readText(`${NODE_DIRECTORY}/node${node}/cpulist`) ?? '') ?? [];
    const cpus = listed.filter((cpu) => left.delete(cpu));
    if (cpus.length > 0) nodes.push({ node, cpus });
  }
  return left.size === 0 ? nodes : [];
}

/** Allowed CPUs by package, in the order of their first CPU; empty when a package cannot be told. One file a core. */
export function readPackages(files: FilePort, coreGroups: readonly (readonly number[])[]): number[][] {
  const packages = new Map<string, number[]>();
  for (const core of coreGroups) {
    const id = files.readText(`/sys/devices/system/cpu/cpu${core[0]}/topology/physical_package_id`)?.trim() ?? '';
    if (!/^\d+$/.test(id)) return [];
    packages.set(id, [...(packages.get(id) ?? []), ...core]);
  }
  return [...packages.values()];
}
