/**
 * The cgroup mounts in /proc/self/mountinfo. Pure.
 */

export interface CgroupMount {
  readonly version: 'v1' | 'v2';
  /** Which cgroup is shown at the mount point, as seen from our cgroup namespace; may begin with `/..`. */
  readonly root: string;
  readonly mountPoint: string;
  /** v1 controllers are among them, `cpu` as a token of its own. */
  readonly superOptions: readonly string[];
}

const ROOT_FIELD = 3;
const MOUNT_POINT_FIELD = 4;
/** Optional fields (`shared:12`) begin here and end with a lone `-`. */
const OPTIONAL_FIELDS = 6;

/** Undoes the octal escapes of the kernel: space `\040`, tab `\011`, newline `\012`, backslash `\134`, `#` `\043`. */
function unescapeOctal(text: string): string {
  return text.replace(/\\([0-7]{3})/g, (_, digits: string) => String.fromCharCode(Number.parseInt(digits, 8)));
}

function parseLine(line: string): CgroupMount | undefined {
  const fields = line.split(' ');
  const dash = fields.indexOf('-', OPTIONAL_FIELDS);
  if (dash === -1) return undefined;
  const fsType = fields[dash + 1];
  const root = unescapeOctal(fields[ROOT_FIELD] ?? '');
  const mountPoint = unescapeOctal(fields[MOUNT_POINT_FIELD] ?? '');
  if ((fsType !== 'cgroup' && fsType !== 'cgroup2') || !root.startsWith('/') || !mountPoint.startsWith('/'))
    return undefined;
  return {
    version: fsType === 'cgroup' ? 'v1' : 'v2',
    root,
    mountPoint,
    // The source may hold spaces (WSL 2), so that options are taken from everything behind the type.
    superOptions: fields
      .slice(dash + 2)
      .join(' ')
      .split(/[ ,]/),
  };
}

/**
 * Mounts of type cgroup and cgroup2 in the order of the file; lines that do not fit the format are skipped.
 * Source: proc_pid_mountinfo(5).
 */
export function parseCgroupMounts(text: string): CgroupMount[] {
  const mounts: CgroupMount[] = [];
  for (const line of text.split('\n')) {
    // Overlay lines of 90 kB exist; only cgroup lines are worth splitting.
    if (!line.includes(' - cgroup')) continue;
    const mount = parseLine(line);
    if (mount !== undefined) mounts.push(mount);
  }
  return mounts;
}
