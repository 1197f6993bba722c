/** `ProcessPort` on real processes. The one importer of `pidtree`, and only when it is asked for. */
import type { ProcessPort } from './ports.ts';
import { hideStandardStreams } from './standard-streams.ts';

export function createProcesses(): ProcessPort {
  return {
    signal(pid, signal) {
      try {
        process.kill(pid, signal);
        return true;
      } catch {
        // Gone (ESRCH) or not ours to signal (EPERM): the caller treats both alike.
        return false;
      }
    },
    async listTree(pid) {
      hideStandardStreams();
      const { default: pidtree } = await import('pidtree');
      try {
        return await pidtree(pid, { root: true });
      } catch (error) {
        // What pidtree throws when the root has gone in the meantime.
        if (error instanceof Error && error.message === 'No matching pid found') return [];
        throw error;
      }
    },
  };
}
