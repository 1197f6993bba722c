/**
 * The program as a single-file executable: builds the host, runs the command line, sets the exit status.
 */
import { runProgram } from './cli/run-program.ts';
import { createClock } from './host/clock.ts';
import { createConfigSearch } from './host/config-search.ts';
import { createConsole } from './host/console.ts';
import { createFiles } from './host/files.ts';
import { createOutput } from './host/output.ts';
import { exactWords } from './host/own-words.ts';
import type { Host } from './host/ports.ts';
import { createProcesses } from './host/processes.ts';
import { createSignals } from './host/signals.ts';
import { createSpawner } from './host/spawn.ts';
import { createSystem } from './host/system.ts';
import { createWriter } from './host/writer.ts';
import { parseOpenFilesLimit, readShimHandover } from './workers/shim-handover.ts';

const files = createFiles();
const system = createSystem();
const handover = readShimHandover(system.env, () => parseOpenFilesLimit(files.readText('/proc/self/limits') ?? ''));
const host: Host = {
  files,
  writer: createWriter(),
  system,
  clock: createClock(),
  spawner: createSpawner(),
  processes: createProcesses(),
  signals: createSignals(),
  console: createConsole(system.env),
  output: createOutput(),
  configSearch: createConfigSearch(),
  filesBelow: createFiles,
};

process.once('beforeExit', () => process.exit());
void run();

async function run(): Promise<void> {
  process.exitCode = await runProgram({
    host,
    argv: exactWords(process.argv.slice(2)),
    handover,
    installation: { program: [process.execPath], nodePath: null, packageRoot: null },
  });
}
