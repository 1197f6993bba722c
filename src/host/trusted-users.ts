/**
 * Whose files may decide what happens here: the user's own, those of root, and those of the owner of `/`, who can
 * change everything below it. The latter is not root in a user namespace that does not map root. Uses `node:fs`.
 */
import { statSync } from 'node:fs';

export function isTrustedUser(owner: number, uid: number): boolean {
  return owner === 0 || owner === uid || owner === statSync('/').uid;
}
