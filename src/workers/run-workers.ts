/**
 * The way into a group of workers: runs it, and ends it when a defect of ours shows. Uses the ports of `GroupInput`.
 */
import { blindSpotFindings } from './blind-spot.ts';
import type { GroupInput } from './group-input.ts';
import type { GroupResult } from './group-result.ts';
import { createGroupWitness } from './group-witness.ts';
import { createRunMark } from './run-mark.ts';
import { startWatchdog } from './watchdog.ts';
import { WorkerGroup } from './worker-group.ts';

/**
 * Runs all workers to their end. Never rejects for what a worker does; a defect of ours, wherever it shows
 * meanwhile, kills the workers with all they started before this rejects with it.
 */
export async function runWorkers(input: GroupInput): Promise<GroupResult> {
  const mark = createRunMark(input.ownPid, input.clock.nowNs());
  const path = input.workers[0]?.env['PATH'];
  const watchdog = await startWatchdog({ ...input, mark, path });
  const witness = createGroupWitness({ ...input, path });
  const group = new WorkerGroup(input, mark, { watchdog, witness });
  let stopListening = (): void => undefined;
  const defect = new Promise<never>((_, reject) => {
    stopListening = input.signals.listenForDefects(reject);
  });
  try {
    const result = await Promise.race([group.run(), defect]);
    return { ...result, findings: [...watchdog.findings, ...blindSpotFindings(input.spawner), ...result.findings] };
  } catch (error) {
    await group.abandon();
    throw error;
  } finally {
    stopListening();
    await Promise.all([watchdog.dismiss(), witness.dismiss()]);
  }
}
