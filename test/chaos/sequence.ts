/** What happens in one run of the chaos test, made of random numbers. Pure. */
import { createRandom, type Random } from './random.ts';

export type EndSignal = 'SIGTERM' | 'SIGINT' | 'SIGQUIT';
/** SIGKILL gives the launcher no chance: its watchdog has to do the work. */
export type LauncherEnd = EndSignal | 'SIGKILL';
export type OtherSignal = 'SIGHUP' | 'SIGUSR1' | 'SIGUSR2';
/** By number: real-time signals have no name in Node.js. */
export const DEADLY_SIGNALS = { SIGKILL: 9, SIGSEGV: 11, SIGABRT: 6, SIGTERM: 15, SIGRTMIN: 34, SIGRTMAX: 64 } as const;
export type DeadlySignal = keyof typeof DEADLY_SIGNALS;

/** What a worker does at a signal that ends the run. */
export type Reaction = 'die' | 'ignore' | `exit:${number}` | `storm:${number}`;

/** The letters of chaos-worker.c. */
export type StormKind = 'c' | 'i' | 't' | 's' | 'd' | 'o' | 'n' | 'z' | 'f';

export type Step = (
  | { readonly do: 'exit'; readonly worker: number; readonly status: number }
  | { readonly do: 'raise'; readonly worker: number; readonly signal: DeadlySignal }
  /** From outside, past the launcher. */
  | { readonly do: 'kill'; readonly worker: number }
  /** SIGSTOP and SIGCONT, past the launcher too. */
  | { readonly do: 'pause'; readonly worker: number }
  | { readonly do: 'resume'; readonly worker: number }
  | { readonly do: 'storm'; readonly worker: number; readonly kind: StormKind; readonly count: number }
  /** SIGSTOP to the launcher, and SIGCONT after a while; it passes that on to stopped workers. */
  | { readonly do: 'freeze'; readonly milliseconds: number }
  /** To the launcher. */
  | { readonly do: 'pass'; readonly signal: OtherSignal }
  | { readonly do: 'stop'; readonly signal: EndSignal }
  /** The last step. */
  | { readonly do: 'kill-launcher' }
) & {
  /** Whether the next step waits for the effect of this one. */
  readonly settled: boolean;
};

export interface Sequence {
  readonly reactions: readonly Reaction[];
  readonly failFast: boolean;
  readonly stopTimeoutMs: number;
  readonly verify: 'off' | 'warn';
  /** A stop this long after the start, which may be before anything is up; then there are no steps. */
  readonly earlyStop: { readonly signal: LauncherEnd; readonly afterMs: number } | null;
  readonly steps: readonly Step[];
}

/** So long that a test which waits for it fails. */
export const NEVER_MS = 60_000;

/** The `number`-th sequence of a seed. */
export function createSequence(seed: number, number: number): Sequence {
  const random = createRandom(seed * 10_007 + number);
  const count = random.between(1, 4);
  const reactions = Array.from({ length: count }, () => createReaction(random));
  const failFast = random.chance(0.5);
  const verify = random.pick<Sequence['verify']>(['off', 'warn']);
  if (random.chance(0.12)) {
    const signal = random.chance(0.3) ? 'SIGKILL' : createEndSignal(random);
    const earlyStop = { signal, afterMs: random.between(0, 400) } as const;
    return { reactions, failFast, verify, earlyStop, steps: [], stopTimeoutMs: random.between(100, 500) };
  }
  const steps = createSteps(random, count, failFast);
  const isStubborn =
    reactions.some((reaction) => reaction === 'ignore' || reaction.startsWith('storm')) ||
    steps.some((step) => step.do === 'pause' || (step.do === 'storm' && 'iof'.includes(step.kind)));
  // A second stop is passed on and ends nothing: somebody stubborn has to be waited for.
  const stopTimeoutMs = isStubborn ? random.between(150, 500) : NEVER_MS;
  return { reactions, failFast, verify, earlyStop: null, steps, stopTimeoutMs };
}

/** Whether the worker is stopped when all steps are done. */
export function isLeftPaused(steps: readonly Step[], worker: number): boolean {
  const last = steps.findLast((step) => (step.do === 'pause' || step.do === 'resume') && step.worker === worker);
  return last?.do === 'pause';
}

function createReaction(random: Random): Reaction {
  const status = random.pick([0, random.between(1, 255)]);
  return random.pick<Reaction>(['die', 'die', 'ignore', `exit:${status}`, `exit:${status}`, `storm:${status}`]);
}

function createEndSignal(random: Random): EndSignal {
  return random.pick(['SIGTERM', 'SIGTERM', 'SIGINT', 'SIGQUIT']);
}

/** Steps until every worker was told to end, or a stop was. */
function createSteps(random: Random, count: number, failFast: boolean): Step[] {
  const steps: Step[] = [];
  const free = new Set(Array.from({ length: count }, (_, index) => index));
  const paused = new Set<number>();
  let hasThawed = false;
  const settled = (): boolean => random.chance(0.75);
  const anyOf = (workers: Set<number>): number => [...workers][random.between(0, workers.size - 1)] ?? 0;

  for (let left = random.between(1, 8); left > 0 && free.size > 0; left -= 1) {
    const worker = anyOf(free);
    const what = random.between(1, 100);
    if (paused.size > 0 && random.chance(0.3)) {
      const resumed = anyOf(paused);
      steps.push({ do: 'resume', worker: resumed, settled: true });
      paused.delete(resumed);
      free.add(resumed);
    } else if (paused.size === 0 && random.chance(0.08)) {
      hasThawed = true;
      steps.push({ do: 'freeze', milliseconds: random.between(0, 150), settled: true });
    } else if (what <= 40) steps.push({ do: 'storm', worker, ...createStorm(random), settled: settled() });
    else if (what <= 60) steps.push({ do: 'pass', signal: createOtherSignal(random), settled: settled() });
    else if (what <= 68) {
      // The launcher may pass its SIGCONT on any time later.
      if (hasThawed) continue;
      steps.push({ do: 'pause', worker, settled: true });
      free.delete(worker);
      paused.add(worker);
    } else if (what <= 90) {
      const end = createEnd(random, worker, settled());
      steps.push(end);
      free.delete(worker);
      if (failFast && !(end.do === 'exit' && end.status === 0) && end.settled) return steps;
    } else break;
  }
  if (free.size + paused.size > 0 && random.chance(0.2)) return [...steps, ...createKill(random)];
  if (random.chance(0.4)) {
    // All end by themselves.
    for (const worker of paused) steps.push({ do: 'kill', worker, settled: true });
    for (const worker of free) steps.push(createEnd(random, worker, settled()));
    return steps;
  }
  const stubbornStays = steps.some((step) => step.do === 'storm' && 'io'.includes(step.kind));
  if (free.size + paused.size === 0 && !stubbornStays) return steps;
  steps.push({ do: 'stop', signal: createEndSignal(random), settled: true });
  if (random.chance(0.4)) steps.push({ do: 'stop', signal: createEndSignal(random), settled: true });
  return steps;
}

/** Of the launcher, sometimes while it is stopping the workers. */
function createKill(random: Random): Step[] {
  const stop: Step[] = random.chance(0.3)
    ? [{ do: 'stop', signal: createEndSignal(random), settled: random.chance(0.5) }]
    : [];
  return [...stop, { do: 'kill-launcher', settled: true }];
}

function createStorm(random: Random): { kind: StormKind; count: number } {
  const kind = random.chance(0.08) ? 'f' : random.pick<StormKind>(['c', 'i', 't', 's', 'd', 'o', 'n', 'z']);
  return { kind, count: kind === 'f' ? 1 : random.pick([1, 3, random.between(1, 40)]) };
}

function createOtherSignal(random: Random): OtherSignal {
  return random.pick(['SIGHUP', 'SIGUSR1', 'SIGUSR2']);
}

function createEnd(random: Random, worker: number, settled: boolean): Step {
  const what = random.between(1, 10);
  if (what <= 4) return { do: 'exit', worker, status: 0, settled };
  if (what <= 7) return { do: 'exit', worker, status: random.between(1, 255), settled };
  if (what <= 8) return { do: 'kill', worker, settled };
  return { do: 'raise', worker, signal: random.pick(Object.keys(DEADLY_SIGNALS) as [DeadlySignal]), settled };
}
