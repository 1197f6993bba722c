/**
 * `oneprocpool demo`: the experiment "who controls parallelism?" on this machine, with a real library.
 * Uses the ports of Host.
 */
import type { DemoContext } from '../demo/demo-context.ts';
import { renderDemo, type DemoResult } from '../demo/demo-text.ts';
import { runExperiment, setupsOf } from '../demo/experiment.ts';
import { findNodeWorkload } from '../demo/node-workload.ts';
import { findNumpyWorkload } from '../demo/numpy-workload.ts';
import { killNewChildren, listChildren } from '../demo/kill-descendants.ts';
import { createProgressLine } from '../demo/progress-line.ts';
import type { StartSampling } from '../demo/run-trial.ts';
import { summarize } from '../demo/summary.ts';
import { OneprocpoolError } from '../errors.ts';
import type { Host } from '../host/ports.ts';
import type { CpuBudget } from '../limits/limits.ts';
import type { Style } from '../report/terminal-style.ts';

/** The fewest that can agree or disagree. */
const MOST_ROUNDS = 3;
/** Part of the work with `ONEPROCPOOL_DEMO_QUICK`, which shows that all parts work, and no figures to rely on. */
const QUICK_SHARE = 0.02;

export interface DemoCommandInput {
  readonly budget: CpuBudget;
  /** Command that starts this program, for example `['/usr/bin/oneprocpool']`. */
  readonly program: readonly string[];
  /** The Node.js that runs us; `null` in a single-file executable. */
  readonly nodePath: string | null;
  /** Directories that may hold `node_modules/esbuild`: the root of this package. */
  readonly packageRoots: readonly string[];
  /** Every variable that a preset sets or removes: the experiment starts without them. */
  readonly controlVariables: readonly string[];
  /** Options for oneprocpool in every run, for example `['--cpus', '2']`. */
  readonly launcherOptions: readonly string[];
  readonly startSampling: StartSampling;
  readonly style: Style;
  readonly json: boolean;
}

/** The user's environment without what would decide the experiment beforehand. */
function neutralEnvironment(
  env: Readonly<Record<string, string>>,
  controls: readonly string[],
): Record<string, string> {
  const own = (name: string) =>
    name.startsWith('ONEPROCPOOL_') && name !== 'ONEPROCPOOL_THREADS' && name !== 'ONEPROCPOOL_DEMO_OFFLINE';
  return Object.fromEntries(Object.entries(env).filter(([name]) => !controls.includes(name) && !own(name)));
}

async function makeDirectory(host: Host): Promise<string> {
  const { exit, stdout, stderr } = await host.spawner.capture('mktemp', ['-d'], {
    env: host.system.env,
    timeoutMs: 10_000,
  });
  const directory = stdout.trim();
  if (exit.kind === 'exited' && exit.status === 0 && directory.startsWith('/')) return directory;
  throw new OneprocpoolError(
    'SPAWN_FAILED',
    `Expected \`mktemp -d\` to make a directory for the demo, got: ${stderr.trim() || exit.kind}`,
  );
}

type EndingSignal = 'SIGINT' | 'SIGTERM' | 'SIGHUP';

/** 128 + n, as a shell reports a program that the signal ended. */
const STATUS_AFTER: Readonly<Record<EndingSignal, number>> = { SIGHUP: 129, SIGINT: 130, SIGTERM: 143 };

/** The result, or the signal that ended the experiment. */
async function measure(host: Host, input: DemoCommandInput, directory: string): Promise<DemoResult | EndingSignal> {
  const progress = createProgressLine(host);
  const env = neutralEnvironment(host.system.env, input.controlVariables);
  const context: DemoContext = {
    host,
    directory,
    env,
    nodePath: input.nodePath,
    packageRoots: input.packageRoots,
    announce: progress.announce,
  };
  const before = await listChildren(host, host.system.pid);
  const ending = new AbortController();
  let endedBy: EndingSignal | undefined;
  const unlisten = (['SIGINT', 'SIGTERM', 'SIGHUP'] as const).map((signal) =>
    host.signals.listen(signal, () => {
      endedBy = signal;
      ending.abort();
      // What cannot be found is gone already, and an ended run is over anyway.
      void killNewChildren(host, host.system.pid, before).catch(() => {});
    }),
  );
  try {
    progress.show('looking for a library to measure');
    const numpy = await findNumpyWorkload(context);
    ending.signal.throwIfAborted();
    const whole = numpy ?? (await findNodeWorkload(context));
    const isQuick = (host.system.env['ONEPROCPOOL_DEMO_QUICK'] ?? '') !== '';
    const workload = isQuick ? { ...whole, units: Math.max(1, Math.round(whole.units * QUICK_SHARE)) } : whole;
    const { units, rounds, pairs } = await runExperiment({
      host,
      workload,
      rounds: isQuick ? 1 : MOST_ROUNDS,
      program: input.program,
      launcherOptions: input.launcherOptions,
      env,
      startSampling: input.startSampling,
      onProgress: progress.run,
      signal: ending.signal,
    });
    return {
      schemaVersion: 1,
      library: workload.library,
      work: `${units} ${workload.unitName}`,
      standsIn: workload.standsIn,
      cpus: { budget: input.budget.cpus, decidedBy: input.budget.decidedBy, seenByProgram: workload.poolSize },
      rounds,
      setups: summarize(setupsOf(workload), workload, pairs),
    };
  } catch (error) {
    // What was ended fails; that is not the reason.
    if (endedBy !== undefined) return endedBy;
    throw error;
  } finally {
    for (const take of unlisten) take();
    progress.clear();
  }
}

/** Runs the experiment, which takes about half a minute, and prints its result on stdout; the exit status. */
export async function demoCommand(host: Host, input: DemoCommandInput): Promise<number> {
  const directory = await makeDirectory(host);
  try {
    const result = await measure(host, input, directory);
    if (typeof result === 'string') return STATUS_AFTER[result];
    host.console.writeOut(input.json ? `${JSON.stringify(result, null, 2)}\n` : renderDemo(result, input.style));
    return 0;
  } finally {
    await host.spawner.capture('rm', ['-rf', directory], { env: host.system.env, timeoutMs: 30_000 });
  }
}
