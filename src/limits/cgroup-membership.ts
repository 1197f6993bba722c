/**
 * Which cgroup we are in, for each hierarchy: /proc/self/cgroup. Pure.
 */

export interface CgroupMembership {
  /** Path in the v1 hierarchy of a controller, by controller name. */
  readonly v1: ReadonlyMap<string, string>;
  /** Path in the v2 hierarchy; `undefined` when there is none. */
  readonly v2: string | undefined;
}

/**
 * Reads lines `hierarchy:controllers:path`. The path may hold `:`, `,` and spaces; a bad line is skipped,
 * and the first line of a hierarchy counts. Source: cgroups(7), "/proc/pid/cgroup".
 */
export function parseCgroupMembership(text: string): CgroupMembership {
  const v1 = new Map<string, string>();
  let v2: string | undefined;
  for (const line of text.split('\n')) {
    const match = /^(\d+):([^:]*):(\/.*)$/.exec(line);
    if (match === null) continue;
    const [, hierarchy = '', controllers = '', path = ''] = match;
    if (hierarchy === '0') {
      if (controllers === '') v2 ??= path;
      continue;
    }
    // Whole names only: `cpuset` and `cpuacct` are not `cpu`.
    for (const controller of controllers.split(',')) {
      if (controller !== '' && !v1.has(controller)) v1.set(controller, path);
    }
  }
  return { v1, v2 };
}
