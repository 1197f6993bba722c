/**
 * The lines for a Slurm batch script: one task for each worker, each with its CPUs, and the variables. Pure.
 */

export interface SlurmInput {
  readonly version: string;
  readonly madeBy: string;
  readonly options: { readonly physical: boolean };
  fixedPlan(): {
    readonly workers: number;
    readonly worker: { readonly threads: number };
    format(format: 'sh'): string;
  };
}

/** Throws USAGE without --cpus. */
export function renderSlurm({ version, madeBy, options, fixedPlan }: SlurmInput): string {
  const { workers, worker, format } = fixedPlan();
  return [
    '#!/bin/sh',
    `# Made by oneprocpool ${version}: ${madeBy}`,
    '#SBATCH --nodes=1',
    `#SBATCH --ntasks=${workers}`,
    `#SBATCH --cpus-per-task=${worker.threads}`,
    // One thread of each core: what Slurm counts as a CPU is a hardware thread.
    ...(options.physical ? ['#SBATCH --hint=nomultithread'] : []),
    '',
    '# Since Slurm 22.05 srun does not take it from sbatch by itself.',
    'export SRUN_CPUS_PER_TASK="$SLURM_CPUS_PER_TASK"',
    format('sh').trimEnd(),
    '',
    '# Your program, once for each task, each bound to its own CPUs.',
    'srun --cpu-bind=cores python3 job.py',
    '',
  ].join('\n');
}
