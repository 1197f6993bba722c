/**
 * The experiment: every setup as it comes and under oneprocpool, in turns, several rounds. The two runs of
 * a pair follow each other, so that a noisy machine hits both. Uses the ports through `runTrial`.
 */
import { runTrial, type StartSampling } from './run-trial.ts';
import { SETUPS, type Setup, type SetupId, type Trial, type VariantId, type Workload } from './setups.ts';
import type { Host } from '../host/ports.ts';
import { roundsInTime, unitsInTime } from './work-amount.ts';

export interface Pair {
  readonly bare: Trial;
  readonly launched: Trial;
}

export interface Experiment {
  readonly host: Host;
  readonly workload: Workload;
  /** Pairs of runs of each setup, at least 1; fewer on a machine where they would take too long. */
  readonly rounds: number;
  /** Command of this program, for example `['/usr/bin/oneprocpool']`. */
  readonly program: readonly string[];
  /** Options for oneprocpool in every run, for example `--cpus 2`. */
  readonly launcherOptions: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly startSampling: StartSampling;
  /** Before each run: how many are done, of how many. */
  onProgress(done: number, total: number, setup: Setup, variant: VariantId): void;
  /** Nothing more is started once it is aborted. */
  readonly signal: AbortSignal;
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
  /** How many there were, at most what was asked for. */
  readonly rounds: number;
  /** One pair for each round. */
  readonly pairs: ReadonlyMap<SetupId, readonly Pair[]>;
}

/** What part of the units the first, short runs do. */
const SCOUTING_SHARE = 0.2;

/** Seconds that a round would take, from a short run of each setup as it comes. */
async function scout(experiment: Experiment, run: Run): Promise<number> {
  let seconds = 0;
  for (const setup of setupsOf(experiment.workload)) {
    const trial = await run(setup, 'bare', Math.ceil(experiment.workload.units * SCOUTING_SHARE));
    seconds += trial.wallSeconds;
  }
  return (2 * seconds) / SCOUTING_SHARE;
}

/** First short runs that show how much work there is time for, then the rounds. Throws when `signal` is aborted. */
export async function runExperiment(experiment: Experiment): Promise<ExperimentResult> {
  const { host, env, startSampling, workload, signal } = experiment;
  const setups = setupsOf(workload);
  const run: Run = (setup, variant, units) => {
    signal.throwIfAborted();
    return runTrial(host, { command: commandOf(experiment, setup, variant, units), env, startSampling });
  };
  const roundSeconds = await scout(experiment, run);
  const units = unitsInTime(workload.units, roundSeconds);
  const rounds = roundsInTime(experiment.rounds, (roundSeconds * units) / workload.units);
  const total = rounds * setups.length * 2;
  let done = 0;
  const measure = (setup: Setup, variant: VariantId): Promise<Trial> => {
    experiment.onProgress(done, total, setup, variant);
    done += 1;
    return run(setup, variant, units);
  };
  const pairs = new Map<SetupId, Pair[]>(setups.map(({ id }) => [id, []]));
  for (let round = 0; round < rounds; round += 1) {
    for (const setup of setups) {
      // The order within a pair alternates.
      const bareFirst = round % 2 === 0;
      const early = await measure(setup, bareFirst ? 'bare' : 'launched');
      const late = await measure(setup, bareFirst ? 'launched' : 'bare');
      pairs.get(setup.id)?.push(bareFirst ? { bare: early, launched: late } : { bare: late, launched: early });
    }
  }
  return { units, rounds, pairs };
}

type Run = (setup: Setup, variant: VariantId, units: number) => Promise<Trial>;
