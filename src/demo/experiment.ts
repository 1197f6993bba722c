/**
 * The experiment: every setup as it comes and under oneprocpool, in turns, several rounds. The two runs of
 * a pair follow each other, so that a noisy machine hits both. Uses the ports through `runTrial`.
 */
import { runTrial, type StartSampling } from './run-trial.ts';
import { SETUPS, type Setup, type SetupId, type Trial, type VariantId, type Workload } from './setups.ts';
import type { Host } from '../host/ports.ts';
import { SCOUTING_SHARE, unitsInTime } from './work-amount.ts';

export const ROUNDS = 3;

export interface Pair {
  readonly bare: Trial;
  readonly launched: Trial;
}

export interface Experiment {
  readonly host: Host;
  readonly workload: Workload;
  /** Command of this program, for example `['/usr/bin/oneprocpool']`. */
  readonly program: readonly string[];
  /** Options for oneprocpool in every run, for example `--cpus 2`. */
  readonly launcherOptions: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly startSampling: StartSampling;
  /** Before each run: how many are done, of how many. */
  onProgress(done: number, total: number, setup: Setup, variant: VariantId): void;
  /** How to end the run that has just been started. */
  onStarted(stop: () => void): void;
}

export function setupsOf(workload: Workload): Setup[] {
  return SETUPS.filter(({ id }) => workload.setups.includes(id));
}

function commandOf(experiment: Experiment, setup: Setup, variant: VariantId, units: number): readonly string[] {
  const { workload, program, launcherOptions } = experiment;
  const command = workload.command(setup.id, units);
  if (variant === 'bare') return command;
  const options = ['--no-config', '--pool', setup.pool, ...workload.launcherOptions, ...launcherOptions];
  return [...program, 'run', ...options, '--', ...command];
}

export interface ExperimentResult {
  /** Units of work that each run did. */
  readonly units: number;
  /** One pair for each round. */
  readonly pairs: ReadonlyMap<SetupId, readonly Pair[]>;
}

/** A short run of each setup first, which shows how much work there is time for. The order within a pair alternates. */
export async function runExperiment(experiment: Experiment): Promise<ExperimentResult> {
  const { host, env, startSampling, onStarted } = experiment;
  const setups = setupsOf(experiment.workload);
  const pairs = new Map<SetupId, Pair[]>(setups.map(({ id }) => [id, []]));
  const total = ROUNDS * setups.length * 2;
  let done = 0;
  const run = (setup: Setup, variant: VariantId, units: number): Promise<Trial> =>
    runTrial(host, { command: commandOf(experiment, setup, variant, units), env, startSampling, onStarted });
  const scoutingSeconds: number[] = [];
  for (const setup of setups) {
    const { wallSeconds } = await run(setup, 'bare', Math.ceil(experiment.workload.units * SCOUTING_SHARE));
    scoutingSeconds.push(wallSeconds);
  }
  const units = unitsInTime(experiment.workload.units, scoutingSeconds, ROUNDS);
  const measure = async (setup: Setup, variant: VariantId): Promise<Trial> => {
    experiment.onProgress(done, total, setup, variant);
    const trial = await run(setup, variant, units);
    done += 1;
    return trial;
  };
  for (let round = 0; round < ROUNDS; round += 1) {
    for (const setup of setups) {
      if (round % 2 === 0) {
        const bare = await measure(setup, 'bare');
        pairs.get(setup.id)?.push({ bare, launched: await measure(setup, 'launched') });
      } else {
        const launched = await measure(setup, 'launched');
        pairs.get(setup.id)?.push({ bare: await measure(setup, 'bare'), launched });
      }
    }
  }
  return { units, pairs };
}
