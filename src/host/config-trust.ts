/**
 * Whether a config file that was merely found may be used: it decides what runs, so nobody but its user and root may
 * be able to change it or to put another file in its place. Pure, on what a `TrustView` shows.
 */
import { dirname } from 'node:path';

/** What `lstat` says about one name on the way to a file. */
export interface Place {
  readonly kind: 'file' | 'directory' | 'link';
  readonly uid: number;
  readonly gid: number;
  readonly mode: number;
  /** Of a link: the text in it. */
  readonly target?: string;
}

export interface TrustView {
  /** `undefined` when it is not there or cannot be looked at. */
  look(path: string): Place | undefined;
  /** Root and the user; what they may change anyway says nothing against a file. */
  isTrustedUser(uid: number): boolean;
  /** Whether nobody but such a user is in the group; `false` where that cannot be told. */
  isPrivateGroup(gid: number): boolean;
}

export interface Distrust {
  /** Completes "refusing FILE: ". */
  readonly reason: string;
  /** A command that removes the reason; absent when there is none. */
  readonly repair?: string;
}

const GROUP_WRITABLE = 0o020;
const OTHERS_WRITABLE = 0o002;
/** Others can add names to such a directory, such as /tmp, but not replace one that is not theirs. */
const STICKY = 0o1000;
/** As in the kernel. Source: path_resolution(7). */
const MOST_LINKS = 40;

const UNKNOWN: Distrust = { reason: 'the way to it cannot be checked' };

/**
 * Why the file is not trusted; `undefined` when it is. Looks at the file and at every directory and link on the way,
 * each link's own and where it leads. An access control list shows in the group's bits, except the names in it: it
 * counts only where the group counts.
 */
export function findDistrust(path: string, view: TrustView): Distrust | undefined {
  const names = path.split('/');
  let at = '/';
  let links = 0;
  for (let next: string | undefined = '/'; next !== undefined; next = names.shift()) {
    if (next === '' || next === '.') continue;
    if (next === '..') {
      at = dirname(at);
      continue;
    }
    const name = next === '/' ? '/' : `${at === '/' ? '' : at}/${next}`;
    const place = view.look(name);
    if (place === undefined) return UNKNOWN;
    const distrust = judge(name, place, path, view);
    if (distrust !== undefined) return distrust;
    if (place.target === undefined) {
      at = name;
      continue;
    }
    links += 1;
    if (links > MOST_LINKS) return UNKNOWN;
    if (place.target.startsWith('/')) at = '/';
    names.unshift(...place.target.split('/'));
  }
  return undefined;
}

function judge(name: string, place: Place, path: string, view: TrustView): Distrust | undefined {
  const { kind, uid, gid, mode } = place;
  const subject = name === path ? '' : `${kind} ${name} `;
  const is = subject === '' ? '' : `${subject}is `;
  if (!view.isTrustedUser(uid)) return { reason: `${subject === '' ? 'it ' : subject}belongs to user ${uid}` };
  // Nobody can write into a link, and its mode says nothing.
  if (kind === 'link' || (kind === 'directory' && (mode & STICKY) !== 0)) return undefined;
  if ((mode & OTHERS_WRITABLE) !== 0) return { reason: `${is}writable by other users`, repair: `chmod o-w ${name}` };
  if ((mode & GROUP_WRITABLE) !== 0 && !view.isPrivateGroup(gid))
    return { reason: `${is}writable by the members of group ${gid}`, repair: `chmod g-w ${name}` };
  return undefined;
}
