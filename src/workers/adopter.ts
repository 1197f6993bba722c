/** Who adopts processes whose parents are gone. Uses `SystemPort` and what `SpawnPort` says of itself. */
import type { Host } from '../host/ports.ts';
import type { ShimHandover } from './shim-handover.ts';

/**
 * 1 when PID 1 of the namespace is ours, or the shim that waits for us; our own PID when the spawner lets us adopt;
 * `null` when they go to others.
 */
export function adopterPidOf(
  { system, spawner }: Pick<Host, 'system' | 'spawner'>,
  { mode }: ShimHandover,
): number | null {
  if (mode === 'init' || system.pid === 1) return 1;
  return spawner.adoptsOrphans === true ? system.pid : null;
}
