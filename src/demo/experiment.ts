/**
 * The experiment: every setup as it comes and under oneprocpool, in turns, several rounds. The two runs of
 * a pair follow each other, so that a noisy machine hits both. Uses the ports through `runTrial`.
 */
import { runTrial, type StartSampling } from './run-trial.ts';
import { SETUPS, type Setup, type SetupId, type Trial, type VariantId, type Workload } from './setups.ts';
import type { Host } from '../host/ports.ts';
import { ROUND_SECONDS, unitsInTime } from './work-amount.ts';

export interface Pair {
  readonly bare: Trial;
  readonly launched: Trial;
}

export interface Experiment {
  readonly host: Host;
  readonly workload: Workload;
  /** Pairs of runs of each setup, at least 1. */
  readonly rounds: number;
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

/** What part of the units the first, short runs do. */
const SCOUTING_SHARE = 0.2;

/** Of a first round that took longer than so many times the wish, the figures are thrown away. */
const PATIENCE = 3;

/** Seconds that a round would take, from a short run of each setup as it comes. */
async function scout(experiment: Experiment, run: Run): Promise<number> {
  let seconds = 0;
  for (const setup of setupsOf(experiment.workload)) {
    const trial = await run(setup, 'bare', Math.ceil(experiment.workload.units * SCOUTING_SHARE));
    seconds += trial.wallSeconds;
  }
  return (2 * seconds) / SCOUTING_SHARE;
}

/**
 * First short runs that show how much work there is time for, then the rounds. When the first of them shows
 * that the machine is more crowded than that, it is done again with less work.
 */
export async function runExperiment(experiment: Experiment): Promise<ExperimentResult> {
  const { host, env, startSampling, onStarted, workload, rounds: roundCount } = experiment;
  const setups = setupsOf(workload);
  const perRound = setups.length * 2;
  let done = 0;
  const run: Run = (setup, variant, units) =>
    runTrial(host, { command: commandOf(experiment, setup, variant, units), env, startSampling, onStarted });
  const runRound = async (round: number, units: number): Promise<Map<SetupId, Pair>> => {
    const pairs = new Map<SetupId, Pair>();
    done = round * perRound;
    const measure = async (setup: Setup, variant: VariantId): Promise<Trial> => {
      experiment.onProgress(done, roundCount * perRound, setup, variant);
      const trial = await run(setup, variant, units);
      done += 1;
      return trial;
    };
    for (const setup of setups) {
      // The order within a pair alternates.
      const early = await measure(setup, round % 2 === 0 ? 'bare' : 'launched');
      const late = await measure(setup, round % 2 === 0 ? 'launched' : 'bare');
      pairs.set(setup.id, round % 2 === 0 ? { bare: early, launched: late } : { bare: late, launched: early });
    }
    return pairs;
  };

  let units = unitsInTime(workload.units, await scout(experiment, run));
  const rounds = [await runRound(0, units)];
  const firstSeconds = secondsOf(rounds[0]);
  if (firstSeconds > PATIENCE * ROUND_SECONDS) {
    units = unitsInTime(units, firstSeconds);
    rounds[0] = await runRound(0, units);
  }
  while (rounds.length < roundCount) rounds.push(await runRound(rounds.length, units));
  const pairsOf = (id: SetupId) => rounds.flatMap((pairs) => pairs.get(id) ?? []);
  return { units, pairs: new Map(setups.map(({ id }) => [id, pairsOf(id)])) };
}

type Run = (setup: Setup, variant: VariantId, units: number) => Promise<Trial>;

function secondsOf(pairs: ReadonlyMap<SetupId, Pair> | undefined): number {
  return [...(pairs?.values() ?? [])].reduce(
    (sum, { bare, launched }) => sum + bare.wallSeconds + launched.wallSeconds,
    0,
  );
}
