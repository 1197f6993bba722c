/** What the launcher does with each signal that it receives itself. Pure. */

/** Whom a signal from outside concerns. */
export interface SignalDecision {
  /** Pass it on to the workers: to all, to none, or only to those that are (not) stopped. */
  readonly forwardTo: 'all' | 'none' | 'stopped' | 'not-stopped';
  /** A request to end: workers are not started any more, and the failure of one does not stop the others. */
  readonly endsRun: boolean;
  /** Suspend ourselves as well, as the signal would have done by itself. */
  readonly suspends: boolean;
}

/**
 * Every signal that somebody may send to the workers through us, with its number on Linux (x64, arm64).
 * Not in the list, because they tell something about this process alone: CHLD, PIPE (our own output), TTIN
 * and TTOU (the kernel sends them to the whole process group), PROF, XCPU, XFSZ, and the signals of faults.
 * IO and POLL are one number. Source: signal(7), man-pages 6.9.
 */
export const HANDLED_SIGNALS = {
  SIGHUP: 1,
  SIGINT: 2,
  SIGQUIT: 3,
  // Node opens its inspector on SIGUSR1 as long as nobody listens, so listening also closes that door.
  SIGUSR1: 10,
  SIGUSR2: 12,
  SIGALRM: 14,
  SIGTERM: 15,
  SIGSTKFLT: 16,
  SIGCONT: 18,
  SIGTSTP: 20,
  SIGURG: 23,
  SIGVTALRM: 26,
  SIGWINCH: 28,
  SIGIO: 29,
  SIGPWR: 30,
} as const satisfies Partial<Record<NodeJS.Signals, number>>;

/** ILL, TRAP, ABRT, BUS, FPE, SEGV, PIPE, TTIN, TTOU, XCPU, XFSZ, PROF, SYS. */
const ABOUT_OURSELVES = [4, 5, 6, 7, 8, 11, 13, 21, 22, 24, 25, 27, 31];
const [FIRST_REAL_TIME, LAST_REAL_TIME] = [34, 64];

/** Numbers of the signals that are passed on as they are, where they can be heard at all. */
export function furtherSignals(isInit: boolean): number[] {
  const realTime = Array.from({ length: LAST_REAL_TIME - FIRST_REAL_TIME + 1 }, (_, index) => FIRST_REAL_TIME + index);
  return isInit ? [...ABOUT_OURSELVES, ...realTime] : realTime;
}

export type HandledSignal = keyof typeof HANDLED_SIGNALS;

/** A request to end the run. */
const ENDING: ReadonlySet<HandledSignal> = new Set<HandledSignal>(['SIGTERM', 'SIGINT', 'SIGQUIT']);

/** Signals that a terminal sends to its whole foreground group: the workers have them already. */
const FROM_TERMINAL: ReadonlySet<HandledSignal> = new Set<HandledSignal>(['SIGINT', 'SIGQUIT', 'SIGTSTP', 'SIGWINCH']);

const NOTHING: SignalDecision = { forwardTo: 'none', endsRun: false, suspends: false };

/**
 * @param isInit we are PID 1.
 * @param inForeground we and the workers are the foreground process group of a terminal. An interactive
 * program may take Ctrl-C and go on, so a signal from the terminal never ends the run by itself.
 *
 * SIGHUP is passed on and is no request by itself: many servers take it as "read your configuration again".
 * See stop-cause.ts for those that die of it.
 */
export function decideSignal(signal: HandledSignal, inForeground: boolean, isInit = false): SignalDecision {
  // The kernel never stops PID 1: only the workers can be meant.
  if (isInit && !inForeground && (signal === 'SIGTSTP' || signal === 'SIGCONT'))
    return { ...NOTHING, forwardTo: 'all' };
  if (signal === 'SIGTSTP') return { ...NOTHING, forwardTo: inForeground ? 'none' : 'not-stopped', suspends: true };
  // A shell's `fg` and `bg` continue the whole group; workers that run again have had it.
  if (signal === 'SIGCONT') return { ...NOTHING, forwardTo: 'stopped' };
  if (inForeground && FROM_TERMINAL.has(signal)) return NOTHING;
  return { ...NOTHING, forwardTo: 'all', endsRun: ENDING.has(signal) };
}
