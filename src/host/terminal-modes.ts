/**
 * Leaves the modes of the terminal as the command left them. Uses `process` and the descriptors.
 *
 * The runtime sets the terminal back at its end to what it was at its start, from the background too: `stty`
 * would have no effect, and the end of a job in the background would spoil the editor in the foreground.
 * It passes over descriptors that are closed by then:
 * https://github.com/nodejs/node/blob/v20.20.2/src/node.cc (`ResetStdio`).
 */
import { closeSync, fstatSync } from 'node:fs';

let areRestored = false;

/** From now on until the end of the process nothing is written to a terminal after the last `exit` listener. */
export function keepTerminalModes(): void {
  process.once('exit', () => {
    if (areRestored) return;
    for (const descriptor of [0, 1, 2]) {
      try {
        if (fstatSync(descriptor).isCharacterDevice()) closeSync(descriptor);
      } catch {
        // Closed by whoever started us.
      }
    }
  });
}

/** The modes at our start come back at our end, after all. */
export function restoreTerminalModes(): void {
  areRestored = true;
}
