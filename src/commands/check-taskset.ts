/**
 * Whether `--pin` can be done here. Uses `FilePort`.
 */
import { OneprocpoolError } from '../errors.ts';
import type { Host } from '../host/ports.ts';

/** What shells search when PATH is not set. */
const DEFAULT_PATH = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

/** On Node the binding is done by `taskset` of util-linux or busybox: no JavaScript can do it. Throws UNSUPPORTED without it. */
export function checkTaskset(host: Host): void {
  if (host.spawner.isExact === true) return;
  const directories = (host.system.env['PATH'] ?? DEFAULT_PATH).split(':');
  if (directories.some((directory) => host.files.exists(`${directory === '' ? '.' : directory}/taskset`))) return;
  throw new OneprocpoolError('UNSUPPORTED', 'Expected the program `taskset` for `--pin`, found none on PATH', {
    hint: 'it is in util-linux and in busybox; or leave out `--pin`',
  });
}
