/**
 * The CPUs that all processes of a job may use together on this host: the cpuset of its cgroup. Uses a `FilePort`.
 */
import type { FilePort } from '../host/ports.ts';
import { locateController, type CgroupView } from './cgroup-levels.ts';
import { parseCpuList } from './cpu-list.ts';

const CPUSET_FILES = { v1: ['cpuset.effective_cpus', 'cpuset.cpus'], v2: ['cpuset.cpus.effective'] } as const;

/**
 * How many CPUs the nearest cgroup with a cpuset allows; `null` when none can be seen. A binding of single processes
 * (sched_setaffinity) does not change it.
 * Source: https://docs.kernel.org/admin-guide/cgroup-v2.html#cpuset-interface-files
 */
export function readCpusetCount(files: FilePort, view: CgroupView): number | null {
  const levels = locateController(files, view, 'cpuset');
  for (const directory of levels?.chains.flat() ?? []) {
    for (const name of CPUSET_FILES[levels?.version ?? 'v2']) {
      const cpus = parseCpuList(files.readText(`${directory}/${name}`) ?? '');
      if (cpus !== null && cpus.length > 0) return cpus.length;
    }
  }
  return null;
}
