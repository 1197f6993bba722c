/** Tests in which files or the program itself belong to other users: only root can arrange that. */
import { chownSync } from 'node:fs';

/** Ids that no user of a test machine has. */
export const ALICE = 54_321;
export const BOB = 54_322;

/** For `skip`. */
export const needsRoot = process.getuid?.() === 0 ? false : 'only root can make files of other users';

export function giveTo(user: number, ...paths: readonly string[]): void {
  for (const path of paths) chownSync(path, user, user);
}

/** The arguments of `setpriv` that run a command as this user, with no other groups than `groups`. */
export function asUser(user: number, groups: readonly number[] = []): string[] {
  const others = groups.length === 0 ? ['--clear-groups'] : ['--groups', groups.join(',')];
  return ['--reuid', String(user), '--regid', String(user), ...others];
}
