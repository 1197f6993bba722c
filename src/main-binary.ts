/**
 * The program as a single-file executable: builds the host, runs the command line, sets the exit status.
 */
import { runProgram } from './cli/run-program.ts';
import { createClock } from './host/clock.ts';
import { createConfigSearch } from './host/config-search.ts';
import { createConsole } from './host/console.ts';
import { createFiles } from './host/files.ts';
import { readEntryNotes, restoreNames } from './host/native/entry-notes.ts';
import { createExec } from './host/native/exec.ts';
import { libc } from './host/native/libc.ts';
import { createNativeOutput } from './host/native/output.ts';
import { createNativeProcesses } from './host/native/processes.ts';
import { createReaper } from './host/native/reaper.ts';
import { createNativeSignals } from './host/native/signals.ts';
import { createNativeSpawner } from './host/native/spawn.ts';
import { hearingKeys } from './host/native/hearing-keys.ts';
import { exactWords } from './host/own-words.ts';
import type { Host } from './host/ports.ts';
import { createProcfs } from './host/procfs.ts';
import { createSystem } from './host/system.ts';
import { createWriter } from './host/writer.ts';
import { NO_HANDOVER } from './workers/shim-handover.ts';

/** A command that takes longer can be interrupted; all others are over before anybody could want that. */
const SIGNALS_AFTER_MS = 30;
/** Who stays that long supervises: what the start needed is given back then, and what the sampler left from time to time. */
const [TRIM_AFTER_MS, TRIM_EVERY_MS] = [2000, 30_000];

let restoresModes = false;
const notes = readEntryNotes();
const files = createFiles();
const system = createSystem();
const env = restoreNames(system.env);
const reaper = createReaper();
const signals = createNativeSignals(notes, reaper.sweep);
const host: Host = {
  files,
  procfs: createProcfs(files),
  writer: createWriter(),
  system: { ...system, env },
  clock: createClock(),
  spawner: createNativeSpawner(notes, reaper),
  processes: createNativeProcesses(signals, reaper),
  signals,
  console: {
    ...hearingKeys(createConsole(env), signals),
    restoreModes() {
      restoresModes = true;
    },
  },
  output: createNativeOutput(),
  configSearch: createConfigSearch(),
  exec: createExec(notes),
  filesBelow: createFiles,
};

void run();

async function run(): Promise<void> {
  const words = exactWords(process.argv.slice(2));
  if (notes.isWatchdog) {
    const { endAbandoned } = await import('./workers/end-abandoned.ts');
    await endAbandoned({ ...host, ownPid: system.pid, words });
    endWith(0);
  }
  setTimeout(signals.start, SIGNALS_AFTER_MS).unref();
  setTimeout(trimMemory, TRIM_AFTER_MS).unref();
  const status = await runProgram({
    host,
    argv: words,
    handover: { ...NO_HANDOVER, env },
    installation: { program: [process.execPath], nodePath: null, packageRoot: null },
  });
  endWith(status);
}

/** Takes about 4 ms. */
function trimMemory(): void {
  Bun.gc(true);
  Bun.shrink();
  setTimeout(trimMemory, TRIM_EVERY_MS).unref();
}

/**
 * Everything is written by then, and the read that waits for signals never ends by itself. bun's own way out gives
 * the terminal the modes that it had at our start; elsewhere what the command has changed there is to stay.
 */
function endWith(status: number): void {
  if (restoresModes) process.exit(status);
  libc()._exit(status);
}
