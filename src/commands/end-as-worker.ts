/**
 * What the shell around us is to notice when a worker died of a signal. Uses the ports for files, processes
 * and the console.
 */
import type { Host } from '../host/ports.ts';
import type { GroupResult } from '../workers/group-result.ts';
import { createOwnTerminal } from '../workers/own-terminal.ts';

/** Does not return from an interruption: then we die of the SIGINT too. */
export function endAsWorker(host: Host, { firstFailure, interrupted, release }: GroupResult): void {
  if (firstFailure?.exit.kind !== 'signaled' && !interrupted) return;
  // A shell repairs its terminal after a command that a signal ended. For it we have ended by ourselves.
  if (createOwnTerminal(host.files).isInForeground()) host.console.restoreModes();
  if (!interrupted) return;
  // A shell ends its loop or script only when what it waits for died of the SIGINT.
  release();
  host.processes.signal(host.system.pid, 'SIGINT');
}
