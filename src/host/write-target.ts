/**
 * Where a path leads that the user named for writing. Links are followed here, one by one, and never by the kernel:
 * a link that somebody else put into a shared directory would choose which file is overwritten. The kernel has the
 * same rule for sticky directories only. Uses `node:fs`.
 * Source: https://docs.kernel.org/admin-guide/sysctl/fs.html#protected-symlinks
 */
import { lstatSync, readlinkSync } from 'node:fs';
import type { Stats } from 'node:fs';
import { dirname } from 'node:path';
import { OneprocpoolError } from '../errors.ts';
import { isTrustedUser } from './trusted-users.ts';

export type WriteTarget =
  | { readonly kind: 'descriptor'; readonly descriptor: number }
  | { readonly kind: 'missing'; readonly path: string }
  /** `isPlain`: a regular file, not a device, FIFO or socket. */
  | { readonly kind: 'present'; readonly path: string; readonly isPlain: boolean; readonly stats: Stats };

/** As in the kernel. Source: path_resolution(7). */
const MOST_LINKS = 40;

/**
 * Names of descriptors of this process. Opening the file behind one would start at its beginning again, and
 * renaming over it would leave the descriptor with the old file.
 */
const DESCRIPTOR = /^\/(?:dev\/(?:fd\/(\d+)|std(out|err))|proc\/self\/fd\/(\d+))$/;
const STANDARD: Readonly<Record<string, number>> = { out: 1, err: 2 };

function descriptorOf(path: string): number | undefined {
  const [, ofDev, standard, ofProc] = DESCRIPTOR.exec(path) ?? [];
  if (standard !== undefined) return STANDARD[standard];
  const digits = ofDev ?? ofProc;
  return digits === undefined ? undefined : Number(digits);
}

function codedError(code: string): Error {
  return Object.assign(new Error(code), { code });
}

/**
 * Throws the system's error, EISDIR for a directory, and REPORT_UNWRITABLE for a link of another user than root and
 * ourselves.
 */
export function findWriteTarget(named: string): WriteTarget {
  let path = named;
  for (let links = 0; links <= MOST_LINKS; links += 1) {
    const descriptor = descriptorOf(path);
    if (descriptor !== undefined) return { kind: 'descriptor', descriptor };
    const stats = lstatSync(path, { throwIfNoEntry: false });
    if (stats === undefined) return { kind: 'missing', path };
    if (stats.isDirectory()) throw codedError('EISDIR');
    if (!stats.isSymbolicLink()) return { kind: 'present', path, isPlain: stats.isFile(), stats };
    const next = readlinkSync(path);
    checkLink(path, stats.uid, next);
    path = next.startsWith('/') ? next : `${dirname(path)}/${next}`;
  }
  throw codedError('ELOOP');
}

function checkLink(path: string, owner: number, leadsTo: string): void {
  const uid = process.geteuid?.();
  if (uid === undefined || isTrustedUser(owner, uid)) return;
  throw new OneprocpoolError('REPORT_UNWRITABLE', `cannot write ${path}: it is a symbolic link of user ${owner}`, {
    hint: `name the file that it leads to if that is meant: ${leadsTo}`,
  });
}
