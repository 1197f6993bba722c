/** Carries out one sequence on the built program, and collects what became of it. */
import { mkdtempSync, rmSync } from 'node:fs';
import { constants, tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { stateOf } from '../support/processes.ts';
import { startProgram, type RunningProgram } from '../support/run-program.ts';
import { commandLine } from './command-line.ts';
import { signalProcess, tell } from './reach-worker.ts';
import { DEADLY_SIGNALS, type Sequence, type Step } from './sequence.ts';
import { survivors, untilEmpty } from './survivors.ts';
import { countOf, gotLine, pidOf, readLog } from './worker-log.ts';

const SETTLE_MS = 20_000;

export interface Outcome {
  readonly status: number;
  readonly stderr: string;
  /** Workers and processes of storms that were really there. */
  readonly processCount: number;
  /** PIDs of the tree that are still alive. */
  readonly left: readonly number[];
  /** What was not as it should be, in words. */
  readonly complaints: readonly string[];
  readonly seconds: number;
}

interface Stage {
  readonly program: RunningProgram;
  readonly directory: string;
  /** Workers that no step has ended or paused so far. */
  readonly attentive: Set<number>;
  readonly workers: readonly number[];
  /** Workers that a step has ended. */
  readonly ending: number[];
  /** How often a signal was sent that a worker should say it got, by the line of the log. */
  readonly sent: Map<string, number>;
  readonly complaints: string[];
  hasEnded: boolean;
}

export async function play(worker: string, sequence: Sequence): Promise<Outcome> {
  const directory = mkdtempSync(join(tmpdir(), 'oneprocpool-chaos-'));
  const startedAt = performance.now();
  const program = startProgram(commandLine(worker, sequence), { env: { ONEPROCPOOL_TEST_MARK: directory } });
  const attentive = new Set(sequence.reactions.keys());
  const workers = [...attentive];
  const stage: Stage = {
    program,
    directory,
    attentive,
    workers,
    ending: [],
    sent: new Map(),
    complaints: [],
    hasEnded: false,
  };
  const result = program.result.finally(() => {
    stage.hasEnded = true;
  });
  try {
    await act(stage, sequence);
    const { status, signal, stderr } = await result;
    // At once: what is alive now has outlived the launcher. Only a killed one needs the time of its watchdog.
    const left =
      signal === 'SIGKILL'
        ? await untilEmpty(stage, SETTLE_MS + Math.min(sequence.stopTimeoutMs, SETTLE_MS))
        : survivors(stage);
    for (const pid of left) signalProcess(pid, 'SIGKILL');
    if (signal !== null && !mayDieOf(signal, sequence)) stage.complaints.push(`${signal} ended the launcher`);
    const lines = readLog(directory);
    return {
      status: status ?? 128 + constants.signals[signal ?? 'SIGKILL'],
      stderr,
      processCount: lines.filter((line) => /^(up|proc) /.test(line)).length,
      left,
      complaints: [...stage.complaints, ...repeatedSignals(stage, lines)],
      seconds: (performance.now() - startedAt) / 1000,
    };
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

function mayDieOf(signal: NodeJS.Signals, { earlyStop, steps }: Sequence): boolean {
  if (signal === 'SIGKILL') return earlyStop?.signal === signal || steps.at(-1)?.do === 'kill-launcher';
  return earlyStop !== null || steps.some((step) => step.do === 'stop');
}

async function act(stage: Stage, { reactions, earlyStop, steps }: Sequence): Promise<void> {
  if (earlyStop !== null) {
    await sleep(earlyStop.afterMs);
    stage.program.signal(earlyStop.signal);
    return;
  }
  await until(stage, 'all workers are up', () =>
    reactions.every((_, index) => pidOf(stage.directory, index) !== undefined),
  );
  for (const [position, step] of steps.entries()) {
    if (stage.hasEnded) return;
    const isSecondStop = step.do === 'stop' && steps.slice(0, position).some((earlier) => earlier.do === 'stop');
    const before = readLog(stage.directory);
    carryOut(stage, step);
    // Whoever has not answered the first stop does not have to answer the second one.
    if (step.settled && !isSecondStop) {
      await settle(stage, step, reactions, before);
      await until(stage, 'the workers told to end are gone', () =>
        stage.ending.every((worker) => isGone(stage, worker)),
      );
    }
  }
}

function carryOut(stage: Stage, step: Step): void {
  switch (step.do) {
    case 'exit':
      tell(stage.directory, step.worker, `exit ${step.status}`);
      break;
    case 'raise':
      tell(stage.directory, step.worker, `raise ${DEADLY_SIGNALS[step.signal]}`);
      break;
    case 'storm':
      tell(stage.directory, step.worker, `storm ${step.kind} ${step.count}`);
      break;
    case 'kill':
      signalProcess(pidOf(stage.directory, step.worker), 'SIGKILL');
      break;
    case 'pause':
      signalProcess(pidOf(stage.directory, step.worker), 'SIGSTOP');
      break;
    case 'resume':
      signalProcess(pidOf(stage.directory, step.worker), 'SIGCONT');
      break;
    case 'freeze':
      stage.program.signal('SIGSTOP');
      break;
    case 'kill-launcher':
      stage.program.signal('SIGKILL');
      break;
    case 'pass':
      for (const line of stage.workers.map((worker) => gotLine(worker, step.signal))) {
        stage.sent.set(line, (stage.sent.get(line) ?? 0) + 1);
      }
      stage.program.signal(step.signal);
      break;
    case 'stop':
      stage.program.signal(step.signal);
  }
  if (step.do === 'resume') stage.attentive.add(step.worker);
  else if (step.do !== 'storm' && 'worker' in step) stage.attentive.delete(step.worker);
  if (step.do === 'exit' || step.do === 'raise' || step.do === 'kill') stage.ending.push(step.worker);
}

/** A signal may be lost on the way to one that ends, and two may become one; none may become two. */
function repeatedSignals({ sent }: Stage, lines: readonly string[]): string[] {
  return [...new Set(lines.filter((line) => line.startsWith('got ')))].flatMap((line) => {
    const [seen, most] = [countOf(lines, line), sent.get(line) ?? 0];
    return seen > most ? [`${line}: ${seen} times, sent ${most} times`] : [];
  });
}

/** Whether the launcher has taken notice of the worker's end. */
function isGone(stage: Stage, worker: number): boolean {
  return stateOf(pidOf(stage.directory, worker) ?? 0) === undefined;
}

async function thaw({ program }: Stage, afterMs: number): Promise<void> {
  await sleep(afterMs);
  program.signal('SIGCONT');
}

function isStopped(stage: Stage, worker: number): boolean {
  return stateOf(pidOf(stage.directory, worker) ?? 0) === 'T';
}

function settle(stage: Stage, step: Step, reactions: Sequence['reactions'], before: readonly string[]): Promise<void> {
  const hasMore = (line: string): boolean => countOf(readLog(stage.directory), line) > countOf(before, line);
  switch (step.do) {
    case 'exit':
    case 'raise':
    case 'kill':
      return until(stage, `worker ${step.worker} is gone`, () => isGone(stage, step.worker));
    case 'pause':
      return until(
        stage,
        `worker ${step.worker} is stopped`,
        () => isStopped(stage, step.worker) || isGone(stage, step.worker),
      );
    case 'resume':
      return until(stage, `worker ${step.worker} goes on`, () => !isStopped(stage, step.worker));
    case 'freeze':
      return thaw(stage, step.milliseconds);
    case 'kill-launcher':
      return Promise.resolve();
    case 'storm':
      return until(
        stage,
        `worker ${step.worker} has stormed`,
        () => hasMore(`stormed ${step.worker}`) || isGone(stage, step.worker),
      );
    case 'pass':
      return until(stage, `${step.signal} has arrived`, () =>
        [...stage.attentive].every((worker) => hasMore(gotLine(worker, step.signal)) || isGone(stage, worker)),
      );
    case 'stop': {
      const prompt = [...stage.attentive].filter((worker) => reactions[worker] !== 'ignore');
      return until(stage, `${step.signal} has ended the workers`, () =>
        prompt.every((worker) => isGone(stage, worker)),
      );
    }
  }
}

async function until(stage: Stage, what: string, condition: () => boolean): Promise<void> {
  const deadline = performance.now() + SETTLE_MS;
  while (!stage.hasEnded && !condition()) {
    if (performance.now() > deadline) {
      stage.complaints.push(`waited in vain until ${what}`);
      stage.program.signal('SIGKILL');
      return;
    }
    await sleep(5);
  }
}
