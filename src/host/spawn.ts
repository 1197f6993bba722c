/**
 * `SpawnPort` on real processes: the one importer of `execa`, and only when something is started.
 * execa's defaults are wrong for a launcher: `cleanup` leaves the child behind on SIGTERM, and
 * `forceKillAfterDelay` kills a job that is shutting down.
 */
import { closeSync, constants, openSync, readFileSync } from 'node:fs';
import type { Socket } from 'node:net';
import { createChildEnds, exitOfNode, type ChildEnds } from './child-ends.ts';
import type { ChildOutput } from './child-output.ts';
import { reasonOf, whyNotStartable } from './find-command.ts';
import { hideStandardStreams } from './standard-streams.ts';
import type { SpawnedProcess, SpawnPort, SpawnRequest, WorkerExit } from './ports.ts';
import { outputFailure, startFailure } from './start-failure.ts';

const SAFE_OPTIONS = {
  cleanup: false,
  forceKillAfterDelay: false,
  reject: false,
  extendEnv: false,
  preferLocal: false,
  stripFinalNewline: false,
} as const;

/** That a start takes for itself: the pipe that tells whether exec worked, and two to spare. A pipe for a stream is two more. */
const OWN_DESCRIPTORS = 4;

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

/** A deleted working directory has no path, and one may not be UTF-8, but children may still start in it. */
function workingDirectory(): string {
  try {
    const path = process.cwd();
    return path.includes('\ufffd') ? '/proc/self/cwd' : path;
  } catch {
    return '/proc/self/cwd';
  }
}

function notStarted(file: string, code: string | undefined, cause: string): WorkerExit {
  return (
    startFailure(file, code) ?? {
      kind: 'not-started',
      reason: reasonOf(code),
      message: `Expected to start \`${file}\`, found: ${code ?? cause}`,
    }
  );
}

function didNotStart(exit: WorkerExit): SpawnedProcess {
  return { pid: undefined, exit: Promise.resolve(exit), stdout: undefined, stderr: undefined };
}

/**
 * The error code when there is no room for the descriptors of one start. Node tells of that by an `error` event of a
 * process object that is only half there, which execa stumbles over.
 * Source: https://github.com/nodejs/node/blob/v20.20.2/lib/internal/child_process.js (`ChildProcess.prototype.spawn`)
 */
function findFullTable(pipeCount: number): string | undefined {
  const needed = OWN_DESCRIPTORS + 2 * pipeCount;
  const opened: number[] = [];
  try {
    while (opened.length < needed) opened.push(openSync('/', constants.O_RDONLY));
    return undefined;
  } catch (error) {
    const { code = '' } = error as NodeJS.ErrnoException;
    return code === 'EMFILE' || code === 'ENFILE' ? code : undefined;
  } finally {
    opened.forEach((descriptor) => {
      closeSync(descriptor);
    });
  }
}

const NOTHING_TO_CARRY = {
  handOver: () => ({ stdout: undefined, stderr: undefined }),
  discard: () => undefined,
} as const;

/** A stream that does not just stay ours needs code that the usual run never loads. */
async function openOutput({ stdout, stderr }: SpawnRequest): Promise<ChildOutput> {
  if (isPlain(stdout) && isPlain(stderr)) return { ...NOTHING_TO_CARRY, stdout, stderr };
  return (await import('./child-output.ts')).openChildOutput({ stdout, stderr });
}

function isPlain(target: SpawnRequest['stderr']): target is 'inherit' | 'ignore' {
  return target === 'inherit' || target === 'ignore';
}

function optionsOf(request: SpawnRequest, output: ChildOutput) {
  return {
    ...SAFE_OPTIONS,
    buffer: false,
    cwd: workingDirectory(),
    env: request.env,
    stdio: [
      request.stdin === 'held' ? 'pipe' : request.stdin,
      output.stdout,
      output.stderr,
      ...furtherStdio(request.descriptors ?? []),
    ],
    detached: request.newSession,
  } as const;
}

async function spawn(request: SpawnRequest, ends: ChildEnds): Promise<SpawnedProcess> {
  const command = request.commandFile ?? request.file;
  const obstacle = whyNotStartable(command, request.env['PATH']);
  if (obstacle !== undefined) return didNotStart(obstacle);
  let output: ChildOutput;
  try {
    output = await openOutput(request);
  } catch (error) {
    return didNotStart(outputFailure(command, error));
  }
  const options = optionsOf(request, output);
  const full = findFullTable(options.stdio.filter((entry) => entry === 'pipe').length);
  if (full !== undefined) {
    output.discard();
    return didNotStart(notStarted(command, full, full));
  }
  hideStandardStreams();
  const { execa } = await import('execa');
  const subprocess = execa(request.file, request.args, options);
  if (subprocess.pid === undefined) {
    output.discard();
    const { code, originalMessage } = await subprocess;
    return didNotStart(notStarted(command, code, originalMessage ?? 'no reason given'));
  }
  // Not execa's promise: it also waits for the end of the pipes, which a grandchild may hold open.
  const started = { pid: subprocess.pid, exit: ends.endOf(subprocess), ...output.handOver(subprocess) };
  const held = request.stdin === 'held' ? (subprocess.stdin as Socket | null) : null;
  if (held === null) return started;
  // We are there until the process has ended, with or without this pipe.
  held.unref();
  // Nobody is left to read.
  held.on('error', () => undefined);
  return {
    ...started,
    tell(line) {
      held.write(line);
      return true;
    },
  };
}

/** @param addonFile the addon of child-ends.ts, which may be missing. */
export function createSpawner(addonFile: string): SpawnPort {
  const ends = createChildEnds(addonFile);
  return {
    whyNotStartable,
    blindSpot: ends.blindSpot,
    spawn: (request) => spawn(request, ends),
    async capture(file, args, { env, timeoutMs, inheritStderr = false }) {
      const obstacle = whyNotStartable(file, env['PATH']);
      if (obstacle !== undefined) return { exit: obstacle, stdout: '', stderr: '' };
      const full = findFullTable(2);
      if (full !== undefined) return { exit: notStarted(file, full, full), stdout: '', stderr: '' };
      hideStandardStreams();
      const { execa } = await import('execa');
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
      return { exit: exitOfNode(result.exitCode, result.signal), stdout: result.stdout, stderr: result.stderr ?? '' };
    },
  };
}
