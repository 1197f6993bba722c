/** What config-trust.ts asks, on the real file system. Uses `node:fs`. */
import { lstatSync, readFileSync, readlinkSync } from 'node:fs';
import { findDistrust } from './config-trust.ts';
import type { Distrust, Place } from './config-trust.ts';
import { isPrivateGroup } from './private-group.ts';
import { isTrustedUser } from './trusted-users.ts';

function look(path: string): Place | undefined {
  try {
    const stats = lstatSync(path);
    const { uid, gid, mode } = stats;
    if (stats.isSymbolicLink()) return { kind: 'link', uid, gid, mode, target: readlinkSync(path) };
    return { kind: stats.isDirectory() ? 'directory' : 'file', uid, gid, mode };
  } catch {
    // Missing, or below a directory that may not be searched.
    return undefined;
  }
}

function readOrNothing(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    // Then no group is known.
    return '';
  }
}

/** Why a user of this number should not trust the file; `undefined` for a trusted one. */
export function lookForDistrust(path: string, uid: number): Distrust | undefined {
  return findDistrust(path, {
    look,
    isTrustedUser: (owner) => isTrustedUser(owner, uid),
    isPrivateGroup: (gid) => {
      const texts = { group: readOrNothing('/etc/group'), passwd: readOrNothing('/etc/passwd') };
      return [uid, 0].some((user) => isPrivateGroup(gid, user, texts));
    },
  });
}
