/**
 * The program as a single-file executable: builds the host, runs the command line, sets the exit status.
 */
import { plainText, toFailure } from './cli/failure.ts';
import { runProgram } from './cli/run-program.ts';
import { createClock } from './host/clock.ts';
import { createConfigSearch } from './host/config-search.ts';
import { createConsole } from './host/console.ts';
import { createFiles } from './host/files.ts';
import { readEntryNotes, restoreNames, type EntryNotes } from './host/native/entry-notes.ts';
import { createExec } from './host/native/exec.ts';
import { libc } from './host/native/libc.ts';
import { createNativeOutput } from './host/native/output.ts';
import { createNativeProcesses } from './host/native/processes.ts';
import { createReaper, type Reaper } from './host/native/reaper.ts';
import { createNativeSignals, type NativeSignals } from './host/native/signals.ts';
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
process.on('uncaughtException', (error) => {
  // While workers run others listen too, and end them first.
  if (process.listenerCount('uncaughtException') === 1) giveUp(error);
});
void run();

async function run(): Promise<void> {
  try {
    const notes = readEntryNotes();
    const reaper = createReaper();
    const signals = createNativeSignals(notes, reaper.sweep);
    const host = createHost(notes, reaper, signals);
    const words = exactWords(process.argv.slice(2));
    if (notes.isWatchdog) endWith(await watch(host, words));
    startLater(signals.start, SIGNALS_AFTER_MS);
    startLater(trimMemory, TRIM_AFTER_MS);
    const status = await runProgram({
      host,
      argv: words,
      handover: { ...NO_HANDOVER, env: host.system.env },
      installation: { program: [process.execPath], nodePath: null, packageRoot: null },
    });
    endWith(status);
  } catch (error) {
    giveUp(error);
  }
}

function createHost(notes: EntryNotes, reaper: Reaper, signals: NativeSignals): Host {
  const files = createFiles();
  const system = createSystem();
  const env = restoreNames(system.env);
  return {
    files,
    procfs: createProcfs(files),
    writer: createWriter(),
    system: { ...system, env },
    clock: createClock(),
    spawner: createNativeSpawner(notes, reaper, signals.start),
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
}

/** The exit status of the watchdog. Throws USAGE when it was not started by a run. */
async function watch(host: Host, words: readonly string[]): Promise<number> {
  const { endAbandoned } = await import('./workers/end-abandoned.ts');
  await endAbandoned({ ...host, ownPid: host.system.pid, words });
  return 0;
}

function startLater(action: () => void, delayMs: number): void {
  setTimeout(action, delayMs).unref();
}

/** Takes about 4 ms. */
function trimMemory(): void {
  Bun.gc(true);
  Bun.shrink();
  startLater(trimMemory, TRIM_EVERY_MS);
}

/**
 * Everything is written by then, and the read that waits for signals never ends by itself. bun's own way out gives
 * the terminal the modes that it had at our start; elsewhere what the command has changed there is to stay.
 */
function endWith(status: number): void {
  if (restoresModes) process.exit(status);
  libc()._exit(status);
}

/** For what nobody could catch: nothing of the host is needed. */
function giveUp(error: unknown): void {
  const failure = toFailure(error);
  createConsole({}).writeErr(plainText(failure));
  process.exit(failure.exitStatus);
}
