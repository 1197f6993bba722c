/**
 * What our executable does as the watchdog of a run whose launcher was killed: ends all that the run has left.
 * Uses `ProcessPort`, the clock, stdin and procfs. The other side is watchdog.ts.
 */
import { OneprocpoolError } from '../errors.ts';
import type { ClockPort, ConsolePort, FilePort, ProcessPort } from '../host/ports.ts';
import { createDescendantFinder, type ProcessIdentity } from './descendants.ts';
import { createTreeEnder } from './end-tree.ts';
import { isRunMark } from './run-mark.ts';

/** A process is invisible for a moment while it is started: only looks in a row are believed. */
const EMPTY_LOOKS = 3;
/** Between two looks, in milliseconds. */
const PAUSE_MS = 50;
/** Processes that cannot be ended are given up after so many looks. */
const MOST_LOOKS = 100;

/** Throws USAGE when other words follow than those of a run. */
export async function endAbandoned(input: {
  readonly files: FilePort;
  readonly clock: ClockPort;
  readonly processes: ProcessPort;
  readonly console: Pick<ConsolePort, 'readIn'>;
  readonly ownPid: number;
  /** The mark of the run, the signal that asks, and milliseconds until SIGKILL. */
  readonly words: readonly string[];
}): Promise<void> {
  const [mark = '', stopSignal = '', timeout = ''] = input.words;
  if (input.words.length !== 3 || !isRunMark(mark)) {
    throw new OneprocpoolError('USAGE', 'the name opp-watchdog is that of a helper of oneprocpool', {
      hint: 'start it under another name',
    });
  }
  const finder = createDescendantFinder({ ...input, adopterPid: null, mark, isLate: true });
  finder.addWorkers(parseWorkers(input.console.readIn()));
  const ender = createTreeEnder({ ...input, finder });
  let looks = 0;
  for (let empty = 0; empty < EMPTY_LOOKS && looks < MOST_LOOKS; looks += 1) {
    const { askedCount } = await ender.end(stopSignal as NodeJS.Signals, Number(timeout));
    empty = askedCount === 0 ? empty + 1 : 0;
    await input.clock.sleep(PAUSE_MS);
  }
}

/** Lines `INDEX PID:START`; the last one of an index counts. */
function parseWorkers(text: string): Iterable<ProcessIdentity> {
  const workers = new Map<string, ProcessIdentity>();
  for (const [, index = '', pid, startTicks] of text.matchAll(/^([0-9]+) ([0-9]+):([0-9]+)\n/gm)) {
    workers.set(index, { pid: Number(pid), startTicks: Number(startTicks) });
  }
  return workers.values();
}
