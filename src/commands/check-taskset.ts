/**
 * Whether `--pin` can be done here. Uses `FilePort`.
 */
import { OneprocpoolError } from '../errors.ts';
import type { Host } from '../host/ports.ts';
import { isOnPath } from '../workers/find-on-path.ts';

/** On Node the binding is done by `taskset` of util-linux or busybox: no JavaScript can do it. Throws UNSUPPORTED without it. */
export function checkTaskset(host: Host): void {
  if (host.spawner.isExact === true) return;
  if (isOnPath(host.files, 'taskset', host.system.env['PATH'])) return;
  throw new OneprocpoolError('UNSUPPORTED', 'Expected the program `taskset` for `--pin`, found none on PATH', {
    hint: 'it is in util-linux and in busybox; or leave out `--pin`',
  });
}
