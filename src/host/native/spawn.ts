/**
 * `SpawnPort` on posix_spawn and waitpid: what is started has every byte of its words, and inherits what we did.
 * Uses the C library.
 */
import { closeSync } from 'node:fs';
import { constants } from 'node:os';
import { ptr } from 'bun:ffi';
import type { SpawnedProcess, SpawnPort, SpawnRequest, WorkerExit } from '../ports.ts';
import { outputFailure } from '../start-failure.ts';
import { exitOfStatus } from '../wait-status.ts';
import type { EntryNotes } from './entry-notes.ts';
import { attempts, failureOf, goesOn } from './exec.ts';
import { cString, cStrings, libc, signalSet } from './libc.ts';
import { openPlumbing, type Plumbing } from './plumbing.ts';
import { onCpus, prepareInheritance, withOriginalLimits } from './process-state.ts';
import type { Reaper } from './reaper.ts';

const PR_SET_CHILD_SUBREAPER = 36;
const SETSIGDEF = 0x04;
const SETSIGMASK = 0x08;
const SETSID = 0x80;
/** More than `posix_spawnattr_t` (336) and `posix_spawn_file_actions_t` (80) take in any C library. */
const ROOM = 1024;
const ALL_BITS = (1n << 64n) - 1n;
const { ENOENT, ENOEXEC } = constants.errno;

/** @param hearEnds called before a start: the end of a process that comes before SIGCHLD has its handler would be lost. */
export function createNativeSpawner(notes: EntryNotes, reaper: Reaper, hearEnds: () => void): SpawnPort {
  let isSubreaper = false;

  /** PID, or the number of the error. */
  function start(request: SpawnRequest, { sources }: Plumbing): { pid: number } | { code: number } {
    const { file, args, env, cpus, newSession, argv0, blocked = [] } = request;
    const blockedToo = blocked.reduce((mask, signal) => mask | (1n << BigInt(signal - 1)), 0n);
    const [attributes, actions, pid] = [Buffer.alloc(ROOM), Buffer.alloc(ROOM), new Int32Array(1)];
    const c = libc();
    c.posix_spawnattr_init(ptr(attributes));
    c.posix_spawnattr_setflags(ptr(attributes), SETSIGDEF | SETSIGMASK | (newSession ? SETSID : 0));
    c.posix_spawnattr_setsigmask(ptr(attributes), ptr(signalSet(notes.blocked | blockedToo)));
    // 32 and 33 included: glibc would have them ignored.
    c.posix_spawnattr_setsigdefault(ptr(attributes), ptr(signalSet(~notes.ignored & ALL_BITS)));
    c.posix_spawn_file_actions_init(ptr(actions));
    sources.forEach((source, target) => {
      if (source !== null) c.posix_spawn_file_actions_adddup2(ptr(actions), source, target);
      // bun has put /dev/null where nothing was.
      else if (!notes.isOpen(target)) c.posix_spawn_file_actions_addclose(ptr(actions), target);
    });
    const variables = cStrings(Object.entries(env).map((pair) => pair.join('=')));
    let code: number = ENOENT;
    for (const { found, words, after } of attempts(file, args, env['PATH'])) {
      if (after !== undefined && after !== code) continue;
      const [program, argv] = [cString(found), cStrings(after === undefined ? [argv0 ?? file, ...args] : words)];
      code = onCpus(cpus, () =>
        withOriginalLimits(notes, () =>
          c.posix_spawn(ptr(pid), ptr(program), ptr(actions), ptr(attributes), ptr(argv.array), ptr(variables.array)),
        ),
      );
      if (code === 0 || !(goesOn(code) || code === ENOEXEC)) break;
    }
    c.posix_spawn_file_actions_destroy(ptr(actions));
    return code === 0 ? { pid: pid[0] ?? 0 } : { code };
  }

  async function spawn(request: SpawnRequest): Promise<SpawnedProcess> {
    // Loaded only for who needs it, and before the process is started: its end must be waited for in the same turn.
    const pipes = [request.stdout, request.stderr].includes('pipe') ? await import('./pipe-stream.ts') : undefined;
    prepareInheritance(notes);
    if (!isSubreaper) libc().prctl(PR_SET_CHILD_SUBREAPER, 1n, 0n, 0n, 0n);
    isSubreaper = true;
    let plumbing: Plumbing;
    try {
      hearEnds();
      plumbing = openPlumbing(request);
    } catch (error) {
      return didNotStart(outputFailure(request.file, error));
    }
    const started = start(request, plumbing);
    plumbing.lent.forEach((descriptor) => {
      closeSync(descriptor);
    });
    if ('code' in started) {
      for (const readEnd of plumbing.readEnds) if (readEnd !== undefined) closeSync(readEnd);
      return didNotStart(failureOf(request.file, request.env['PATH'], started.code));
    }
    const [stdout, stderr] = plumbing.readEnds.map((readEnd) =>
      readEnd === undefined ? undefined : pipes?.toStream(readEnd),
    );
    const exit = reaper.ended(started.pid).then(exitOfStatus);
    return { pid: started.pid, exit, stdout, stderr, ...(plumbing.tell && { tell: plumbing.tell }) };
  }

  return {
    isExact: true,
    adoptsOrphans: true,
    reap: reaper.sweep,
    spawn,
    capture: async (...request) => (await import('./capture.ts')).captureWith(spawn, ...request),
  };
}

function didNotStart(exit: WorkerExit): SpawnedProcess {
  return { pid: undefined, exit: Promise.resolve(exit), stdout: undefined, stderr: undefined };
}
