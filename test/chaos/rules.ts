/**
 * The statuses that a sequence may end with, from the rules of the README alone: the first failure decides;
 * with fail-fast it stops the others; a stop reaches every worker; what stays is killed. Pure.
 *
 * Steps that wait for their effect leave one answer. Those that do not may take effect in any order, and
 * together they are a batch.
 */
import { constants } from 'node:os';
import {
  DEADLY_SIGNALS,
  isLeftPaused,
  NEVER_MS,
  type LauncherEnd,
  type Reaction,
  type Sequence,
  type Step,
} from './sequence.ts';

const KILLED = 128 + constants.signals.SIGKILL;

export function allowedStatuses(sequence: Sequence): Set<number> {
  const { reactions, earlyStop, failFast } = sequence;
  if (earlyStop !== null) return statusesOfEarlyStop(reactions, earlyStop.signal);
  if (sequence.steps.at(-1)?.do === 'kill-launcher') return statusesOfKill(sequence);
  const alive = new Set(reactions.keys());
  /** First failure so far; 0: none. */
  let first = new Set([0]);
  for (const batch of batchesOf(sequence.steps)) {
    const outcomes = outcomesOf(batch, alive, sequence);
    first = new Set([...first].flatMap((status) => (status === 0 ? [...outcomes] : [status])));
    if (batch.some((step) => step.do === 'stop') || (failFast && !first.has(0))) break;
    for (const { worker } of batch.flatMap(ownEnd)) alive.delete(worker);
  }
  return new Set([...first, ...statusesOfLateStop(sequence)]);
}

/** Before the launcher is ready the signal ends it as any program; a worker that is not ready dies too. */
function statusesOfEarlyStop(reactions: readonly Reaction[], signal: LauncherEnd): Set<number> {
  if (signal === 'SIGKILL') return new Set([KILLED]);
  const answers = reactions.map((reaction) => answerTo(reaction, signal));
  const failures = answers.filter((status) => status !== 0);
  return new Set([128 + constants.signals[signal], KILLED, ...failures, ...(failures.length === 0 ? [0] : [])]);
}

/** The run may have come to its own end before, if something before was to end it. */
function statusesOfKill(sequence: Sequence): Set<number> {
  const steps = sequence.steps.slice(0, -1);
  const mayEnd = steps.some((step) => step.do === 'stop' || (ownEnd(step).length > 0 && !step.settled));
  return new Set([KILLED, ...(mayEnd ? allowedStatuses({ ...sequence, steps }) : [])]);
}

/** A stop that comes when all is over may still end the launcher itself. */
function statusesOfLateStop({ reactions, steps }: Sequence): number[] {
  const ends = steps.filter((step) => ownEnd(step).length > 0);
  const isRacing = ends.length === reactions.length || ends.some((step) => !step.settled);
  const isHeld = (worker: number): boolean => reactions[worker] === 'ignore' || isLeftPaused(steps, worker);
  const stops = steps.flatMap((step) => (step.do === 'stop' ? [128 + constants.signals[step.signal]] : []));
  if (isRacing) return stops;
  return [...reactions.keys()].some(isHeld) ? [] : stops.slice(1);
}

function answerTo(reaction: Reaction, signal: LauncherEnd): number {
  if (reaction === 'die') return 128 + constants.signals[signal];
  return reaction === 'ignore' ? KILLED : Number(reaction.split(':')[1]);
}

function batchesOf(steps: readonly Step[]): Step[][] {
  const batches: Step[][] = [[]];
  for (const step of steps) {
    batches.at(-1)?.push(step);
    if (step.settled) batches.push([]);
  }
  return batches;
}

/** Which worker a step ends by itself, and with what. */
function ownEnd(step: Step): { worker: number; status: number }[] {
  if (step.do === 'exit') return [{ worker: step.worker, status: step.status }];
  if (step.do === 'kill') return [{ worker: step.worker, status: KILLED }];
  return step.do === 'raise' ? [{ worker: step.worker, status: 128 + DEADLY_SIGNALS[step.signal] }] : [];
}

/** Statuses of the failure that comes first in a batch; 0 when there may be none. */
function outcomesOf(batch: readonly Step[], alive: ReadonlySet<number>, sequence: Sequence): Set<number> {
  const { reactions, steps, stopTimeoutMs } = sequence;
  const stop = batch.find((step) => step.do === 'stop');
  const isPaused = (worker: number): boolean => isLeftPaused(steps, worker);
  /** What may become of each worker that ends before any has to be killed. */
  const prompt: number[][] = [];
  let someHeld = false;
  /** One that does not answer the stop, but was to end by itself in this batch: either may come first. */
  let someRacing = false;
  for (const worker of alive) {
    const reaction = reactions[worker] ?? 'die';
    const statuses = batch.flatMap(ownEnd).flatMap((end) => (end.worker === worker ? [end.status] : []));
    if (stop !== undefined) {
      const isHeld = reaction === 'ignore' || isPaused(worker);
      if (isHeld && statuses.length > 0) someRacing = true;
      else if (isHeld) someHeld = true;
      else statuses.push(answerTo(reaction, stop.signal));
      // Whoever needs a CPU to answer may be killed before there is one.
      const isSlow = reaction !== 'die' || stop.signal === 'SIGQUIT';
      if (!isHeld && isSlow && stopTimeoutMs < NEVER_MS) statuses.push(KILLED);
    }
    if (statuses.length > 0) prompt.push(statuses);
  }
  const failures = prompt.flat().filter((status) => status !== 0);
  const mayBeWell = prompt.every((statuses) => statuses.includes(0));
  const withoutFailure = someHeld ? [KILLED] : someRacing ? [0, KILLED] : [0];
  return new Set([...failures, ...(mayBeWell ? withoutFailure : [])]);
}
