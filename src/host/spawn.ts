/**
 * `SpawnPort` on real processes: the one importer of `execa`, and only when something is started.
 * execa's defaults are wrong for a launcher: `cleanup` leaves the child behind on SIGTERM, and
 * `forceKillAfterDelay` kills a job that is shutting down.
 */
import { readFileSync } from 'node:fs';
import { constants } from 'node:os';
import type { ChildOutput } from './child-output.ts';
import { whyNotStartable } from './find-command.ts';
import type { SpawnedProcess, SpawnPort, SpawnRequest, WorkerExit } from './ports.ts';

type Execa = typeof import('execa').execa;

const SAFE_OPTIONS = {
  cleanup: false,
  forceKillAfterDelay: false,
  reject: false,
  extendEnv: false,
  preferLocal: false,
  stripFinalNewline: false,
} as const;

/** E2BIG and friends have no status of their own: our failure, 125. */
const REASONS: Readonly<Record<string, 'not-found' | 'not-executable'>> = {
  ENOENT: 'not-found',
  EACCES: 'not-executable',
};

const STANDARD_STREAMS = ['stdin', 'stdout', 'stderr'] as const;

/**
 * execa reads `process.stdin`, `stdout` and `stderr`. Reading them creates stream objects, which makes pipes
 * non-blocking for everyone who shares them, the workers included. So they are out of sight meanwhile.
 */
function hideStandardStreams(): () => void {
  const hidden = STANDARD_STREAMS.map((name) => [name, Object.getOwnPropertyDescriptor(process, name)] as const);
  for (const name of STANDARD_STREAMS) Object.defineProperty(process, name, { value: null, configurable: true });
  return () => {
    for (const [name, descriptor] of hidden) {
      if (descriptor !== undefined) Object.defineProperty(process, name, descriptor);
    }
  };
}

async function loadExeca(): Promise<Execa> {
  const show = hideStandardStreams();
  try {
    return (await import('execa')).execa;
  } finally {
    show();
  }
}

/** Octal, as in `/proc/PID/fdinfo`. Source: fcntl.h of Linux (x64, arm64). */
const O_CLOEXEC = 0o2000000;

/** Whether the descriptor is open and would be closed in a child: the runtime marks those from 3 up to a gap. */
function isWithheld(descriptor: number): boolean {
  try {
    const flags = /^flags:\s*([0-7]+)$/m.exec(readFileSync(`/proc/self/fdinfo/${descriptor}`, 'utf8'))?.[1];
    return flags !== undefined && (Number.parseInt(flags, 8) & O_CLOEXEC) !== 0;
  } catch {
    // Not open.
    return false;
  }
}

/** One entry for each descriptor from 3 on. What is not named stays as it is. */
function furtherStdio(descriptors: readonly number[]): ('ignore' | 3)[] {
  const stdio: ('ignore' | 3)[] = [];
  for (const descriptor of descriptors.filter(isWithheld)) {
    while (stdio.length < descriptor - 3) stdio.push('ignore');
    // execa's type knows 3 to 9 only; it takes any number.
    stdio[descriptor - 3] = descriptor as 3;
  }
  return stdio;
}

/** A deleted working directory has no path, but children may still start in it. */
function workingDirectory(): string {
  try {
    return process.cwd();
  } catch {
    return '/proc/self/cwd';
  }
}

function toExit(status: number | null | undefined, signal: string | null | undefined): WorkerExit {
  if (signal === null || signal === undefined) return { kind: 'exited', status: status ?? 0 };
  const signalNumber = constants.signals[signal as NodeJS.Signals];
  return { kind: 'signaled', signal, signalNumber };
}

function notStarted(file: string, code: string | undefined, cause: string): WorkerExit {
  const reason = REASONS[code ?? ''] ?? 'failed';
  return { kind: 'not-started', reason, message: `Expected to start \`${file}\`, found: ${code ?? cause}` };
}

function didNotStart(exit: WorkerExit): SpawnedProcess {
  return { pid: undefined, exit: Promise.resolve(exit), stdout: undefined, stderr: undefined };
}

/** A stream that is ours to carry needs code that the usual run never loads. */
async function openOutput(request: SpawnRequest): Promise<ChildOutput> {
  const { stdout, stderr } = request;
  const isSimple = (target: SpawnRequest['stderr']): target is 'inherit' | 'ignore' =>
    target === 'inherit' || target === 'ignore';
  if (isSimple(stdout) && isSimple(stderr)) {
    const none = { stdout: undefined, stderr: undefined };
    return { stdout, stderr, handOver: () => none, discard: () => undefined };
  }
  return (await import('./child-output.ts')).openChildOutput(request);
}

async function spawn(request: SpawnRequest): Promise<SpawnedProcess> {
  const command = request.commandFile ?? request.file;
  const obstacle = whyNotStartable(command, request.env['PATH']);
  if (obstacle !== undefined) return didNotStart(obstacle);
  const execa = await loadExeca();
  let output: ChildOutput;
  try {
    output = await openOutput(request);
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    return didNotStart({ kind: 'not-started', reason: 'failed', message: `Expected to open the output: ${code ?? message}` });
  }
  const show = hideStandardStreams();
  const subprocess = execa(request.file, request.args, {
    ...SAFE_OPTIONS,
    buffer: false,
    cwd: workingDirectory(),
    env: request.env,
    stdio: [request.stdin, output.stdout, output.stderr, ...furtherStdio(request.descriptors ?? [])],
    detached: request.newSession,
  });
  show();
  if (subprocess.pid === undefined) {
    output.discard();
    const { code, originalMessage } = await subprocess;
    return didNotStart(notStarted(command, code, originalMessage ?? 'no reason given'));
  }
  // Not execa's promise: it also waits for the end of the pipes, which a grandchild may hold open.
  const exit = new Promise<WorkerExit>((resolve) => {
    subprocess.once('exit', (status, signal) => {
      resolve(toExit(status, signal));
    });
  });
  return { pid: subprocess.pid, exit, ...output.handOver(subprocess) };
}

export function createSpawner(): SpawnPort {
  return {
    spawn,
    async capture(file, args, { env, timeoutMs, inheritStderr = false }) {
      const obstacle = whyNotStartable(file, env['PATH']);
      if (obstacle !== undefined) return { exit: obstacle, stdout: '', stderr: '' };
      const execa = await loadExeca();
      const result = await execa(file, args, {
        ...SAFE_OPTIONS,
        cwd: workingDirectory(),
        env,
        stdin: 'ignore',
        stdout: 'pipe',
        stderr: inheritStderr ? 'inherit' : 'pipe',
        timeout: timeoutMs,
        killSignal: 'SIGKILL',
      });
      if (result.exitCode === undefined && result.signal === undefined) {
        const exit = notStarted(file, result.code, result.originalMessage ?? 'no reason given');
        return { exit, stdout: '', stderr: '' };
      }
      return { exit: toExit(result.exitCode, result.signal), stdout: result.stdout, stderr: result.stderr ?? '' };
    },
  };
}
