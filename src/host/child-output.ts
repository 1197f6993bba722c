/** The stdout and stderr of one process to be started: what it is given, and what we keep of it. */
import { closeSync } from 'node:fs';
import { Socket } from 'node:net';
import type { Readable } from 'node:stream';
import { openForProcess } from './open-for-writing.ts';
import type { SpawnedProcess, SpawnRequest, StreamTarget } from './ports.ts';
import { takePipe, type WorkerPipe } from './worker-pipes.ts';

/** As execa takes it. A number is one of our descriptors: any, although execa's type knows only few. */
export type StdioEntry = 'inherit' | 'ignore' | 'pipe' | 3;

interface Place {
  readonly entry: StdioEntry;
  readonly pipe?: WorkerPipe;
}

export interface ChildOutput {
  readonly stdout: StdioEntry;
  readonly stderr: StdioEntry;
  /** To be called when the process is started: closes what only the process may hold. */
  handOver(runtime: { stdout?: Readable | null; stderr?: Readable | null }): Pick<SpawnedProcess, 'stdout' | 'stderr'>;
  /** To be called when it could not be started. */
  discard(): void;
}

function openPlace(target: StreamTarget): Place {
  if (typeof target === 'object') return { entry: openForProcess(target.appendTo) as 3 };
  if (target !== 'pipe') return { entry: target };
  const pipe = takePipe();
  // The pair of sockets still carries the output.
  return pipe === undefined ? { entry: 'pipe' } : { entry: pipe.writeEnd as 3, pipe };
}

function closeEntry({ entry }: Place): void {
  if (typeof entry === 'number') closeSync(entry);
}

/** Throws the error of the system when a file cannot be opened. */
export function openChildOutput(request: Pick<SpawnRequest, 'stdout' | 'stderr'>): ChildOutput {
  const out = openPlace(request.stdout);
  const isShared = request.stderr === 'stdout' && typeof out.entry === 'number';
  const err = isShared ? out : openPlace(request.stderr === 'stdout' ? request.stdout : request.stderr);
  const places = isShared ? [out] : [out, err];
  const streamOf = (place: Place, own: Readable | null | undefined): Readable | undefined =>
    place.pipe === undefined
      ? (own ?? undefined)
      : new Socket({ fd: place.pipe.readEnd, readable: true, writable: false });
  return {
    stdout: out.entry,
    stderr: err.entry,
    handOver(runtime) {
      places.forEach(closeEntry);
      return {
        stdout: streamOf(out, runtime.stdout),
        stderr: isShared ? undefined : streamOf(err, runtime.stderr),
      };
    },
    discard() {
      places.forEach(closeEntry);
      for (const { pipe } of places) if (pipe !== undefined) closeSync(pipe.readEnd);
    },
  };
}
