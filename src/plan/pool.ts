/**
 * How many threads each side of a worker gets: one pool owns the CPUs, the other stays out of its way. Pure.
 */
import type { PoolSide } from '../presets/preset.ts';
import type { Pool } from './plan.ts';

/**
 * Threads for one side of a worker with `threads` CPUs (whole, at least 1).
 * `app`: the application's pool gets them all and each library call stays on its own thread.
 * `libraries` and `auto`: the libraries get them, and the application is told the truth about its CPUs.
 */
export function threadsOfSide(side: PoolSide, pool: Pool, threads: number): number {
  return side === 'library' && pool === 'app' ? 1 : threads;
}

/**
 * The pool for variables that are written down now and used somewhere else, by programs that nobody knows yet: every
 * variable is written, unless the user chose otherwise.
 */
export function poolOfText(pool: Pool, isDefault: boolean): Pool {
  return isDefault ? 'libraries' : pool;
}
