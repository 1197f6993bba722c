/** What a group of workers is given: what to start, how to treat it, and the ports. Types only. */
import type { ClockPort, FilePort, ProcessPort, SignalPort, SpawnPort, WorkerExit } from '../host/ports.ts';
import type { ProcessIdentity } from './descendants.ts';
import type { RestartInput } from './restarts.ts';
import type { InheritedState } from './shim-handover.ts';
import type { WorkerOutput } from './worker-output.ts';
import type { WorkerSpec } from './worker.ts';

export interface GroupInput {
  readonly workers: readonly WorkerSpec[];
  /** The first failure stops the others. */
  readonly failFast: boolean;
  /** Exit statuses that count as success, beside 0. */
  readonly successStatuses: readonly number[];
  /** What we send when we stop the workers by ourselves. */
  readonly stopSignal: NodeJS.Signals;
  /** From a stop by oneprocpool itself to SIGKILL, in milliseconds. */
  readonly stopTimeoutMs: number;
  /** From a stop that somebody requested by a signal to SIGKILL; `null`: the platform owns that time. */
  readonly requestTimeoutMs: number | null;
  /** One line for the user, between whole lines of the workers. */
  readonly say: (text: string) => void;
  readonly output: WorkerOutput;
  readonly restarts: RestartInput;
  readonly ownPid: number;
  /** PID that adopts the orphans of the workers, when nothing else can be its child: PID 1 if that is ours, or our own; or `null`. */
  readonly adopterPid: number | null;
  readonly inherited: InheritedState;
  /** Our executable, where it can be its own watchdog; `null`: sh does it. */
  readonly watchdogFile: string | null;
  readonly spawner: SpawnPort;
  readonly processes: ProcessPort;
  readonly signals: SignalPort;
  /** Those of our own PID namespace. */
  readonly files: FilePort;
  readonly clock: ClockPort;
  /** Of every attempt, as `onEnded`. */
  readonly onStarted?: (index: number, pid: number) => void;
  readonly onEnded?: (index: number, exit: WorkerExit) => void;
  /** Processes of the tree that the sampler has seen, asked for before what is left is ended. */
  readonly seenProcesses?: () => Iterable<ProcessIdentity>;
}
