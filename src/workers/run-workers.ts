/**
 * The way into a group of workers: runs it, and ends it when a defect of ours shows. Uses the ports of `GroupInput`.
 */
import type { GroupInput } from './group-input.ts';
import type { GroupResult } from './group-result.ts';
import { WorkerGroup } from './worker-group.ts';

/**
 * Runs all workers to their end. Never rejects for what a worker does; a defect of ours, wherever it shows
 * meanwhile, kills the workers with all they started before this rejects with it.
 */
export async function runWorkers(input: GroupInput): Promise<GroupResult> {
  const group = new WorkerGroup(input);
  let stopListening = (): void => undefined;
  const defect = new Promise<never>((_, reject) => {
    stopListening = input.signals.listenForDefects(reject);
  });
  try {
    return await Promise.race([group.run(), defect]);
  } catch (error) {
    await group.abandon();
    throw error;
  } finally {
    stopListening();
  }
}
