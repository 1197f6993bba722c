/**
 * Groups that are one user's own: many systems give each user one of the same name, and let it write (umask 002).
 * Sources: group(5), passwd(5), https://wiki.debian.org/UserPrivateGroups. Pure.
 */

/** Below it are the accounts of the system itself. On Red Hat some of them, such as `sync`, have root's group. */
const FIRST_OTHER_ACCOUNT = 100;

interface Account {
  readonly name: string;
  readonly uid: number;
  readonly gid: number;
}

function linesOf(text: string): string[][] {
  return text.split('\n').map((line) => line.split(':'));
}

function parseAccounts(passwd: string): Account[] {
  return linesOf(passwd).flatMap(([name = '', , uid, gid]) =>
    uid === undefined || gid === undefined ? [] : [{ name, uid: Number(uid), gid: Number(gid) }],
  );
}

/**
 * Whether the group has the user's number or name, and nobody else in it. `false` for a group that is not in the
 * text of /etc/group: its members are listed elsewhere.
 */
export function isPrivateGroup(gid: number, uid: number, texts: { group: string; passwd: string }): boolean {
  const accounts = parseAccounts(texts.passwd);
  const ownNames = accounts.filter((account) => account.uid === uid).map(({ name }) => name);
  const groups = linesOf(texts.group).filter(([, , number]) => number !== undefined && Number(number) === gid);
  if (groups.length === 0) return false;
  if (gid !== uid && !groups.some(([name = '']) => ownNames.includes(name))) return false;
  const members = groups.flatMap(([, , , list = '']) => list.split(',').map((name) => name.trim()));
  if (members.some((name) => name !== '' && !ownNames.includes(name))) return false;
  return accounts.every(
    (account) => account.gid !== gid || account.uid === uid || (gid === 0 && account.uid < FIRST_OTHER_ACCOUNT),
  );
}
