/** Stand-in for the composition root: `[-w N] [--no-fail-fast] [--stop-timeout MS] -- COMMAND`. */
import { errorOf } from './workers/exit-status.ts';
import { renderExecScript, SUPERVISE_SCRIPT } from './export/exec-script.ts';
import { createClock } from './host/clock.ts';
import { createConsole } from './host/console.ts';
import { createFiles } from './host/files.ts';
import { createProcesses } from './host/processes.ts';
import { createSignals } from './host/signals.ts';
import { createSpawner } from './host/spawn.ts';
import { createSystem } from './host/system.ts';
import { parseOpenFilesLimit, parseEnvironment, readShimHandover } from './workers/shim-handover.ts';
import { runWorkers } from './workers/worker-group.ts';

const files = createFiles();
const system = createSystem();
const out = createConsole(system.env);
const handover = readShimHandover(system.env, parseOpenFilesLimit(files.readText('/proc/self/limits') ?? ''));

const argv = process.argv.slice(2);
let count = 1;
let failFast = true;
let stopTimeoutMs = 10_000;
let exec = false;
let index = 0;
for (; index < argv.length; index += 1) {
  const word = argv[index];
  if (word === '-w') count = Number(argv[(index += 1)]);
  else if (word === '--no-fail-fast') failFast = false;
  else if (word === '--stop-timeout') stopTimeoutMs = Number(argv[(index += 1)]?.replace('ms', ''));
  else if (word === '--exec') exec = true;
  else if (word === '--fail-plan') process.exit(3);
  else break;
}
if (argv[index] === '--') index += 1;
const [file = '', ...args] = argv.slice(index);
if (system.env['ONEPROCPOOL_EXEC'] === '1') exec = true;

if (handover.mode === 'exec') {
  const original = parseEnvironment(files.readText(`/proc/${process.ppid}/environ`));
  out.writeOut(
    exec
      ? renderExecScript({
          set: { OMP_NUM_THREADS: '1' },
          unset: ['GOTO_NUM_THREADS'],
          skipArgs: index,
          ...(original === undefined ? {} : { original }),
        })
      : SUPERVISE_SCRIPT,
  );
} else {
  const result = await runWorkers({
    workers: Array.from({ length: count }, (_, worker) => ({
      index: worker,
      file,
      args,
      env: { ...handover.env, OMP_NUM_THREADS: '1', ONEPROCPOOL_WORKER_INDEX: String(worker) },
    })),
    failFast,
    stopSignal: 'SIGTERM',
    stopTimeoutMs,
    ownPid: process.pid,
    adopterPid: handover.mode === 'init' || process.pid === 1 ? 1 : null,
    inherited: handover.inherited,
    spawner: createSpawner(),
    processes: createProcesses(),
    signals: createSignals(),
    files,
    clock: createClock(),
  });
  const failure = result.firstFailure?.exit;
  if (failure?.kind === 'not-started') out.writeErr(`oneprocpool: ${errorOf(failure).message}\n`);
  for (const finding of result.findings) if (finding.severity !== 'info') out.writeErr(`${finding.message}\n`);
  process.exitCode = result.status;
}
