/** Lets Ctrl-C end a wait for standard input, while nobody else listens. */
import type { ConsolePort } from '../ports.ts';
import type { NativeSignals } from './signals.ts';

export function hearingKeys(console: ConsolePort, signals: NativeSignals): ConsolePort {
  return { ...console, readIn: () => signals.interruptibly(console.readIn) };
}
