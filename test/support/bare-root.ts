/** A root directory with what a test puts there, busybox and the kernel's files: for what must need nothing else. */
import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Path of the busybox of this machine; `undefined` without. */
export function findBusybox(): string | undefined {
  const found = spawnSync('sh', ['-c', 'command -v busybox'], { encoding: 'utf8' }).stdout.trim();
  return found === '' ? undefined : found;
}

/** Makes `root` such a directory: `proc`, `dev/null`, nothing else. */
export function makeBareRoot(root: string): void {
  for (const name of ['proc', 'dev']) mkdirSync(join(root, name), { recursive: true });
  writeFileSync(join(root, 'dev/null'), '');
}

/** Busybox under each of the names, in `root/directory`. */
export function addCommands(root: string, directory: string, busybox: string, names: readonly string[]): void {
  mkdirSync(join(root, directory), { recursive: true });
  for (const name of names) cpSync(busybox, join(root, directory, name), { dereference: true });
}

/**
 * Words for `unshare`, before those of a program in `root`: like `chroot`, with /proc and /dev/null. It becomes the
 * program; the mounts are gone with it.
 */
export function enterRoot(root: string): string[] {
  const script = 'mount -t proc proc "$0/proc" && mount --bind /dev/null "$0/dev/null" && exec chroot "$0" "$@"';
  return ['--mount', 'sh', '-c', script, root];
}
