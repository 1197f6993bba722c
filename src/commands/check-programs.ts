/**
 * Whether the programs that an option needs are here, before anything is started. Uses `FilePort`.
 */
import type { OptionValues } from '../config/option-specs.ts';
import { OneprocpoolError } from '../errors.ts';
import type { Host } from '../host/ports.ts';
import { isOnPath } from '../workers/find-on-path.ts';

/** Throws UNSUPPORTED when a program is not on PATH. */
export function checkPrograms(host: Host, { pin, processTree, verify, exec }: OptionValues): void {
  // On Node the binding is done by `taskset`: no JavaScript can do it.
  if (pin && host.spawner.isExact !== true)
    check(host, 'taskset', '--pin', 'it is in util-linux and in busybox; or leave out `--pin`');
  // With `--exec` nothing stays to measure.
  if (processTree === 'pidtree' && verify !== 'off' && !exec)
    check(host, 'ps', '--process-tree pidtree', 'it is in procps; or leave out `--process-tree`');
}

function check(host: Host, program: string, option: string, hint: string): void {
  if (isOnPath(host.files, program, host.system.env['PATH'])) return;
  const message = `Expected the program \`${program}\` for \`${option}\`, found none on PATH`;
  throw new OneprocpoolError('UNSUPPORTED', message, { hint });
}
