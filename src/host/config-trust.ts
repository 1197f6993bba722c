/**
 * Whether a config file that was merely found may be used: nothing that somebody else can write may change
 * what we run. Pure.
 */

/** What `lstat` and `stat` say about the file and `stat` about its directory. */
export interface FileOwnership {
  readonly uid: number;
  readonly gid: number;
  readonly mode: number;
}

const GROUP_WRITABLE = 0o020;
const OTHERS_WRITABLE = 0o002;
const STICKY = 0o1000;

/**
 * Why the file is not trusted, in words that complete "it ..."; `undefined` when it is.
 * For root, file and directory must belong to root, with nobody else able to write. For everybody else it is
 * enough that no third person can have put the file there: in a container or a shared project, files often
 * belong to another user.
 */
export function findDistrust(
  owner: { file: FileOwnership; link: FileOwnership; directory: FileOwnership },
  uid: number,
): string | undefined {
  const { file, link, directory } = owner;
  const stranger = [file, link].find((each) => each.uid !== 0 && each.uid !== uid);
  // In a sticky directory such as /tmp others can add files, but not replace one of ours.
  const isOpen = (directory.mode & OTHERS_WRITABLE) !== 0;
  const isReplaceable = isOpen && (directory.mode & STICKY) === 0;
  if ((file.mode & OTHERS_WRITABLE) !== 0) return 'can be written by every user';
  if (isReplaceable) return 'lies in a directory that every user can write';
  if (stranger !== undefined && (uid === 0 || isOpen)) return `belongs to user ${stranger.uid}`;
  if (uid !== 0) return undefined;
  if (directory.uid !== 0) return `lies in a directory that belongs to user ${directory.uid}`;
  if ([file, directory].some(canGroupWrite) && !((directory.mode & STICKY) !== 0 && !canGroupWrite(file))) {
    return `can be written by the members of a group`;
  }
  return undefined;
}

function canGroupWrite({ gid, mode }: FileOwnership): boolean {
  return gid !== 0 && (mode & GROUP_WRITABLE) !== 0;
}
