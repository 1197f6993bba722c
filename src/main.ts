/**
 * The program: builds the host, runs the command line, sets the exit status.
 */
import { dirname } from 'node:path';
import { plainText, toFailure } from './cli/failure.ts';
import { runProgram } from './cli/run-program.ts';
import type { Installation } from './commands/command-context.ts';
import { createClock } from './host/clock.ts';
import { createConfigSearch } from './host/config-search.ts';
import { createConsole } from './host/console.ts';
import { createFiles } from './host/files.ts';
import { exactWords } from './host/own-words.ts';
import { createOutput } from './host/output.ts';
import type { Host } from './host/ports.ts';
import { createProcesses } from './host/processes.ts';
import { createProcfs } from './host/procfs.ts';
import { createSignals } from './host/signals.ts';
import { createSpawner } from './host/spawn.ts';
import { createSystem } from './host/system.ts';
import { keepTerminalModes } from './host/terminal-modes.ts';
import { createWriter } from './host/writer.ts';
import { parseOpenFilesLimit, readShimHandover, type ShimHandover } from './workers/shim-handover.ts';

/** dist/ of the package: this file is built as dist/main.cjs. */
const DIST = __dirname;

// When nothing is left to do Node would give the signals back to their default action long before it has
// gone: one that comes then would replace the status of a run that is over.
process.once('beforeExit', () => process.exit());
keepTerminalModes();
process.on('uncaughtException', (error) => {
  // While workers run others listen too, and end them first.
  if (process.listenerCount('uncaughtException') === 1) giveUp(error);
});
void run();

async function run(): Promise<void> {
  try {
    const { host, handover } = createHost();
    process.exitCode = await runProgram({
      host,
      argv: exactWords(process.argv.slice(2)),
      handover,
      installation: findInstallation(),
    });
  } catch (error) {
    giveUp(error);
  }
}

function createHost(): { host: Host; handover: ShimHandover } {
  const files = createFiles();
  const system = createSystem();
  const handover = readShimHandover(system.env, () => parseOpenFilesLimit(files.readText('/proc/self/limits') ?? ''));
  const host: Host = {
    files,
    procfs: createProcfs(files),
    writer: createWriter(),
    system: { ...system, env: handover.env },
    clock: createClock(),
    spawner: createSpawner(`${DIST}/wait-${process.platform}-${process.arch}.node`),
    processes: createProcesses(),
    signals: createSignals(),
    console: createConsole(handover.env),
    output: createOutput(),
    configSearch: createConfigSearch(),
    filesBelow: createFiles,
  };
  return { host, handover };
}

/** For what nobody could catch: nothing of the host is needed. */
function giveUp(error: unknown): void {
  const failure = toFailure(error);
  createConsole({}).writeErr(plainText(failure));
  process.exit(failure.exitStatus);
}

function findInstallation(): Installation {
  const packageRoot = dirname(DIST);
  return { program: [`${packageRoot}/bin/oneprocpool`], nodePath: process.execPath, packageRoot };
}
