/// <reference types="node" preserve="true" />
/**
 * The edges of the program: everything it can see or do in the outside world. Types only.
 * Implementations live beside this file; only `main.ts` and `index.ts` choose them.
 */
import type { Readable } from 'node:stream';
import type { WorkerExit } from '../worker-exit.ts';

export type { WorkerExit } from '../worker-exit.ts';

/** Synchronous reads of small files. A path is absolute; an implementation may put it below a root. */
export interface FilePort {
  /**
   * Text of the file as UTF-8, other bytes as in text/exact-bytes.ts; `undefined` when it is missing,
   * unreadable or not a regular read.
   */
  readText(path: string): string | undefined;
  /** Names in the directory in no order; `undefined` when it is missing or unreadable. */
  listDirectory(path: string): string[] | undefined;
  /** Whether the path exists (and can be looked up). */
  exists(path: string): boolean;
  /** Number of hard links (for /proc/PID/task: threads + 2); `undefined` when it cannot be told. */
  linkCount(path: string): number | undefined;
}

/** As `FilePort`; below /proc it shows nothing that tells of other processes under our numbers. */
export interface ProcfsPort extends FilePort {
  /** Whether /proc is that of another PID namespace: then nothing below it is there. */
  isForeign(): boolean;
}

/** Writes for files that the user asked for by name (reports, exports). */
export interface WritePort {
  /** Whether `writeFileAtomically` would work now; writes nothing. Throws REPORT_UNWRITABLE. */
  checkWritable(path: string): void;
  /**
   * Writes beside the target and renames, so that a reader never sees half a file; in place where that cannot be, and
   * for descriptors and devices. Links of other users are refused. Throws REPORT_UNWRITABLE.
   * `newMode`, before the umask, is for a file that is not there yet: 0666 when absent.
   */
  writeFileAtomically(path: string, text: string, newMode?: number): void;
  /** Copies a file to `target` with mode 0555; a reader sees all of it or what was there. Throws REPORT_UNWRITABLE. */
  copyExecutable(source: string, target: string): void;
  /** Makes the directory where there is none; the one it is in must be there. Throws REPORT_UNWRITABLE. */
  createDirectory(path: string): void;
}

/** Facts about our own process and the machine that need no file. */
export interface SystemPort {
  readonly platform: string;
  readonly pid: number;
  readonly parentPid: number;
  readonly uid: number | undefined;
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
  /** Logical CPUs as the operating system lists them; at least 1. Never the answer where /proc is there. */
  countLogicalCpus(): number;
}

export interface ClockPort {
  /** Monotonic time in nanoseconds. */
  nowNs(): bigint;
  /** CPU time of this program so far, all threads together, in milliseconds. */
  cpuMs(): number;
  /** Calls back after `delayMs`; the timer keeps the program alive only with `keepAlive`. Returns a cancel function. */
  after(delayMs: number, callback: () => void, keepAlive?: boolean): () => void;
  /** Resolves after `delayMs`; keeps the program alive until then. */
  sleep(delayMs: number): Promise<void>;
  /** Wall-clock time as ISO 8601 in UTC. */
  timestamp(): string;
}

/**
 * Where a stream of a process leads: to our own descriptor, nowhere, through a pipe to us, or to the end of a
 * file, which is created when it is not there.
 */
export type StreamTarget = 'inherit' | 'ignore' | 'pipe' | { readonly appendTo: string };

export interface SpawnRequest {
  readonly file: string;
  readonly args: readonly string[];
  /** The complete environment; nothing is added. */
  readonly env: Readonly<Record<string, string>>;
  /** `held`: a pipe that ends when we do; see `tell`. */
  readonly stdin: 'inherit' | 'ignore' | 'held';
  readonly stdout: StreamTarget;
  /** `stdout`: the same pipe or file, so that the order of what is written to both is kept. */
  readonly stderr: StreamTarget | 'stdout';
  /** Start in a new session (setsid). Never on a foreground terminal: Ctrl-C and Ctrl-Z would stop reaching it. */
  readonly newSession: boolean;
  /** Descriptors from 3 on that the process gets under the same numbers; those not open are left out. */
  readonly descriptors?: readonly number[];
  /** What `file` will exec in the end, when `file` is a helper; looked up first. Absent: `file` itself. */
  readonly commandFile?: string;
  /** CPUs that it is bound to before it starts; for an exact spawner only. */
  readonly cpus?: readonly number[];
  /** Numbers of signals that are blocked in it from its start on; for an exact spawner only. */
  readonly blocked?: readonly number[];
  /** Its own name for itself; for an exact spawner only. Absent: `file`. */
  readonly argv0?: string;
}

export interface SpawnedProcess {
  /** `undefined` when it could not be started; `exit` then resolves to `not-started`. */
  readonly pid: number | undefined;
  readonly exit: Promise<WorkerExit>;
  /** What comes through the pipe, where one was asked for. Destroying it closes the pipe. */
  readonly stdout: Readable | undefined;
  readonly stderr: Readable | undefined;
  /**
   * With `stdin: 'held'`: puts a line into the pipe and never waits. `false` when there was no room, because nobody
   * reads: then it holds nothing any more.
   */
  readonly tell?: (line: string) => boolean;
}

export interface SpawnPort {
  /**
   * Whether it passes on by itself every byte and all that we inherited, and binds to CPUs; otherwise helpers
   * such as sh and taskset must do it.
   */
  readonly isExact?: boolean;
  /** Whether orphans of what it started become our children, and are reaped. */
  readonly adoptsOrphans?: boolean;
  /** Why a death by a real-time signal would look like status 0; absent or `undefined`: it does not. */
  readonly blindSpot?: () => string | undefined;
  /** Takes leave at once of all children that have ended; absent: others do that. */
  readonly reap?: () => void;
  /** Why the file cannot be started with this PATH; absent where `ExecPort` says it. */
  readonly whyNotStartable?: (file: string, path: string) => Extract<WorkerExit, { kind: 'not-started' }> | undefined;
  /** Resolves as soon as the process is started or could not be; never rejects. */
  spawn(request: SpawnRequest): Promise<SpawnedProcess>;
  /** Runs a helper to its end and collects its output; never throws for a failing helper. */
  capture(
    file: string,
    args: readonly string[],
    options: { env: Readonly<Record<string, string>>; timeoutMs: number; inheritStderr?: boolean },
  ): Promise<{ exit: WorkerExit; stdout: string; stderr: string }>;
}

/** Becomes another program. */
export interface ExecPort {
  /** Returns only when that is impossible. */
  become(command: Pick<SpawnRequest, 'file' | 'args' | 'env' | 'cpus'>): Extract<WorkerExit, { kind: 'not-started' }>;
}

export interface ProcessPort {
  /** Sends a signal; `false` when no such process is there any more or it may not be signalled. */
  signal(pid: number, signal: NodeJS.Signals | number): boolean;
  /** The tree below `pid` without procfs (pidtree, which runs `ps`); includes `pid` itself. */
  listTree(pid: number): Promise<number[]>;
}

export interface SignalPort {
  /** Whether it also hears signals that have no name, and those that usually tell of a fault. */
  readonly hearsAll?: boolean;
  /** Calls back for each arrival instead of the default action. Returns a function that takes it back. */
  listen(signal: NodeJS.Signals | number, callback: () => void): () => void;
  /** Calls back with what was thrown and caught by nobody, instead of ending the program. Returns as `listen`. */
  listenForDefects(callback: (error: unknown) => void): () => void;
}

/** Where our own text goes. In `run`, stdout belongs to the command and is never touched. */
export interface ConsolePort {
  /** All of standard input as UTF-8; waits for its end. */
  readIn(): string;
  writeOut(text: string): void;
  writeErr(text: string): void;
  isTerminal(stream: 'stdout' | 'stderr'): boolean;
  /** Width in columns; 80 when unknown. */
  columns(stream: 'stdout' | 'stderr'): number;
  /** Our end gives the terminal the modes that it had at our start; without this call it stays as it is. */
  restoreModes(): void;
}

/** Takes bytes in order, never blocks on a pipe or a terminal, and says when it has enough for now. */
export interface ByteSink {
  /** Takes all bytes; `false` asks the caller to wait for `onceReady`. Bytes for a sink that is gone are dropped. */
  write(bytes: Uint8Array): boolean;
  /** Calls back once when it has room, or is gone; at once when that is so already. */
  onceReady(callback: () => void): void;
  /** Resolves when everything taken is written, or never can be. */
  flush(): Promise<void>;
  /** Drops what is not written yet, and everything from now on. */
  abandon(): void;
  /** Why it takes nothing any more: an error code such as EPIPE, or ABANDONED; `null` while it does. */
  readonly goneBecause: string | null;
  /** Calls back once, when it is gone. Returns a function that takes it back. */
  onceGone(callback: () => void): () => void;
  readonly writtenBytes: number;
  readonly pendingBytes: number;
}

/** Where the output of workers goes when it passes through us. Loads its code when first called. */
export interface OutputPort {
  /** Our own stdout and stderr; one and the same sink when both lead to the same place. */
  openStandard(): Promise<{ readonly stdout: ByteSink; readonly stderr: ByteSink }>;
  /** Creates or empties a file, and the directories above it. Throws OUTPUT_UNWRITABLE. */
  createFile(path: string): Promise<void>;
  /** The end of a file. Throws OUTPUT_UNWRITABLE. */
  openFile(path: string): Promise<ByteSink>;
}

/** A config file that was found or named, as text and not yet parsed. */
export interface FoundConfig {
  readonly path: string;
  readonly text: string;
}

export interface ConfigSearchPort {
  /**
   * Looks from `directory` upwards; `undefined` when there is none. Found files are read, never executed. Throws
   * CONFIG_INVALID for a file that somebody else can change.
   */
  search(directory: string): Promise<FoundConfig | undefined>;
  /** For a file that a found `config` names: throws CONFIG_INVALID when somebody else can change it. */
  checkTrust(path: string, config: string): Promise<void>;
}

/** All the ports together, as `main.ts` hands them to a command. */
export interface Host {
  readonly files: FilePort;
  /** For what asks about processes by their numbers. */
  readonly procfs: ProcfsPort;
  readonly writer: WritePort;
  readonly system: SystemPort;
  readonly clock: ClockPort;
  readonly spawner: SpawnPort;
  readonly processes: ProcessPort;
  readonly signals: SignalPort;
  readonly console: ConsolePort;
  readonly output: OutputPort;
  readonly configSearch: ConfigSearchPort;
  /** Absent where only the sh shim can become the command. */
  readonly exec?: ExecPort;
  /** A file port that sees `root` as `/` (for `--root`). */
  filesBelow(root: string): FilePort;
}
