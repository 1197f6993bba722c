/** How a sequence starts the launcher. Pure. */
import type { Sequence } from './sequence.ts';

export function commandLine(worker: string, { reactions, failFast, stopTimeoutMs, verify }: Sequence): string[] {
  // Each worker is told its own reaction: the words after the script are those of all.
  const script = 'shift "$ONEPROCPOOL_WORKER_INDEX"; exec "$0" "$ONEPROCPOOL_TEST_MARK" "$1"';
  return [
    '-q',
    '-w',
    String(reactions.length),
    failFast ? '--fail-fast' : '--no-fail-fast',
    '--verify',
    verify,
    '--stop-timeout',
    `${stopTimeoutMs}ms`,
    '--',
    'sh',
    '-c',
    script,
    worker,
    ...reactions,
  ];
}
