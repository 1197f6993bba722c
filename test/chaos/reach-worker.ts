/** The two ways to a chaos worker: a signal, or a word into its FIFO. It may have gone by then. */
import { closeSync, constants as flags, openSync, writeSync } from 'node:fs';
import { join } from 'node:path';

export function signalProcess(pid: number | undefined, signal: NodeJS.Signals): void {
  try {
    if (pid !== undefined) process.kill(pid, signal);
  } catch {
    // A stop was faster.
  }
}

/** Writes to the worker's FIFO, unless nobody reads there any more. */
export function tell(directory: string, worker: number, command: string): void {
  try {
    const fifo = openSync(join(directory, `in.${worker}`), flags.O_WRONLY | flags.O_NONBLOCK);
    writeSync(fifo, `${command}\n`);
    closeSync(fifo);
  } catch {
    // A stop was faster.
  }
}
