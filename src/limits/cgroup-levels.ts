/**
 * The cgroup directories that hold for us: for a controller, our own cgroup and its visible ancestors.
 * Uses a `FilePort`.
 */
import type { FilePort } from '../host/ports.ts';
import type { CgroupMembership } from './cgroup-membership.ts';
import { directoriesUpToMount, relativeCgroupPath, searchDepth } from './cgroup-path.ts';
import { findOwnCgroup } from './cgroup-search.ts';
import type { CgroupMount } from './mountinfo.ts';

/** Where cgroup v2 is mounted when /proc/self/mountinfo may not be read (AppArmor, snaps). */
const USUAL_V2_MOUNT: CgroupMount = { version: 'v2', root: '/', mountPoint: '/sys/fs/cgroup', superOptions: [] };

export interface CgroupView {
  readonly membership: CgroupMembership;
  readonly mounts: readonly CgroupMount[];
  /** Our process id as /proc/self/status prints it; `undefined` when unknown. */
  readonly pid: string | undefined;
}

export interface ControllerLevels {
  readonly version: 'v1' | 'v2';
  /** Our path in the hierarchy as /proc/self/cgroup prints it. */
  readonly path: string;
  /** Mounts that show the hierarchy, whether or not our cgroup is below them. */
  readonly mountCount: number;
  /** For each mount that shows our cgroup: its directory, then every ancestor up to the mount point. */
  readonly chains: readonly (readonly string[])[];
}

function chainBelow(files: FilePort, mount: CgroupMount, path: string, pid: string | undefined): string[] | undefined {
  const components =
    relativeCgroupPath(mount.root, path) ??
    (pid === undefined ? null : findOwnCgroup(files, mount.mountPoint, pid, searchDepth(mount.root, path)));
  if (components === null) return undefined;
  const chain = directoriesUpToMount(mount.mountPoint, components);
  // Hidden by a later mount, or another machine's part of the tree: its ancestors are not ours either.
  return components.length > 0 && !files.exists(chain[0] ?? '') ? undefined : chain;
}

function v2Mounts(files: FilePort, view: CgroupView): readonly CgroupMount[] {
  const mounts = view.mounts.filter((mount) => mount.version === 'v2');
  if (view.mounts.length > 0 || !files.exists(`${USUAL_V2_MOUNT.mountPoint}/cgroup.controllers`)) return mounts;
  return [USUAL_V2_MOUNT];
}

/**
 * Levels of the hierarchy that owns `controller`: cgroup v1 when it is listed there, else v2; `null` when we are in
 * neither. A controller is in one hierarchy only. Source: cgroups(7), "Cgroups version 2".
 */
export function locateController(files: FilePort, view: CgroupView, controller: string): ControllerLevels | null {
  const v1Path = view.membership.v1.get(controller);
  const version = v1Path === undefined ? 'v2' : 'v1';
  const path = v1Path ?? view.membership.v2;
  if (path === undefined) return null;
  const mounts =
    version === 'v2'
      ? v2Mounts(files, view)
      : view.mounts.filter((mount) => mount.version === 'v1' && mount.superOptions.includes(controller));
  const chains = mounts.flatMap((mount) => {
    const chain = chainBelow(files, mount, path, view.pid);
    return chain === undefined ? [] : [chain];
  });
  return { version, path, mountCount: mounts.length, chains };
}
