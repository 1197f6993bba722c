/**
 * `nproc` obeys OMP_NUM_THREADS, so that under `--pool app` a script that sizes its pool by it gets 1. Uses `FilePort`.
 * Source: https://www.gnu.org/software/coreutils/manual/html_node/nproc-invocation.html
 */
import type { Finding } from '../finding.ts';
import type { Host } from '../host/ports.ts';
import type { ThreadPlan } from '../plan/plan.ts';
import { findScript } from './script-text.ts';

/** `nproc --all` obeys nothing. */
const CALL = /(?:\$\(|`)[ \t]*(?:\/\S*\/)?nproc(?![\w.-])(?![ \t]+--all)/;

/** None when the command is no script that calls `nproc`, and when `nproc` prints the share. */
export function nprocFindings(
  { files, system }: Pick<Host, 'files' | 'system'>,
  plan: ThreadPlan,
  words: readonly string[],
): Finding[] {
  const worker = plan.workers.find(({ threads, env }) => Number(env.set['OMP_NUM_THREADS']) < threads);
  if (worker === undefined) return [];
  const script = findScript(files, words, worker.env.set['PATH'] ?? system.env['PATH'] ?? '/bin:/usr/bin');
  if (script === undefined || !CALL.test(script.text)) return [];
  const count = worker.env.set['OMP_NUM_THREADS'];
  return [
    {
      code: 'NPROC_BELOW_SHARE',
      severity: 'warning',
      message: `\`nproc\` prints ${count} in \`${script.name}\`, because it obeys OMP_NUM_THREADS=${count}; the share of a worker is ${worker.threads}`,
      hint: 'size the pool with `${ONEPROCPOOL_THREADS:-$(nproc)}`',
    },
  ];
}
