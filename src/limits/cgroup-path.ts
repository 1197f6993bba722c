/**
 * From a cgroup path to directories below a mount point. Pure.
 */

function componentsOf(path: string): string[] {
  return path.split('/').filter((component) => component !== '');
}

/**
 * Components that lead from the cgroup at a mount's root to our own cgroup; `null` when the mount shows
 * another part of the tree or the names between are not known.
 *
 * Both paths are printed relative to the reader's cgroup namespace, so that equal leading `..` cancel; a `..`
 * that is left is never joined to a directory. Source: cgroup_namespaces(7).
 */
export function relativeCgroupPath(mountRoot: string, path: string): string[] | null {
  const root = componentsOf(mountRoot);
  const own = componentsOf(path);
  let shared = 0;
  while (shared < root.length && shared < own.length && root[shared] === own[shared]) shared += 1;
  const rest = own.slice(shared);
  return shared < root.length || rest.includes('..') ? null : rest;
}

/** How many levels below the mount point our cgroup can be when its path is not known. */
export function searchDepth(mountRoot: string, path: string): number {
  const unknownNames = componentsOf(mountRoot).filter((component) => component === '..').length;
  return unknownNames + componentsOf(path).filter((component) => component !== '..').length;
}

/** Directories from our cgroup up to the mount point, ours first; never above the mount point. */
export function directoriesUpToMount(mountPoint: string, components: readonly string[]): string[] {
  const base = mountPoint === '/' ? '' : mountPoint;
  return Array.from({ length: components.length + 1 }, (_, above) =>
    [base, ...components.slice(0, components.length - above)].join('/'),
  );
}
