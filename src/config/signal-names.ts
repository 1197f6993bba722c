/**
 * The signals that can be asked for by name or number. Pure.
 */

/** Same names on Linux and macOS; SIGSTOP is left out: a stopped command would never end. */
const SIGNAL_NAMES = [
  'SIGHUP',
  'SIGINT',
  'SIGQUIT',
  'SIGABRT',
  'SIGUSR1',
  'SIGUSR2',
  'SIGALRM',
  'SIGTERM',
  'SIGCONT',
  'SIGTSTP',
  'SIGTTIN',
  'SIGTTOU',
  'SIGURG',
  'SIGXCPU',
  'SIGXFSZ',
  'SIGVTALRM',
  'SIGPROF',
  'SIGWINCH',
  'SIGIO',
  'SIGKILL',
] as const satisfies readonly NodeJS.Signals[];

/** Only numbers that mean the same everywhere (POSIX `kill`, section "OPTIONS", -signal_number). */
const SIGNAL_NUMBERS: Readonly<Record<string, NodeJS.Signals>> = {
  1: 'SIGHUP',
  2: 'SIGINT',
  3: 'SIGQUIT',
  6: 'SIGABRT',
  9: 'SIGKILL',
  14: 'SIGALRM',
  15: 'SIGTERM',
};

/** `SIGTERM`, `TERM`, `term` or `15` as `SIGTERM`; `undefined` for anything else. */
export function parseSignal(text: string): NodeJS.Signals | undefined {
  const numbered = Object.hasOwn(SIGNAL_NUMBERS, text) ? SIGNAL_NUMBERS[text] : undefined;
  if (numbered !== undefined) return numbered;
  const upper = text.toUpperCase();
  return SIGNAL_NAMES.find((name) => name === upper || name === `SIG${upper}`);
}
