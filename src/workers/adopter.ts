/** Who adopts processes whose parents are gone. Uses `SystemPort`. */
import type { Host } from '../host/ports.ts';
import type { ShimHandover } from './shim-handover.ts';

/** 1 when PID 1 of the namespace is ours, or the shim that waits for us; `null` when it belongs to others. */
export function adopterPidOf({ system }: Pick<Host, 'system'>, { mode }: ShimHandover): number | null {
  return mode === 'init' || system.pid === 1 ? 1 : null;
}
