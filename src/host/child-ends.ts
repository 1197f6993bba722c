/**
 * How children have ended. libuv has no name for real-time signals and hands on such a death as status 0, so an
 * addon of one function asks the kernel (scripts/wait-addon.mjs). Where it cannot be loaded libuv answers. Uses the
 * addon and SIGCHLD.
 */
import type { ChildProcess } from 'node:child_process';
import { constants } from 'node:os';
import type { WorkerExit } from './ports.ts';
import { exitOfStatus } from './wait-status.ts';

export interface ChildEnds {
  /**
   * Resolves when the child has ended. To be asked for in the same turn in which it was started, once: `exit` and
   * `close` of the child may never be told. Rejects when it is no child of ours, which is a defect.
   */
  endOf(child: ChildProcess): Promise<WorkerExit>;
  /** Why deaths by a real-time signal are taken for status 0; `undefined` when they are not. */
  blindSpot(): string | undefined;
}

/** Takes a PID; gives the status of wait4(2), or a negative number: `RUNNING`, or that of the error less one. */
type AskKernel = (pid: number) => number;

const RUNNING = -1;
/** Keeps us alive, and finds what no SIGCHLD told: libuv drops signals while the pipe that carries them is full. */
const LOOK_EVERY_MS = 1000;

/** Not in the declarations of Node.js. Once closed, libuv neither waits for the child nor knows it. */
interface HasHandle {
  readonly _handle?: { close?(): void } | null;
}

export function createChildEnds(addonFile: string): ChildEnds {
  const waiting = new Map<number, { resolve: (exit: WorkerExit) => void; reject: (error: Error) => void }>();
  let loaded: { readonly ask: AskKernel } | { readonly failure: string } | undefined;
  let looking: NodeJS.Timeout | undefined;

  function load(): NonNullable<typeof loaded> {
    const addon: { exports: unknown } = { exports: {} };
    try {
      process.dlopen(addon, addonFile);
      return { ask: addon.exports as AskKernel };
    } catch (error) {
      return { failure: (error as Error).message };
    }
  }

  /** Many ends may come as one SIGCHLD: each is a reason to ask for all. */
  function sweep(ask: AskKernel): void {
    for (const [pid, { resolve, reject }] of waiting) {
      const status = ask(pid);
      if (status === RUNNING) continue;
      waiting.delete(pid);
      if (status < 0) reject(new Error(`Expected process ${pid} to be a child of ours, found error ${-1 - status}`));
      else resolve(exitOfStatus(status));
    }
    if (waiting.size > 0 || looking === undefined) return;
    clearInterval(looking);
    looking = undefined;
    process.removeListener('SIGCHLD', look);
  }

  function look(): void {
    if (loaded !== undefined && 'ask' in loaded) sweep(loaded.ask);
  }

  function askedOfKernel(pid: number, ask: AskKernel): Promise<WorkerExit> {
    return new Promise((resolve, reject) => {
      waiting.set(pid, { resolve, reject });
      if (looking === undefined) {
        looking = setInterval(look, LOOK_EVERY_MS);
        process.on('SIGCHLD', look);
      }
      // It may have ended before we listened.
      sweep(ask);
    });
  }

  return {
    async endOf(child) {
      const { pid } = child;
      const handle = (child as HasHandle)._handle;
      loaded ??= load();
      if (pid === undefined || !('ask' in loaded) || typeof handle?.close !== 'function') return toldByLibuv(child);
      handle.close();
      const exit = await askedOfKernel(pid, loaded.ask);
      // As Node.js does when it hears of the end.
      child.stdin?.destroy();
      return exit;
    },
    blindSpot() {
      // Nobody else has such signals.
      if (process.platform !== 'linux') return undefined;
      loaded ??= load();
      return 'failure' in loaded ? loaded.failure : undefined;
    },
  };
}

function toldByLibuv(child: ChildProcess): Promise<WorkerExit> {
  return new Promise((resolve) => {
    child.once('exit', (status, signal) => {
      resolve(exitOfNode(status, signal));
    });
  });
}

/** The end of a process in the words of Node.js. */
export function exitOfNode(status: number | null | undefined, signal: string | null | undefined): WorkerExit {
  if (signal === null || signal === undefined) return { kind: 'exited', status: status ?? 0 };
  const signalNumber = constants.signals[signal as NodeJS.Signals];
  return { kind: 'signaled', signal, signalNumber };
}
