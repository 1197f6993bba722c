/**
 * The command line of one worker: the words as given, with `--template` filled in. Pure.
 */
import type { ThreadPlan, WorkerPlan } from '../plan/plan.ts';

/** With `--template`, `{index}`, `{count}` and `{threads}` in every argument become the worker's numbers; the program name stays. */
export function workerCommand(words: readonly string[], plan: ThreadPlan, worker: WorkerPlan): readonly string[] {
  if (plan.options['template']?.value !== true) return words;
  const values: Readonly<Record<string, number>> = {
    index: worker.index,
    count: plan.workers.length,
    threads: worker.threads,
  };
  return words.map((word, position) =>
    position === 0 ? word : word.replaceAll(/\{(index|count|threads)\}/g, (_, name: string) => String(values[name])),
  );
}
